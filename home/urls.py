from django.urls import path

from home import care, copying, leaving, views

app_name = "home"

urlpatterns = [
    path("apart/<uuid:pk>/", views.keep_apart, name="keep_apart"),
    path("apart/address/", care.keep_address_apart, name="keep_address_apart"),
    path("care/<uuid:pk>/", care.concern, name="concern"),
    path("care/about/<uuid:pk>/", care.concern_about, name="concern_about"),
    path("me/copy/", copying.copy, name="copy"),
    path("me/erase/", leaving.erase, name="erase"),
    path("me/erase/now/", leaving.erase_now, name="erase_now"),
    path("me/erase/stay/", leaving.stay, name="stay"),
    path("privacy/", views.what_is_kept, name="privacy"),
    path("healthy/", views.healthy, name="healthy"),
    path("dev/mail/", views.dev_mail, name="dev_mail"),
]
