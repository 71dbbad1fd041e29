"""What somebody says about themselves before anything else."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User, check_time_zone
from accounts.refusals import Refusal


class NameMissing(Refusal):
    sentence = _("Please choose a name to use. It can be any name you like.")


class ZoneUnknown(Refusal):
    sentence = _("We do not know this time zone. Please choose one from the list.")


class LanguageUnknown(Refusal):
    sentence = _("We do not speak this language yet. Please choose one from the list.")


def settle(*, user: User, name_to_use: str, time_zone: str, language: str, now: datetime) -> None:
    """Somebody says to be an adult (that is what calling this means), and how to be called. The first time counts."""
    user.adult_attested_at = user.adult_attested_at or now
    _describe(user, name_to_use, time_zone, language, "adult_attested_at")


def rename(*, user: User, name_to_use: str, time_zone: str, language: str) -> None:
    """A new name acts everywhere at once: nothing keeps a copy of the old one."""
    _describe(user, name_to_use, time_zone, language)


def _describe(user: User, name_to_use: str, time_zone: str, language: str, *further: str) -> None:
    name = " ".join(name_to_use.split())
    if not name:
        raise NameMissing
    if language not in dict(settings.LANGUAGES):
        raise LanguageUnknown
    try:
        check_time_zone(time_zone)
    except ValidationError:
        raise ZoneUnknown from None
    user.name_to_use, user.time_zone, user.language = name, time_zone, language
    user.save(update_fields=["name_to_use", "time_zone", "language", *further])
