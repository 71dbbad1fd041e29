from django.urls import path

from safety import views

app_name = "safety"

urlpatterns = [
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("help/", views.help_now, name="help"),
    path("exit/", views.leave, name="exit"),
    path("exit/how/", views.exit_explained, name="exit_explained"),
    path("exit/shared/", views.shared_device, name="shared_device"),
    path("devices/", views.own_devices, name="devices"),
    path("devices/end/", views.end_sessions, name="end_sessions"),
    path("devices/<uuid:pk>/end/", views.end_session, name="end_session"),
    path("blocks/", views.own_blocks, name="blocks"),
    path("blocks/<uuid:pk>/lift/", views.unblock, name="unblock"),
]
