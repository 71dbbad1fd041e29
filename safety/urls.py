from django.urls import path

from safety import views

app_name = "safety"

urlpatterns = [
    path("help/", views.help_now, name="help"),
    path("exit/", views.leave, name="exit"),
    path("exit/how/", views.exit_explained, name="exit_explained"),
    path("blocks/", views.own_blocks, name="blocks"),
    path("blocks/<uuid:pk>/lift/", views.unblock, name="unblock"),
]
