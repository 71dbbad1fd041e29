"""What may stand in a cell, column by column."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from zoneinfo import ZoneInfo

from matching.engine.types import MINUTES_PER_DAY, Facet, Kind, Slot, Strength, Wish
from matching.spreadsheets.formulas import bare

FACETS = (
    Facet("languages", Kind.LANGUAGES, 0.5),
    Facet("availability", Kind.AVAILABILITY, 0.5),
    Facet("formats", Kind.FORMATS),
    Facet("place", Kind.PLACE, 0.5),
    Facet("values", Kind.TAGS, 2.0),  # shared values go with satisfaction more than anything else one can tick
    Facet("goals", Kind.TAGS),
    Facet("topics", Kind.TAGS),
    Facet("skills", Kind.SKILLS),
    Facet("about", Kind.TEXT),
    Facet("identity", Kind.TAGS, 0.0),  # counts only where somebody wishes or weighs it
)
FORMATS = ("online", "in-person")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SLOT = re.compile(rf"({'|'.join(DAYS)})\s+(\d\d?):(\d\d)\s*[-–]\s*(\d\d?):(\d\d)", re.IGNORECASE | re.ASCII)
WISHED = tuple(facet.key for facet in FACETS if facet.kind not in (Kind.TEXT, Kind.AVAILABILITY))
MOST_PLACES = 10_000
KEPT = 1 << 15  # what many people say is understood once and kept once
STRANGE = re.compile("[\0\udc80-\udcff]")  # NUL, and what bytes become that are not UTF-8 (surrogateescape)

Cell = str | int | frozenset[str] | tuple[Slot, ...] | tuple[Wish, ...] | dict[str, float]


class BadCellError(ValueError):
    """Says what was expected; the message completes "expected …"."""


def clean(text: str) -> str:
    """One spelling for what looks the same."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def id_(text: str) -> str:
    cleaned = bare(clean(text))
    if not cleaned or ";" in cleaned:
        raise BadCellError("an id, without ; which stands between ids")
    return cleaned


def capacity(text: str) -> int:
    places = clean(text)
    if not (places.isascii() and places.isdecimal() and len(places) < 6 and int(places) <= MOST_PLACES):
        raise BadCellError(f"a whole number from 0 to {MOST_PLACES}")
    return int(places)


def timezone(text: str) -> str:
    zone = clean(text)
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise BadCellError("an IANA time zone such as Europe/Berlin") from None
    return zone


def choices(text: str) -> frozenset[str]:
    return frozenset({_lower(part) for part in _parts(text)})  # copied from a set, it takes no room to grow


def formats(text: str) -> frozenset[str]:
    found = choices(text)
    if found - set(FORMATS):
        raise BadCellError(" or ".join(FORMATS) + ", separated by ;")
    return found


def ids(text: str) -> frozenset[str]:
    return frozenset(map(bare, _parts(text)))


def availability(text: str) -> tuple[Slot, ...]:
    return tuple(_slot(part) for part in _parts(text))


def wishes(text: str) -> tuple[Wish, ...]:
    return tuple(_wish(part) for part in _parts(text))


def weights(text: str) -> dict[str, float]:
    return dict(_weight(part) for part in _parts(text))


UNDERSTOOD: dict[str, Callable[[str], Cell]] = {
    "id": id_,
    "capacity": capacity,
    "languages": choices,
    "availability": availability,
    "timezone": timezone,
    "formats": formats,
    "place": choices,
    "values": choices,
    "goals": choices,
    "topics": choices,
    "skills": choices,
    "about": str.strip,
    "identity": choices,
    "wishes": wishes,
    "weights": weights,
    "avoid": ids,
    "groups": choices,
}
DIFFERENT = ("id", "about", "avoid")  # from one person to the next


def _parser(column: str) -> Callable[[str], Cell]:
    def parse(text: str) -> Cell:
        if STRANGE.search(text):
            raise BadCellError("UTF-8; save the file as CSV UTF-8")
        return UNDERSTOOD[column](text)

    return parse if column in DIFFERENT else lru_cache(KEPT)(parse)


PARSERS = {column: _parser(column) for column in UNDERSTOOD}


def _parts(text: str) -> list[str]:
    return [part for part in map(_cleaned, text.split(";")) if part]


_cleaned = lru_cache(KEPT)(clean)
_lower = lru_cache(KEPT)(str.lower)


@lru_cache(KEPT)
def _slot(text: str) -> Slot:
    expected = "a day and hours such as mon 18:00-20:30; past midnight in two: fri 22:00-24:00;sat 00:00-01:00"
    found = SLOT.fullmatch(text)
    if not found:
        raise BadCellError(expected)
    start, end = (_minute(found[at], found[at + 1], expected) for at in (2, 4))
    if start >= end:
        raise BadCellError(expected)
    return Slot(DAYS.index(found[1].lower()), start, end)


def _minute(hour: str, minute: str, expected: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > MINUTES_PER_DAY:
        raise BadCellError(expected)
    return total


def _wish(text: str) -> Wish:
    strength, _, wished = text.partition(":")
    facet, _, value = (part.strip().lower() for part in wished.partition("="))
    try:
        how_much = Strength(strength.strip().lower())
    except ValueError:
        raise BadCellError("nice:, important: or must: before each wish, such as must:values=faith") from None
    if facet not in WISHED or not value:
        raise BadCellError(f"a column and a value such as nice:values=faith; the column one of {', '.join(WISHED)}")
    return Wish(facet, value, how_much)


def _weight(text: str) -> tuple[str, float]:
    facet, _, number = (part.strip().lower() for part in text.partition("="))
    keys = [known.key for known in FACETS]
    try:
        weight = float(number)
    except ValueError:
        weight = math.nan
    if facet not in keys or not (math.isfinite(weight) and weight >= 0):
        raise BadCellError(f"columns and numbers from 0 such as values=3;about=1; the columns {', '.join(keys)}")
    return facet, weight
