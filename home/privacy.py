"""The privacy notice and the record of processing, made from the register: for a page, and as files in docs/."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext, override

from home.register import Entry, Register

OF_PEOPLE = {"member", "sealed"}
ABOVE = 3
"""Sections of the notice that stand before the table."""


@dataclass(frozen=True)
class Row:
    """One kind of thing that is kept about people."""

    about: str
    readers: str
    until: str
    sealed: bool
    exported: str


@dataclass(frozen=True)
class Part:
    """What is kept for one purpose."""

    why: str
    ground: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Section:
    title: str
    points: tuple[str, ...]


def parts(register: Register) -> list[Part]:
    kept: dict[str, dict[str, list[Entry]]] = {purpose: {} for purpose in register.said["purpose"]}
    for entry in register.of("table"):
        kept[entry.purpose].setdefault(entry.about, []).append(entry)
    found = {
        purpose: [row for entries in by.values() for row in _row(register, entries)] for purpose, by in kept.items()
    }
    told = register.said["purpose"]
    return [
        Part(gettext(told[purpose]["why"]), told[purpose]["ground"], tuple(rows))
        for purpose, rows in found.items()
        if rows
    ]


def sections(register: Register) -> tuple[list[Section], list[Section]]:
    """What is said above the table, and what below it."""
    told = [
        Section(gettext(one["title"]), tuple(gettext(point) for point in one["points"]))
        for one in register.said["notice"]
    ]
    return told[:ABOVE], told[ABOVE:]


def _row(register: Register, entries: list[Entry]) -> Iterator[Row]:
    """Nothing for what is about nobody."""
    if not OF_PEOPLE & {entry.klass for entry in entries}:
        return
    words = [word for word in register.said["audience"] if any(word in entry.audience for entry in entries)]
    readers = [word for word in words if word != "nobody"] or ["nobody"]
    exported = [word for word in register.said["export"] if any(word == entry.export for entry in entries)]
    yield Row(
        gettext(entries[0].about),
        ", ".join(register.label("audience", word) for word in readers),
        "; ".join(dict.fromkeys(register.until(entry.retention) for entry in entries)),
        any(entry.klass == "sealed" for entry in entries),
        register.label("export", "opened" if "opened" in exported else exported[0]),
    )


# As files


def files(register: Register) -> dict[Path, str]:
    docs = settings.BASE_DIR / "docs"
    with override("en"):
        return {docs / "privacy.md": notice(register), docs / "record-of-processing.md": record(register)}


MADE = "<!-- Made from home/register.toml by `manage.py register`: change it there. -->"


def notice(register: Register) -> str:
    above, below = sections(register)
    lines = ["# What is kept about you, and what for", "", MADE, ""]
    lines += [line for section in above for line in _said(section)]
    lines += [
        "## What is kept",
        "",
        "| what | who reads it | how long | encrypted | in your copy |",
        "|---|---|---|---|---|",
    ]
    for part in parts(register):
        lines.append(f"| **{part.why}** | | | | |")
        lines += [_line(row.about, row.readers, row.until, _yes(row.sealed), row.exported) for row in part.rows]
    lines += ["", *(line for section in below for line in _said(section))]
    return "\n".join(
        [*lines, "How it is sealed and who can open what: [data-and-consent.md](data-and-consent.md).", ""]
    )


def record(register: Register) -> str:
    """As Art. 30 (1) of the GDPR asks for."""
    lines = ["# Record of processing activities", "", MADE, ""]
    lines += [
        "For whoever runs a deployment: fill in the first lines, and keep it with your papers (GDPR, Art. 30).",
        "",
        "| | |",
        "|---|---|",
        "| Controller, and how to reach them | |",
        "| Data protection officer, if there is one | |",
        "| Processors: who hosts the servers, who carries the mail | |",
        "| To countries outside | none by the program itself; see where your host and your mail carrier are |",
        "| Whose data | members of programs, in every role; people who begin to sign up |",
        "| Special categories | yes: being here says something by itself. Ground: explicit consent, Art. 9 (2) (a) |",
        "",
    ]
    for part in parts(register):
        lines += [f"## {part.why}", "", f"Ground: {part.ground}.", ""]
        lines += ["| categories of data | recipients | erased | encrypted |", "|---|---|---|---|"]
        lines += [_line(row.about, row.readers, row.until, _yes(row.sealed)) for row in part.rows]
        lines.append("")
    lines += ["## Why for so long", "", "| kept | because |", "|---|---|"]
    used = {entry.retention for entry in register.of("table")}
    lines += [_line(register.until(name), kept.because) for name, kept in register.retentions.items() if name in used]
    lines += ["", "## Measures of security", "", *(f"- {measure}" for measure in register.said["record"]["measures"])]
    return "\n".join([*lines, ""])


def _said(section: Section) -> list[str]:
    return [f"## {section.title}", "", *(f"- {point}" for point in section.points), ""]


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _yes(said: bool) -> str:
    return "yes" if said else "no"
