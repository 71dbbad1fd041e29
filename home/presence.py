"""Whoever finds a device unlocked must not take everything of its owner along, or erase it: who they are must have been
shown just now."""

import time
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.urls import reverse

from accounts.requests import SignedIn

JUST_NOW = timedelta(minutes=15)


def is_shown(request: SignedIn) -> bool:
    """Raises ReauthenticationRequired where a second step can show it without signing in anew: allauth leads there,
    and back to what was asked for."""
    shown = [record["at"] for record in get_authentication_records(request, request.user)]
    if max(shown, default=0.0) > time.time() - JUST_NOW.total_seconds():
        return True
    if is_mfa_enabled(request.user):
        raise ReauthenticationRequired
    return False


def wanted(request: SignedIn) -> dict[str, str]:
    """For the page of a form that was sent in and came back, because it was not: where to sign in once more."""
    return {"sign_in_again": f"{reverse('account_login')}?next={request.path}"} if request.method == "POST" else {}
