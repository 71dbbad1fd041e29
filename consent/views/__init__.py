from django.http import HttpRequest

from accounts.models import User


class Request(HttpRequest):
    """What comes through `login_required`."""

    user: User
