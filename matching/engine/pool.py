"""One pool on its way through the engine: checked, put in order by id, turned into arrays, lots drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.engine import eligibility, features, score, validation
from matching.engine.candidates import SCALE, Blocks, Edges, Lots
from matching.engine.eligibility import Eligibility
from matching.engine.passes import Spread, on_threads
from matching.engine.rules import rules
from matching.engine.score import Score
from matching.engine.sides import Ints
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

    def blocks(self, seed: int, step: Step, spread: Spread = on_threads) -> Blocks:
        """All pairs that are still open, in the order of the lots."""
        draw = np.random.Generator(np.random.PCG64(seed))
        free = np.ones(len(self.mentees), np.bool_)
        free[[row for row, _ in self.locked]] = False
        lots = Lots(draw.permutation(np.flatnonzero(free)), draw.permutation(len(self.mentors)))
        apart = _in_lots(np.concatenate([*self.eligible.apart.values()], axis=1), lots, self.eligible.shape)
        kept = _in_lots(np.array(self.previous, np.int64).reshape(-1, 2).T, lots, self.eligible.shape)
        m = len(self.mentors)
        kept = kept[:, ~np.isin(kept[0] * m + kept[1], apart[0] * m + apart[1])]
        law = rules(self.eligible)
        kept = kept[:, law.possible(lots.rows[kept[0]], lots.columns[kept[1]])]
        previous = self._edges(lots, kept, round(self.settings.stickiness * SCALE))
        return Blocks(self.score, law, lots, np.concatenate([apart, kept], axis=1), previous, step.told, spread)

    def _edges(self, lots: Lots, at: Ints, extra: int) -> Edges:
        fit = self.score.both(lots.rows[at[0]], lots.columns[at[1]])
        weight = np.rint(fit.mutual * np.float32(SCALE)).astype(np.int64) + extra
        return Edges(at[0].astype(np.int32), at[1].astype(np.int32), weight, fit.forth, fit.back)


A_PASS = 6  # steps


class Step:
    """Tells how far the work has come, in equal steps."""

    def __init__(self, tell: Progress | None, of: int) -> None:
        self.tell, self.of, self.done, self.before_pass = tell, of, 0, 0

    def forward(self) -> None:
        self._reach(self.done + 1)

    def told(self, done: int, of: int) -> None:
        """So many blocks of a pass: each pass is worth the same, however many blocks it has. Mostly there are three."""
        if done == 1:
            self.before_pass = self.done
        self._reach(self.before_pass + A_PASS * done // of)

    def _reach(self, done: int) -> None:
        self.done = min(done, self.of)
        if self.tell:
            self.tell(self.done, self.of)

    def finish(self) -> None:
        self.done = self.of - 1
        self.forward()


def _in_lots(pairs: Ints, lots: Lots, shape: tuple[int, int]) -> Ints:
    """(2, pairs) places of those who drew lots, by row, then column"""
    row, column = np.full(shape[0], -1), np.full(shape[1], -1)
    row[lots.rows], column[lots.columns] = np.arange(len(lots.rows)), np.arange(len(lots.columns))
    at = np.stack([row[pairs[0]], column[pairs[1]]])
    return np.unique(at[:, at[0] >= 0], axis=1)


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
    validation.check_numbers([*mentees, *mentors], facets)
    capacity = {mentor.id: mentor.capacity for mentor in mentors}
    apart = forbidden | eligibility.boundaries(mentees, mentors)
    validation.check_locked(sorted(locked), {mentee.id for mentee in mentees}, capacity, apart)


def _places(mentors: Sequence[Person], locked: Sequence[tuple[int, int]]) -> Ints:
    places = np.array([mentor.capacity for mentor in mentors], np.int64)
    for _, column in locked:
        places[column] -= 1
    return places
