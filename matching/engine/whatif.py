"""Why not this one: what a pair that was not made would be, and what making it would cost the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.engine.explain import DIGITS
from matching.engine.pool import Pool, pool
from matching.engine.runs import match
from matching.engine.threads import on_one_thread
from matching.engine.types import Pair, Person, PoolError, Progress, Result, Rule, Settings


@dataclass(frozen=True, slots=True)
class Swap:
    """The mentee goes to the mentor, and whom the mentor has goes to the mentor that the mentee has."""

    other: str  # the other mentee's id
    total: float  # change of the total fit


@dataclass(frozen=True, slots=True)
class Cost:
    """The best for everybody with this pair locked, against the best without it."""

    total: float  # change of the total fit
    lose: int  # others who have a mentor and would have none
    gain: int  # others who have none and would have one
    move: int  # others who would have another mentor


@dataclass(frozen=True, slots=True)
class WhatIf:
    rules: tuple[Rule, ...]  # that forbid the pair; with any of them there is nothing else to tell
    fit: float | None = None
    now: float | None = None  # the fit of whom the mentee has; None for nobody
    lock: Cost | None = None
    swap: Swap | None = None


@on_one_thread
def what_if(
    pair: Pair,
    mentees: Iterable[Person],
    mentors: Iterable[Person],
    settings: Settings,
    seed: int,
    *,
    locked: Iterable[Pair] = (),
    forbidden: Iterable[Pair] = (),
    earlier: Iterable[Pair] = (),
    previous: Iterable[Pair] = (),
    progress: Progress | None = None,
) -> WhatIf:
    """For one pair (mentee id, mentor id): the rules against it, or its fit and what it would cost.

    The rest as for `match`, which is run twice. A lock of the mentee on somebody else is taken to be lifted. Raises
    PoolError.
    """
    left, right, fixed = tuple(mentees), tuple(mentors), set(locked)
    apart: dict[str, Any] = {"forbidden": set(forbidden), "earlier": set(earlier), "previous": set(previous)}
    here = pool(left, right, settings, locked=fixed, **apart)
    rules = _rules(here, *_places(here, pair))
    if rules:
        return WhatIf(rules)
    freed = {kept for kept in fixed if kept[0] != pair[0]}
    halves = _Halves(progress)
    now = match(left, right, settings, seed, locked=fixed, **apart, progress=halves.first)
    then = match(left, right, settings, seed, locked=freed | {pair}, **apart, progress=halves.second)
    fits = {p.mentee: p.fit for p in now.pairings}
    would = next(p.fit for p in then.pairings if p.mentee == pair[0])
    return WhatIf((), would, fits.get(pair[0]), _cost(now, then, pair[0]), _swap(here, now, pair))


def _places(here: Pool, pair: Pair) -> tuple[int, int]:
    """Row and column of the two."""
    found = []
    for id_, side, name in zip(pair, (here.mentees, here.mentors), ("mentee", "mentor"), strict=True):
        place = next((i for i, person in enumerate(side) if person.id == id_), None)
        if place is None:
            raise PoolError(f"the {name} of the pair", id_, f"the id of a {name} in the pool")
        found.append(place)
    return found[0], found[1]


def _rules(here: Pool, row: int, column: int) -> tuple[Rule, ...]:
    against = {rule for rule, mask in here.eligible.masks(np.array([row])) if mask[0, column]}
    if not here.places[column] and (row, column) not in here.locked:
        against.add(Rule.NO_PLACES)
    return tuple(rule for rule in Rule if rule in against)


def _cost(now: Result, then: Result, mentee: str) -> Cost:
    before, after = ({p.mentee: p.mentor for p in result.pairings if p.mentee != mentee} for result in (now, then))
    return Cost(
        total=round(then.total - now.total, DIGITS),
        lose=len(before.keys() - after.keys()),
        gain=len(after.keys() - before.keys()),
        move=sum(after[id_] != mentor for id_, mentor in before.items() if id_ in after),
    )


def _swap(here: Pool, now: Result, pair: Pair) -> Swap | None:
    """The best there is; None where the mentee has nobody to give, or nobody who may take them."""
    has = {p.mentee: p for p in now.pairings}
    mine = has.get(pair[0])
    if mine is None or mine.mentor == pair[1]:
        return None
    row, column = _places(here, pair)
    given = _places(here, (pair[0], mine.mentor))[1]
    gain = float(here.score.pairs(np.array([row]), np.array([column]))[0]) - mine.fit
    found = []
    for other in now.pairings:
        at = _places(here, (other.mentee, other.mentor))[0] if other.mentor == pair[1] and not other.locked else None
        if at is not None and here.eligible.eligible(np.array([at]))[0, given]:
            fit = float(here.score.pairs(np.array([at]), np.array([given]))[0])
            found.append(Swap(other.mentee, round(gain + fit - other.fit, DIGITS)))
    return max(found, key=lambda swap: (swap.total, swap.other), default=None)


class _Halves:
    """Two runs, told as one."""

    def __init__(self, tell: Progress | None) -> None:
        self.tell = tell

    def first(self, done: int, of: int) -> None:
        if self.tell:
            self.tell(done, 2 * of)

    def second(self, done: int, of: int) -> None:
        if self.tell:
            self.tell(of + done, 2 * of)
