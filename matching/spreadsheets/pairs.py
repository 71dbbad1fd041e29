"""The spreadsheet of pairs: written for a coordinator."""

from __future__ import annotations

import csv
import io
from heapq import merge

from matching.engine.types import Result
from matching.spreadsheets import words
from matching.spreadsheets.cells import guarded

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
