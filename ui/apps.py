from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from ui import wording


class Ui(AppConfig):
    name = "ui"
    verbose_name = _("Look")

    def ready(self) -> None:
        wording.soften_form_errors()
