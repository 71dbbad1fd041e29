from django.http import HttpRequest

from accounts.models import User


class SignedIn(HttpRequest):
    """What comes through `login_required`."""

    user: User
