"""One CSV file with a header, read row by row. UTF-8, commas between cells, lines ended as anybody ends them."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TextIO

from matching.engine.types import Progress
from matching.spreadsheets.cells import STRANGE, BadCellError, Cell

MOST_PROBLEMS = 20
SHOWN = 60
LINES_BETWEEN = 2_000
WHOLE_CELL = re.compile(r'(?:"(?:[^"]|"")*"|[^",\r\n][^,\r\n]*|)(?:,|\r?\n|\r|\Z)')

Parsers = Mapping[str, Callable[[str], Cell]]


class SheetError(ValueError):
    """The file cannot be used; one line for each thing to put right."""


class SpreadsheetDialect(csv.excel):
    strict = True


class Sheet:
    """The rows of a file, and all that is to put right in it: told at once, with file, line, column and what was
    expected, as soon as the rows are through or there is too much of it."""

    def __init__(self, path: Path, parsers: Parsers, needed: tuple[str, ...]) -> None:
        self.path, self.parsers, self.needed = path, parsers, needed
        self.problems: list[str] = []

    def rows(self, progress: Progress | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
        """Each row that is not blank: the line on which it begins, and what stands in its cells by column. Rows whose
        needed cells cannot be read are left out. Raises SheetError."""
        try:
            with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                yield from self._rows(file, progress)
        except OSError as error:
            raise SheetError(f"{self.path}: cannot be read: {error.strerror}") from error
        if self.problems:
            raise SheetError("\n".join(self.problems))

    def refuse(self, line: int, column: str, text: str, expected: object) -> None:
        self._note(f"line {line}, column {column}: {_shown(text)}: expected {expected}")

    def _note(self, problem: str) -> None:
        self.problems.append(f"{self.path.name}, {problem}")
        if len(self.problems) >= MOST_PROBLEMS:
            raise SheetError("\n".join([*self.problems, "There may be more."]))

    def _rows(self, file: TextIO, progress: Progress | None) -> Iterator[tuple[int, dict[str, Any]]]:
        rows = self._numbered(file, progress)
        line, header = next(rows, (1, []))
        columns = self._columns(line, header)
        for line, row in rows:
            cells = self._cells(line, columns, row)
            if all(column in cells for column in self.needed):
                yield line, cells

    def _numbered(self, file: TextIO, progress: Progress | None) -> Iterator[tuple[int, list[str]]]:
        size = os.fstat(file.fileno()).st_size
        line, columns = 1, list[str]()
        held: list[str] = []  # the lines of the row that is being read

        def lines() -> Iterator[str]:
            for number, text in enumerate(file):
                held.append(text)
                if progress and size and not number % LINES_BETWEEN:
                    progress(file.buffer.tell(), size)
                yield text

        reader = csv.reader(lines(), SpreadsheetDialect)
        try:
            for row in reader:
                columns = columns or row
                if any(map(str.strip, row)):
                    yield line, row
                held.clear()
                line = reader.line_num + 1
        except csv.Error:
            self._unreadable(line, columns, "".join(held))

    def _unreadable(self, line: int, columns: list[str], text: str) -> NoReturn:
        """The first cell that is not whole, or too long to be meant."""
        most, at, where = csv.field_size_limit(), 0, f"line {line}"
        for column in columns:
            cell, where = WHOLE_CELL.match(text, at), f"line {line}, column {column}"
            if not cell or len(cell[0]) > most:
                break
            at = cell.end()
        expected = f"at most {most:,} characters, and a quote that begins a cell to end it, those between doubled"
        problem = f"{self.path.name}, {where}: {_shown(text[at:])}: expected {expected}"
        raise SheetError("\n".join([*self.problems, problem]))

    def _columns(self, line: int, header: list[str]) -> list[str]:
        columns = [column.strip().lower() for column in header]
        where = f"{self.path.name}, line {line}"
        if any(map(STRANGE.search, columns)):
            raise SheetError(f"{where}: expected UTF-8; save the file as CSV UTF-8")
        unknown = [column for column in columns if column not in self.parsers]
        if unknown:
            named = ", ".join(map(_shown, unknown))
            raise SheetError(f"{where}: column {named}: expected, separated by commas, only {', '.join(self.parsers)}")
        for column in self.needed:
            if column not in columns:
                raise SheetError(f"{where}: column {column}: expected in the header, which names the columns")
        for column in columns:
            if columns.count(column) > 1:
                raise SheetError(f"{where}: column {column}: expected once")
        return columns

    def _cells(self, line: int, columns: list[str], row: list[str]) -> dict[str, Any]:
        if len(row) != len(columns):
            self._note(f"line {line}: {len(row)} cells: expected {len(columns)}, as in the header")
            return {}
        cells: dict[str, Cell] = {}
        for column, text in zip(columns, row, strict=True):
            if text.strip() or column in self.needed:
                try:
                    cells[column] = self.parsers[column](text)
                except BadCellError as bad:
                    self.refuse(line, column, text, bad)
        return cells


def _shown(text: str) -> str:
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return repr(whole if len(whole) <= SHOWN else f"{whole[:SHOWN]}…")
