"""Reads `register.toml`: what is kept, what for, who reads it, how long, and what of it an export holds."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_suffix(".toml")


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

    def __str__(self) -> str:
        return f"{self.kind} {self.group}: {self.name}"

    @property
    def table(self) -> str:
        return self.group

    @property
    def column(self) -> str:
        return self.name


@dataclass(frozen=True)
class Register:
    said: dict[str, Any]

    def entries(self, kind: str) -> tuple[Entry, ...]:
        groups = self.said.get(kind, {})
        return tuple(entry for name, group in groups.items() for entry in self._of(kind, name, group))

    def _of(self, kind: str, name: str, group: dict[str, Any]) -> Iterator[Entry]:
        for klass in self.said["class"]:
            for one in group.get(klass, []):
                yield self._entry(kind, name, one, klass, _merged(group, one))

    def _entry(self, kind: str, group: str, name: str, klass: str, said: dict[str, Any]) -> Entry:
        entry = Entry(
            kind,
            group,
            name,
            klass,
            about=said["about"],
            purpose=said["purpose"],
            whose=tuple(said.get("whose", ())),
            audience=tuple(said["audience"]),
            retention=said["retention"],
            export=said["export"],
        )
        self._check(entry)
        return entry

    def _check(self, entry: Entry) -> None:
        """Every word that an entry uses is explained in the register."""
        words = {"purpose": [entry.purpose], "retention": [entry.retention], "export": [entry.export]}
        for kind, used in {**words, "audience": entry.audience}.items():
            for word in used:
                if word not in self.said[kind]:
                    raise Misread(f"{entry}: there is no {kind} called {word!r}.")


def _merged(group: dict[str, Any], name: str) -> dict[str, Any]:
    """What holds for the group, and the exceptions that name this one."""
    merged = dict(group)
    for exception in group.get("but", []):
        if name in exception["of"]:
            merged |= exception
    return merged


@cache
def load() -> Register:
    return Register(tomllib.loads(PATH.read_text(encoding="utf-8")))


def columns() -> tuple[Entry, ...]:
    """Every stored column: `table`, `column`, `klass`, `audience`, `retention`, `export`, `whose`."""
    return load().entries("table")
