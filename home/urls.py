from django.urls import path

from home import care, views

app_name = "home"

urlpatterns = [
    path("apart/<uuid:pk>/", views.keep_apart, name="keep_apart"),
    path("apart/address/", care.keep_address_apart, name="keep_address_apart"),
    path("care/<uuid:pk>/", care.concern, name="concern"),
    path("care/about/<uuid:pk>/", care.concern_about, name="concern_about"),
    path("privacy/", views.what_is_kept, name="privacy"),
    path("healthy/", views.healthy, name="healthy"),
    path("dev/mail/", views.dev_mail, name="dev_mail"),
]
