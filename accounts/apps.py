from django.apps import AppConfig
from django.contrib.admin import apps


class Accounts(AppConfig):
    name = "accounts"
    default = True


class Admin(apps.AdminConfig):
    """Django's admin, with our own site behind it."""

    default = False
    default_site = "home.coordination.Coordination"
