"""Somebody's free hours, on the clock of whoever reads them."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone

from consent.values import Slot, clean_slots

MIDNIGHT = "24:00"


def for_reader(slots: Iterable[Slot], *, said_in: str) -> list[Slot]:
    """The same hours in the reader's zone, with the offsets of this week. Over midnight they are said in two."""
    reader, now = timezone.get_current_timezone(), timezone.now()
    monday = timezone.localtime(now, ZoneInfo(said_in)).date()
    monday -= timedelta(days=monday.weekday())
    moved = [piece for slot in slots for piece in _moved(slot, monday, ZoneInfo(said_in), reader)]
    return clean_slots(moved, facet="availability") if moved else []


def _moved(slot: Slot, monday: date, zone: ZoneInfo, reader: tzinfo) -> Iterator[Slot]:
    start, end = (_moment(slot, edge, monday, zone).astimezone(reader) for edge in (slot["start"], slot["end"]))
    while start.date() < end.date():
        yield {"day": start.weekday(), "start": f"{start:%H:%M}", "end": MIDNIGHT}
        start = datetime.combine(start.date() + timedelta(days=1), time(), reader)
    if start < end:
        yield {"day": start.weekday(), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}


def _moment(slot: Slot, edge: str, monday: date, zone: ZoneInfo) -> datetime:
    hour, _, minute = edge.partition(":")
    since = timedelta(days=slot["day"] + (edge == MIDNIGHT))
    clock = time() if edge == MIDNIGHT else time(int(hour), int(minute))
    return datetime.combine(monday + since, clock, zone)
