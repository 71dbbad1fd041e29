"""How allauth reaches us: its mail leaves through the outbox, its secrets lie sealed, its words are neutral."""

import base64
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from consent.sealing import keyring
from notices.actions import outbox
from safety.actions import blocks
from safety.devices import device_of
from safety.sessions import DEVICE

PLACE = b"second factor"
JUST_NOW = timedelta(minutes=5)


class Adapter(DefaultAccountAdapter):
    """Account mail is a row like any other: nothing is sent while somebody waits for a page."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account cannot be used at the moment."),
        "duplicate_email": _("This is your address already."),
        "incorrect_code": _("This is not the code that we sent. Please compare the two."),
        "rate_limited": _("That was a little fast. Please wait a minute, then try again."),
        "too_many_login_attempts": _("That was tried a few times. Please wait a minute, then ask for a new code."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        words = {"code": context.get("code", ""), "address": settings.SITE_ADDRESS}
        subject = render_to_string(f"{template_prefix}_subject.txt", words).strip()
        body = render_to_string(f"{template_prefix}_message.txt", words).strip()
        outbox.queue_mail(address=email, subject=subject, body=f"{body}\n", now=timezone.now())

    def send_account_already_exists_mail(self, email: str) -> None:
        """allauth's own looks up the page for a new password, and there is none."""
        self.send_mail("account/email/account_already_exists", email, {})

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has just set up a second step is shown the recovery codes without proving it once more: an app has no new
        code yet. Setting up a further one is proved beforehand."""
        fresh = Authenticator.objects.filter(user=self.request.user, created_at__gt=timezone.now() - JUST_NOW)
        return bool(super().is_reauthentication_required(app=app, **kwargs)) and not fresh.exists()

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Somebody showed that an address is theirs: who had blocked it is kept apart from them from now on."""
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            blocks.resolve_addresses(users=[email_address.user])
        return bool(confirmed)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """The first code that somebody types in may be the proof of their address, past `confirm_email`."""
        blocks.resolve_addresses(users=[user])
        request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
        return super().post_login(request, user, **kwargs)


class SecondFactor(DefaultMFAAdapter):
    """What an authenticator app shows names the deployment, and neither a person nor a host."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code does not fit, or it is used up. Please try the next one."),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(keyring().seal(text.encode(), PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keyring().open(base64.b64decode(encrypted_text), PLACE).decode()

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return str(user)

    def _get_site_name(self) -> str:
        return settings.SITE_NAME
