"""Reads `register.toml`: what is kept and what touches it, what for, who reads it, how long, what of it is exported."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from config.env import Unreadable

PATH = Path(__file__).with_suffix(".toml")
KINDS = ("table", "route", "mail", "task", "log", "cache", "download", "admin")
QUALIFIED = {"table", "log", "cache", "download", "admin"}
"""Here the group is part of the name; elsewhere it only puts things together."""
FIELDS = ("about", "purpose", "whose", "audience", "retention", "export")
LISTS = ("whose", "audience")


class Misread(ValueError):
    """The register contradicts itself; the sentence says where."""


@dataclass(frozen=True)
class Entry:
    """One name of one group: a column of a table, a route, a task, … with all that is said of it."""

    kind: str
    group: str
    name: str
    klass: str
    about: str
    purpose: str
    whose: tuple[str, ...]
    audience: tuple[str, ...]
    retention: str
    export: str

    @property
    def key(self) -> str:
        return f"{self.group}: {self.name}" if self.kind in QUALIFIED else self.name

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def table(self) -> str:
        return self.group

    @property
    def column(self) -> str:
        return self.name


@dataclass(frozen=True)
class Rule:
    """Which rows of a table are past their time: those with the oldest `clock` where `when` holds, or those that point
    to a row that is gone."""

    table: str
    clock: tuple[str, ...] = ()
    when: Mapping[str, Any] = field(default_factory=dict)
    points: str = ""
    to: str = ""


@dataclass(frozen=True)
class Retention:
    name: str
    until: str
    because: str
    days: int | None
    rules: tuple[Rule, ...]


class Register:
    """The file, read and found to be without contradictions in itself."""

    def __init__(self, said: Mapping[str, Any], days: Mapping[str, int] | None = None) -> None:
        """`days` are those that are set otherwise than in the file."""
        self.said = said
        self.entries = tuple(entry for kind in KINDS for entry in self._read(kind))
        self.retentions = {name: _retention(name, told, days or {}) for name, told in said["retention"].items()}
        self._check()

    def of(self, kind: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.kind == kind)

    def until(self, retention: str) -> str:
        """How long, in words, with the days that hold here."""
        days = {name: kept.days for name, kept in self.retentions.items()}
        return gettext(self.retentions[retention].until).format_map(days)

    def label(self, kind: str, word: str) -> str:
        return gettext(self.said[kind][word]["label"])

    def _read(self, kind: str) -> Iterator[Entry]:
        defaults = self.said.get("defaults", {}).get(kind, {})
        for group, told in self.said.get(kind, {}).items():
            classes = {klass: names for klass, names in told.items() if klass not in FIELDS and klass != "but"}
            exceptions = [_with_known(exception, classes, group) for exception in told.get("but", [])]
            for klass, names in classes.items():
                for name in names:
                    said = defaults | told
                    for exception in exceptions:
                        said |= exception if name in exception["of"] else {}
                    yield _entry(kind, group, name, klass, said)

    def _check(self) -> None:
        """Every word that is used is explained, nothing is said twice, and who keeps for days says of which rows."""
        for entry in self.entries:
            used = {"class": [entry.klass], "purpose": [entry.purpose], "export": [entry.export]}
            for kind, words in {**used, "retention": [entry.retention], "audience": entry.audience}.items():
                if unknown := [word for word in words if word not in self.said[kind]]:
                    raise Misread(f"{entry}: there is no {kind} called {unknown[0]!r}.")
        keys = Counter((entry.kind, entry.key) for entry in self.entries)
        if twice := [key for key, times in keys.items() if times > 1]:
            raise Misread(f"{' '.join(twice[0])} stands there twice.")
        if idle := [name for name, kept in self.retentions.items() if (kept.days is None) != (not kept.rules)]:
            raise Misread(f"retention {idle[0]}: days need rules that say what is deleted, and rules need days.")


def _with_known(exception: dict[str, Any], classes: Mapping[str, list[str]], group: str) -> dict[str, Any]:
    if strange := set(exception["of"]) - {name for names in classes.values() for name in names}:
        raise Misread(f"{group}: an exception is made for {', '.join(sorted(strange))}, which does not stand there.")
    return exception


def _entry(kind: str, group: str, name: str, klass: str, said: Mapping[str, Any]) -> Entry:
    if missing := [word for word in FIELDS if word not in said and word != "whose"]:
        raise Misread(f"{kind} {group}: {', '.join(missing)} is missing.")
    told: dict[str, Any] = {word: said[word] for word in FIELDS if word not in LISTS}
    told |= {word: tuple(said.get(word, ())) for word in LISTS}
    return Entry(kind=kind, group=group, name=name, klass=klass, **told)


def _retention(name: str, told: Mapping[str, Any], days: Mapping[str, int]) -> Retention:
    rules = tuple(Rule(**{**rule, "clock": tuple(rule.get("clock", ()))}) for rule in told.get("rules", ()))
    return Retention(name, told["until"], told["because"], days.get(name, told.get("days")), rules)


def read(days: Mapping[str, int]) -> Register:
    return Register(tomllib.loads(PATH.read_text(encoding="utf-8")), days)


@cache
def load() -> Register:
    """The register, with the days that are set here."""
    kept = [name for name, one in read({}).retentions.items() if one.rules]
    for name in settings.KEEP_DAYS:
        if name not in kept:
            raise Unreadable("KINDRED_KEEP", name, f"days for one of {', '.join(kept)}")
    return read(settings.KEEP_DAYS)


def columns() -> tuple[Entry, ...]:
    """Every stored column: `table`, `column`, `klass`, `audience`, `retention`, `export`, `whose`."""
    return load().of("table")
