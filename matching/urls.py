from django.urls import path

from matching import views

app_name = "matching"

urlpatterns = [
    path("suggestions/", views.suggestions, name="suggestions"),
    path("suggestions/<uuid:pk>/", views.shortlist, name="shortlist"),
    path("suggestions/<uuid:pk>/again/", views.look_again, name="look_again"),
    path("suggestions/<uuid:pk>/<uuid:mentor_pk>/", views.mentor, name="mentor"),
    path("suggestions/<uuid:pk>/<uuid:mentor_pk>/ask/", views.ask, name="ask"),
    path("asks/", views.asks, name="asks"),
    path("asks/<uuid:pk>/", views.proposal, name="proposal"),
    path("asks/<uuid:pk>/answer/", views.answer, name="answer"),
    path("asks/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
]
