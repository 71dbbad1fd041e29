"""Spreadsheets of people in, a spreadsheet of pairs out. UTF-8 with a header, commas between cells."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from matching.engine.types import Person, Result
from matching.spreadsheets import words
from matching.spreadsheets.cells import FACETS, PARSERS, BadCellError, Cell

MOST_PROBLEMS = 20
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HEADER = ("mentee", "mentor", "fit", "reasons")
NOT_ANSWERS = ("id", "capacity", "timezone", "wishes", "weights", "avoid")


class SheetError(ValueError):
    """The file cannot be used; one line for each thing to put right."""


class SpreadsheetDialect(csv.excel):
    strict = True


def read(path: Path, *, mentors: bool) -> list[Person]:
    """Raises SheetError, which names file, line, column, what stands there and what was expected."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _people(path.name, file, mentors)
    except OSError as error:
        raise SheetError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SheetError(f"{path.name}: is not UTF-8; save it as CSV UTF-8") from error


def write(path: Path, result: Result) -> None:
    """Aside first, then renamed: what stands at `path` is the old file or all of the new one."""
    aside = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8", newline=""
        ) as file:
            aside = Path(file.name)
            csv.writer(file, lineterminator="\n").writerows(_safe(row) for row in _rows(result))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise SheetError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        if aside is not None:
            with suppress(FileNotFoundError):
                aside.unlink()


def _people(name: str, file: Iterable[str], mentors: bool) -> list[Person]:
    rows = _numbered(name, csv.reader(file, SpreadsheetDialect))
    line, header = next(rows, (1, []))
    columns = _columns(name, line, header, mentors)
    people: list[Person] = []
    problems: list[str] = []
    first_at: dict[str, int] = {}
    for line, row in rows:
        cells = _cells(name, line, columns, row, problems)
        if "id" in cells:
            if cells["id"] in first_at:
                where = f"{name}, line {line}, column id: {cells['id']!r}"
                problems.append(f"{where}: expected each id once; it stands in line {first_at[cells['id']]}, too")
            first_at.setdefault(cells["id"], line)
            people.append(_person(cells))
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise SheetError("\n".join(problems))
    return people


def _numbered(name: str, reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line on which it begins."""
    line = 1
    try:
        for row in reader:
            if any("\0" in cell for cell in row):
                raise csv.Error("a NUL stands in it")
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise SheetError(f"{name}, line {line}: cannot be read as CSV: {error}") from error


def _columns(name: str, line: int, header: list[str], mentors: bool) -> list[str]:
    columns = [column.strip().lower() for column in header]
    known = [column for column in PARSERS if mentors or column != "capacity"]
    unknown = [column for column in columns if column not in known]
    where = f"{name}, line {line}"
    if unknown:
        named = ", ".join(repr(column) for column in unknown)
        raise SheetError(f"{where}: column {named}: expected, separated by commas, only {', '.join(known)}")
    if "id" not in columns:
        raise SheetError(f"{where}: column id: expected in the header, which names the columns")
    for column in columns:
        if columns.count(column) > 1:
            raise SheetError(f"{where}: column {column}: expected once")
    return columns


def _cells(name: str, line: int, columns: list[str], row: list[str], problems: list[str]) -> dict[str, Any]:
    if len(row) != len(columns):
        problems.append(f"{name}, line {line}: {len(row)} cells: expected {len(columns)}, as in the header")
        return {}
    cells: dict[str, Cell] = {}
    for column, text in zip(columns, row, strict=True):
        if column != "id" and not text.strip():
            continue
        try:
            cells[column] = PARSERS[column](text)
        except BadCellError as bad:
            problems.append(f"{name}, line {line}, column {column}: {text!r}: expected {bad}")
    return cells


def _person(cells: dict[str, Any]) -> Person:
    return Person(
        cells["id"],
        answers={facet.key: cells[facet.key] for facet in FACETS if facet.key in cells},
        **{field: cells[field] for field in NOT_ANSWERS[1:] if field in cells},
    )


def _rows(result: Result) -> Iterator[tuple[str, ...]]:
    yield HEADER
    found = [(p.mentee, p.mentor, f"{p.fit:.3f}", words.reasons(p.reasons)) for p in result.pairings]
    found += [(u.id, "", "", words.hindrances(u.reasons)) for u in result.unmatched]
    yield from sorted(found)


def _safe(row: tuple[str, ...]) -> list[str]:
    """A cell that a spreadsheet would run as a formula is made text."""
    return [f"'{cell}" if cell.startswith(FORMULAS) else cell for cell in row]
