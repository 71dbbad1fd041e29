"""Calendar files: when something is, and nothing about what or with whom."""

import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from notices.models import Manner
from notices.queries import own_words


def title_of(manner: Manner) -> str:
    """What an entry is called: by the person, or by us."""
    own = own_words(manner)["entry"]
    return own or (_("Appointment") if manner.discreet else f"{_('Appointment')} · {settings.SITE_NAME}")


def calendar_file(*, uid: uuid.UUID, starts_at: datetime, minutes: int, cancelled: bool, title: str) -> bytes:
    """An entry in UTC, without an alarm: it would ring with its title on a locked screen.

    The same `uid` again updates or cancels what a calendar already holds."""
    event = Event()
    event.add("uid", str(uid))
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", starts_at.astimezone(UTC))
    event.add("dtend", starts_at.astimezone(UTC) + timedelta(minutes=minutes))
    event.add("summary", title)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("sequence", int(cancelled))
    return _wrapped(event, "CANCEL" if cancelled else "PUBLISH")


def _wrapped(event: Event, method: str) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{settings.DISCREET_NAME}//EN")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
