from django.urls import path

from notices import views

app_name = "notices"

urlpatterns = [
    path("", views.manner, name="manner"),
    path("first/", views.first, name="first"),
]
