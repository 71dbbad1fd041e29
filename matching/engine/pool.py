"""One pool on its way through the engine: checked, put in order by id, turned into arrays, lots drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.engine import eligibility, features, score, validation
from matching.engine.candidates import SCALE, Blocks, Ints, Lots
from matching.engine.eligibility import Eligibility
from matching.engine.score import Score
from matching.engine.types import Pair, Person, Progress, Settings
from matching.engine.wishes import wishes


@dataclass(frozen=True, slots=True)
class Pool:
    mentees: tuple[Person, ...]  # by id
    mentors: tuple[Person, ...]  # by id
    settings: Settings
    locked: tuple[tuple[int, int], ...]  # row and column
    places: Ints  # (mentors,) left beside the locked
    score: Score
    eligible: Eligibility
    previous: tuple[tuple[int, int], ...]

    def blocks(self, seed: int, step: Step) -> Blocks:
        """All pairs that are still open, in the order of the lots."""
        draw = np.random.Generator(np.random.PCG64(seed))
        taken = {row for row, _ in self.locked}
        rows = draw.permutation(np.array([i for i in range(len(self.mentees)) if i not in taken], np.int64))
        lots = Lots(rows, draw.permutation(len(self.mentors)))
        row_place, column_place = ({int(who): at for at, who in enumerate(side)} for side in (rows, lots.columns))
        extra = round(self.settings.stickiness * SCALE)
        bonus = {(row_place[a], column_place[b]): extra for a, b in self.previous if a in row_place}
        return Blocks(self.score, self.eligible, lots, bonus, step.forward)


class Step:
    """Tells how far the work has come, in equal steps."""

    def __init__(self, tell: Progress | None, of: int) -> None:
        self.tell, self.of, self.done = tell, of, 0

    def forward(self) -> None:
        self.done = min(self.done + 1, self.of)
        if self.tell:
            self.tell(self.done, self.of)

    def finish(self) -> None:
        self.done = self.of - 1
        self.forward()


def pool(
    mentees: Iterable[Person],
    mentors: Iterable[Person],
    settings: Settings,
    *,
    locked: Iterable[Pair] = (),
    forbidden: Iterable[Pair] = (),
    earlier: Iterable[Pair] = (),
    previous: Iterable[Pair] = (),
) -> Pool:
    """Raises PoolError for anything that cannot be worked with. The order of input leaves no trace."""
    left, right = tuple(mentees), tuple(mentors)
    fixed, apart, before = set(locked), set(forbidden), set(previous)
    _check(left, right, settings, fixed, apart)
    left, right = (tuple(sorted(side, key=lambda person: person.id)) for side in (left, right))
    row, column = ({person.id: i for i, person in enumerate(side)} for side in (left, right))
    pairs = tuple(sorted((row[a], column[b]) for a, b in fixed))
    places = _places(right, pairs)
    forth, back = wishes(left, right), wishes(right, left)
    found = features.likenesses(left, right, settings)
    facets = [likeness.facet for likeness in found]
    return Pool(
        left,
        right,
        settings,
        pairs,
        places,
        score.score(found, features.weights(left, facets), features.weights(right, facets), forth, back),
        eligibility.eligibility(
            left, right, settings, forth=forth, back=back, forbidden=apart, earlier=earlier, full=places == 0
        ),
        tuple(sorted((row[a], column[b]) for a, b in before if a in row and b in column)),
    )


def _check(
    mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings, locked: set[Pair], forbidden: set[Pair]
) -> None:
    facets = {facet.key: facet for facet in settings.facets}
    validation.check_settings(settings)
    validation.check_people(mentees, "mentee", facets)
    validation.check_people(mentors, "mentor", facets)
    capacity = {mentor.id: mentor.capacity for mentor in mentors}
    apart = forbidden | eligibility.boundaries(mentees, mentors)
    validation.check_locked(sorted(locked), {mentee.id for mentee in mentees}, capacity, apart)


def _places(mentors: Sequence[Person], locked: Sequence[tuple[int, int]]) -> Ints:
    places = np.array([mentor.capacity for mentor in mentors], np.int64)
    for _, column in locked:
        places[column] -= 1
    return places
