"""Why one person got whom they got, or nobody, and who came next: for a coordinator who asks about an id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import attrgetter

import numpy as np
from django.utils.translation import gettext as _

from matching.engine.pool import pool
from matching.engine.types import Pairing, Person, Result, Settings
from matching.spreadsheets import words

NEXT = 3


class Explanation:
    """Of one result. The engine is asked again for the fits of everybody who was possible."""

    def __init__(
        self, result: Result, mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings
    ) -> None:
        self.settings = settings
        self.mentees, self.mentors = (sorted(side, key=attrgetter("id")) for side in (mentees, mentors))
        self.hindrances = {somebody.id: somebody.reasons for somebody in result.unmatched}
        self.mentor_of = {pairing.mentee: pairing for pairing in result.pairings}
        self.mentees_of: dict[str, list[Pairing]] = defaultdict(list)
        for pairing in result.pairings:
            self.mentees_of[pairing.mentor].append(pairing)

    def lines(self, id_: str) -> Iterator[str]:
        """About the mentee of this id, and about the mentor; nothing where there is neither."""
        for row, mentee in enumerate(self.mentees):
            if mentee.id == id_:
                yield from self._of_mentee(row, mentee)
        for column, mentor in enumerate(self.mentors):
            if mentor.id == id_:
                yield from self._of_mentor(column, mentor)

    def _of_mentee(self, row: int, mentee: Person) -> Iterator[str]:
        own = self.mentor_of.get(mentee.id)
        if own:
            yield _made(own)
        else:
            why = {"mentee": mentee.id, "reasons": words.hindrances(self.hindrances[mentee.id])}
            yield _("%(mentee)s has nobody: %(reasons)s") % why
        columns = self._possible([mentee], self.mentors)[1]
        yield _("  possible: %(some)d of %(all)d mentors") % {"some": len(columns), "all": len(self.mentors)}
        others = [column for column in columns.tolist() if not own or self.mentors[column].id != own.mentor]
        for _row, column, fit in self._best([row] * len(others), others):
            mentor = self.mentors[column]
            then = _("%(taken)d of %(all)d places taken") % self._places(mentor)
            yield _next(mentor.id, fit, then)

    def _of_mentor(self, column: int, mentor: Person) -> Iterator[str]:
        own = self.mentees_of[mentor.id]
        yield _("%(mentor)s has %(taken)d of %(all)d places taken") % {"mentor": mentor.id, **self._places(mentor)}
        for pairing in own:
            yield f"  {_made(pairing)}"
        rows = self._possible(self.mentees, [mentor])[0]
        yield _("  possible: %(some)d of %(all)d mentees") % {"some": len(rows), "all": len(self.mentees)}
        theirs = {pairing.mentee for pairing in own}
        others = [row for row in rows.tolist() if self.mentees[row].id not in theirs]
        for row, _column, fit in self._best(others, [column] * len(others)):
            mentee = self.mentees[row].id
            has = self.mentor_of.get(mentee)
            then = _("matched with %(mentor)s") % {"mentor": has.mentor} if has else _("has nobody")
            yield _next(mentee, fit, then)

    def _places(self, mentor: Person) -> dict[str, int]:
        return {"taken": len(self.mentees_of[mentor.id]), "all": mentor.capacity}

    def _possible(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> tuple[np.ndarray, np.ndarray]:
        """Rows and columns. The rules stand between two people, whoever else is there."""
        here = pool(mentees, mentors, self.settings)
        rows, columns = np.nonzero(here.eligible.eligible(np.arange(len(mentees))))
        return rows, columns

    def _best(self, rows: list[int], columns: list[int]) -> list[tuple[int, int, float]]:
        """The first few by fit, which depends on everybody."""
        score = pool(self.mentees, self.mentors, self.settings).score
        fits = score.pairs(np.array(rows, np.int64), np.array(columns, np.int64)).tolist()
        found = sorted(zip(rows, columns, fits, strict=True), key=lambda found: (-found[2], found[0], found[1]))
        return found[:NEXT]


def _made(pairing: Pairing) -> str:
    return _("%(mentee)s is matched with %(mentor)s, fit %(fit).3f: %(reasons)s") % {
        "mentee": pairing.mentee,
        "mentor": pairing.mentor,
        "fit": pairing.fit,
        "reasons": words.reasons(pairing.reasons),
    }


def _next(id_: str, fit: float, then: str) -> str:
    return _("  next: %(id)s, fit %(fit).3f, %(then)s") % {"id": id_, "fit": fit, "then": then}
