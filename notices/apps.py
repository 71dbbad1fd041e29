from django.apps import AppConfig
from django.core.checks import register

from notices.checks import names_tell_nothing


class Notices(AppConfig):
    name = "notices"

    def ready(self) -> None:
        register(names_tell_nothing)
