"""The spreadsheet of pairs: written for a coordinator, and read again for the pairs that are to stay."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from heapq import merge
from pathlib import Path

from matching.engine.types import Pair, Person, Result
from matching.spreadsheets import words
from matching.spreadsheets.cells import PARSERS
from matching.spreadsheets.formulas import guarded
from matching.spreadsheets.sheets import Sheet

HEADER = ("mentee", "mentor", "fit", "reasons")


def text(result: Result) -> str:
    """Everybody who looks for a mentor on a line of their own, by id. No cell can be run as a formula."""
    matched = ((p.mentee, p.mentor, f"{p.fit:.3f}", words.reasons(p.reasons)) for p in result.pairings)
    alone = ((u.id, "", "", words.hindrances(u.reasons)) for u in result.unmatched)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(map(guarded, row) for row in merge(matched, alone))
    return file.getvalue()


def locked(path: Path, mentees: Sequence[Person], mentors: Sequence[Person]) -> list[Pair]:
    """The pairs that stay, of people who are there, may meet and have room. What `text` made can be given as it is: a
    row of reasons without a mentor locks nobody. Raises SheetError."""
    sheet = Sheet(path, {"mentee": PARSERS["id"], "mentor": _mentor, "fit": str, "reasons": str}, HEADER[:2])
    here, there = ({person.id: person for person in side} for side in (mentees, mentors))
    found: list[Pair] = []
    times = Counter[str]()
    for line, cells in sheet.rows():
        mentee, mentor = cells["mentee"], cells["mentor"]
        if not mentor and "reasons" in cells:
            continue
        times.update((f"mentee {mentee}", f"mentor {mentor}"))
        if mentee not in here:
            sheet.refuse(line, "mentee", mentee, "the id of a mentee")
        elif times[f"mentee {mentee}"] > 1:
            sheet.refuse(line, "mentee", mentee, "each mentee once")
        elif mentor not in there:
            sheet.refuse(line, "mentor", mentor, "the id of a mentor")
        elif mentee == mentor or mentor in here[mentee].avoid or mentee in there[mentor].avoid:
            sheet.refuse(line, "mentor", mentor, f"somebody who is not kept apart from {mentee!r}")
        elif times[f"mentor {mentor}"] > there[mentor].capacity:
            sheet.refuse(line, "mentor", mentor, f"at most {there[mentor].capacity} rows, as many as there are places")
        found.append((mentee, mentor))
    return found


def _mentor(text: str) -> str:
    return str(PARSERS["id"](text)) if text.strip() else ""
