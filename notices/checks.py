"""What an operator may have named without thinking of who else reads it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning

from notices.lexicon import outing

SHOWN = {
    "KINDRED_SITE_NAME": "SITE_NAME",
    "KINDRED_SITE_ADDRESS": "SITE_ADDRESS",
    "KINDRED_MAIL_FROM": "DEFAULT_FROM_EMAIL",
    "KINDRED_DISCREET_NAME": "DISCREET_NAME",
    "KINDRED_DISCREET_SENDER": "DISCREET_SENDER",
}


def names_tell_nothing(**_: Any) -> list[CheckMessage]:
    """Names stand in titles, mail and addresses. Not refused: a program may want to be recognised."""
    telling = {name: outing(getattr(settings, setting)) for name, setting in SHOWN.items()}
    return [
        Warning(f"{name} says “{words[0]}”.", hint="Whoever looks over a shoulder reads it.", id="notices.W001")
        for name, words in telling.items()
        if words
    ]
