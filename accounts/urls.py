from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.me, name="me"),
    path("welcome/", views.welcome, name="welcome"),
    path("join/", views.programs, name="join"),
    path("join/<uuid:pk>/", views.join, name="join_program"),
    path("in/<uuid:pk>/", views.membership, name="membership"),
    path("in/<uuid:pk>/pause/", views.pause, name="pause"),
    path("in/<uuid:pk>/resume/", views.resume, name="resume"),
    path("in/<uuid:pk>/leave/", views.leave, name="leave"),
]
