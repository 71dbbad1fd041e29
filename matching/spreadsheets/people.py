"""The people of one spreadsheet, mentees or mentors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matching.engine.types import Person, Progress
from matching.spreadsheets.cells import FACETS, PARSERS
from matching.spreadsheets.sheets import Sheet

NOT_ANSWERS = ("capacity", "timezone", "wishes", "weights", "avoid", "groups")


def read(path: Path, *, mentors: bool, progress: Progress | None = None) -> list[Person]:
    """Raises SheetError, which names file, line, column, what stands there and what was expected."""
    sheet = Sheet(
        path, {column: parse for column, parse in PARSERS.items() if mentors or column != "capacity"}, ("id",)
    )
    people: list[Person] = []
    first_at: dict[str, int] = {}
    for line, cells in sheet.rows(progress):
        first = first_at.setdefault(cells["id"], line)
        if first != line:
            sheet.refuse(line, "id", cells["id"], f"each id once; it stands in line {first}, too")
        people.append(_person(cells))
    return people


def _person(cells: dict[str, Any]) -> Person:
    return Person(
        cells["id"],
        answers={facet.key: cells[facet.key] for facet in FACETS if facet.key in cells},
        **{field: cells[field] for field in NOT_ANSWERS if field in cells},
    )
