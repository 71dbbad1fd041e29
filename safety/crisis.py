"""Where to turn in a crisis, by country: read from crisis.toml, beside a program's own lines.

A program's own lines (`Program.help_lines`, JSON) are shown first and have the same fields as a line in the file:

    [{"name": "Our out-of-hours phone", "phone": "020 7946 0000", "hours": "18:00–22:00", "languages": ["en"]}]

Nothing here is fetched from anywhere: the page works when nothing else does.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from consent import vocabulary

SOURCE = Path(__file__).with_name("crisis.toml")
DAY_AND_NIGHT = "24/7"
NUMBER = re.compile(r"[+*]?[0-9][0-9 \-]*")
AUDIENCES = ("anyone", "queer", "trans", "young", "harmed")
LINE_FIELDS = {"name", "phone", "text_to", "text", "hours", "languages", "audience", "note", "checked"}


class CrisisError(ValueError):
    """The file, or a program's own lines, say something that cannot be."""

    def __init__(self, line: str, field: str, value: object, expected: str) -> None:
        super().__init__(f"help line {line!r}, field {field!r}: {value!r} where {expected} was expected")
        self.line, self.field, self.value, self.expected = line, field, value, expected


@dataclass(frozen=True)
class Line:
    """A help line. It has a phone number, or a number to send a text to, or both."""

    name: str
    phone: str = ""
    text_to: str = ""
    text: str = ""
    hours: str = ""
    languages: tuple[str, ...] = ()
    audience: str = "anyone"
    note: str = ""
    checked: date | None = None

    @property
    def phone_link(self) -> str:
        return f"tel:{dialled(self.phone)}" if self.phone else ""

    @property
    def text_link(self) -> str:
        return f"sms:{dialled(self.text_to)}" if self.text_to else ""

    @property
    def open_when(self) -> str:
        if self.hours == DAY_AND_NIGHT:
            return _("Day and night")
        return _(self.hours) if self.hours else _("Not around the clock")

    @property
    def is_open_always(self) -> bool:
        return self.hours == DAY_AND_NIGHT

    @property
    def for_whom(self) -> str:
        return {
            "anyone": _("For anyone"),
            "queer": _("LGBTQ+ people"),
            "trans": _("Trans people"),
            "young": _("LGBTQ+ people under 25"),
            "harmed": _("LGBTQ+ people who were abused or attacked"),
        }[self.audience]

    @property
    def about(self) -> str:
        return _(self.note) if self.note else ""

    @property
    def language_names(self) -> list[str]:
        spoken = vocabulary.load().facet("languages")
        return [spoken.word(code) for code in self.languages]


@dataclass(frozen=True)
class Country:
    code: str
    source: str
    emergency: str
    lines: tuple[Line, ...]

    @property
    def name(self) -> str:
        return _(self.source)

    @property
    def emergency_link(self) -> str:
        return f"tel:{dialled(self.emergency)}"


@dataclass(frozen=True)
class Directory:
    countries: tuple[Country, ...]
    elsewhere: tuple[str, ...]
    """Addresses of directories of help lines, as plain text: we link to nobody."""

    def country(self, code: str) -> Country | None:
        return next((country for country in self.countries if country.code == code.upper()), None)

    def by_name(self) -> list[Country]:
        return sorted(self.countries, key=lambda country: country.name)


@cache
def load() -> Directory:
    return read(tomllib.loads(SOURCE.read_text(encoding="utf-8")))


def read(data: Mapping[str, Any]) -> Directory:
    """The directory in parsed TOML. Raises CrisisError with line, field, value and what was expected."""
    return Directory(tuple(read_country(raw) for raw in data["country"]), tuple(data["elsewhere"]))


def own_lines(raw: Any) -> tuple[Line, ...]:
    """A program's own lines. Raises CrisisError."""
    expect(isinstance(raw, list), "", "help_lines", raw, "a list of lines")
    return tuple(read_line(line) for line in raw)


def read_country(raw: Mapping[str, Any]) -> Country:
    code, emergency = str(raw["code"]), str(raw["emergency"])
    expect(bool(re.fullmatch("[A-Z]{2}", code)), code, "code", code, "two capitals")
    expect(bool(NUMBER.fullmatch(emergency)), code, "emergency", emergency, "a number")
    lines = tuple(read_line(line) for line in raw["lines"])
    for line in lines:
        expect(line.checked is not None, line.name, "checked", None, "the day somebody last checked it")
    return Country(code, raw["name"], emergency, lines)


def read_line(raw: Any) -> Line:
    expect(isinstance(raw, Mapping), "", "line", raw, "an object")
    name = str(raw.get("name", ""))
    for field, value in raw.items():
        expect(field in LINE_FIELDS, name, field, value, f"one of {sorted(LINE_FIELDS)}")
    line = Line(**{**raw, "languages": tuple(raw.get("languages", ())), "checked": day(raw.get("checked"), name)})
    for field in ("name", "phone", "text_to", "text", "hours", "note"):
        expect(isinstance(getattr(line, field), str), name, field, getattr(line, field), "text")
    check(line)
    return line


def check(line: Line) -> None:
    known = vocabulary.load().facet("languages").labels
    expect(bool(line.name), line.name, "name", line.name, "a name")
    expect(bool(line.phone or line.text_to), line.name, "phone", line.phone, "a number to call or to text")
    for field, number in (("phone", line.phone), ("text_to", line.text_to)):
        expect(not number or bool(NUMBER.fullmatch(number)), line.name, field, number, "digits, spaces and hyphens")
    expect(line.audience in AUDIENCES, line.name, "audience", line.audience, f"one of {AUDIENCES}")
    for code in line.languages:
        expect(code in known, line.name, "languages", code, "a language of the vocabulary")


def day(raw: Any, line: str) -> date | None:
    """TOML has days of its own, JSON writes them as 2026-11-23."""
    if raw is None or type(raw) is date:
        return raw
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        raise CrisisError(line, "checked", raw, "a day such as 2026-11-23") from None


def dialled(number: str) -> str:
    return re.sub(r"[ \-]", "", number)


def expect(truth: bool, line: str, field: str, value: object, expected: str) -> None:
    if not truth:
        raise CrisisError(line, field, value, expected)
