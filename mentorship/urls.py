from django.urls import path

from mentorship import views

app_name = "mentorship"

urlpatterns = [
    path("", views.overview, name="list"),
    path("places/<uuid:pk>/", views.places, name="places"),
    path("<uuid:pk>/", views.agreement, name="agreement"),
    path("<uuid:pk>/write/", views.write, name="write"),
    path("<uuid:pk>/sign/", views.sign, name="sign"),
    path("<uuid:pk>/end/", views.end, name="end"),
    path("<uuid:pk>/meetings/", views.meetings, name="meetings"),
    path("<uuid:pk>/meetings/<uuid:meeting_pk>/cancel/", views.cancel, name="cancel"),
    path("<uuid:pk>/meetings/<uuid:meeting_pk>/file/", views.calendar, name="calendar"),
    path("<uuid:pk>/messages/", views.messages, name="messages"),
]
