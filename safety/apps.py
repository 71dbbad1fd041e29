from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Safety(AppConfig):
    name = "safety"
    verbose_name = _("Safety")

    def ready(self) -> None:
        """allauth tells of a new address and of a second step that came or went by signals, and in no other way."""
        from allauth.account.signals import email_changed
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        for told in (email_changed, authenticator_added, authenticator_removed):
            told.connect(_renew, dispatch_uid="safety.sessions")


def _renew(request: HttpRequest, user: Any, **told: Any) -> None:
    from safety.actions import sessions

    sessions.renew(request=request, user=user)
