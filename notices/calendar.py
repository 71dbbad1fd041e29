"""Calendar files: when something is, and nothing about what or with whom."""

import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event


def calendar_file(*, uid: uuid.UUID, starts_at: datetime, minutes: int, cancelled: bool) -> bytes:
    """An entry in UTC, without an alarm: it would ring with its title on a locked screen.

    The same `uid` again updates or cancels what a calendar already holds."""
    event = Event()
    event.add("uid", str(uid))
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", starts_at.astimezone(UTC))
    event.add("dtend", starts_at.astimezone(UTC) + timedelta(minutes=minutes))
    event.add("summary", _("Appointment"))
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("sequence", int(cancelled))
    return _wrapped(event, "CANCEL" if cancelled else "PUBLISH")


def _wrapped(event: Event, method: str) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{settings.SITE_NAME}//EN")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
