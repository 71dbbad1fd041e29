"""What people look for in each other: musts as a rule, the rest as one component of the fit.

All that a person wishes weighs as one facet does (nice) or as three (important), however much they ticked, and
counts from what an ordinary partner would fulfil: to wish for more raises nobody's score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.features import EXACT_CELLS, gave, product, values
from matching.engine.sides import Floats, Rows
from matching.engine.types import Person, PoolError, Strength, Wish

WEIGHT = {Strength.NICE: 1.0, Strength.IMPORTANT: 3.0}


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of one side (n people) towards the other (m people), over w wished values of f facets."""

    soft: Floats  # (n, w) weights of the wishes that are no musts
    musts: Floats  # (n, w) 0 or 1
    has: Floats  # (m, w) 0 or 1: whether the other has the value
    gave: Floats  # (m, w) 0 or 1: whether the other made the facet available
    centre: Floats  # (n, w) of those weights what an ordinary partner fulfils

    @property
    def any_soft(self) -> bool:
        return bool(self.soft.any())

    def unmet_musts(self, rows: Rows = slice(None), columns: Rows = slice(None)) -> NDArray[np.bool_]:
        """(rows, columns) where a must does not hold, or cannot be known to."""
        musts = self.musts[rows]
        if not musts.any():
            return np.zeros((len(musts), len(self.has[columns])), np.bool_)
        return product(musts, self.has[columns]) < musts.sum(axis=1, keepdims=True) - 0.5

    def asking(self, rows: Rows) -> dict[str, Any]:
        """The fields of a Side that say what these people wish for."""
        whole = slice(None) if self.any_soft else slice(0)
        return {"soft": self.soft[rows][..., whole], "centre": self.centre[rows][..., whole]}

    def asked(self, rows: Rows) -> dict[str, Any]:
        """The fields of a Side that say what these others have of it."""
        whole = slice(None) if self.any_soft else slice(0)
        return {"has": self.has[rows][..., whole], "gave": self.gave[rows][..., whole]}


def weigh(soft: Floats, centre: Floats, has: Floats, gave: Floats) -> tuple[Floats, Floats]:
    """(..., people, others) weight of the wishes that can be looked at; how far above the centre they are met: that of
    those very wishes, so that what the other withheld neither helps nor harms them."""
    possible = product(soft, gave)
    above = product(soft, has) - product(centre, gave)
    important = product(np.where(soft > WEIGHT[Strength.NICE], soft, np.float32(0)), gave) > 0
    weight = np.where(important, WEIGHT[Strength.IMPORTANT], WEIGHT[Strength.NICE]).astype(np.float32)
    weight[possible == 0] = 0
    return weight, np.divide(above, possible, out=np.zeros_like(above), where=possible > 0)


def wishes(people: Sequence[Person], others: Sequence[Person]) -> Wishes:
    wished = sorted({(wish.facet, wish.value) for person in people for wish in person.wishes})
    if len(wished) * (len(people) + len(others)) > EXACT_CELLS:
        most = EXACT_CELLS // (len(people) + len(others))
        raise PoolError("wishes: different values", len(wished), f"at most {most} among so many people")
    column = {key: i for i, key in enumerate(wished)}
    soft = np.zeros((len(people), len(wished)), np.float32)
    musts = np.zeros_like(soft)
    for row, person in enumerate(people):
        for wish in person.wishes:
            _place(soft, musts, row, column[wish.facet, wish.value], wish)
    available = {facet: gave(others, facet) for facet in {facet for facet, _ in wished}}
    has = _table(others, column)
    given = np.stack([available[facet] for facet, _ in wished], axis=1) if wished else has.copy()
    return Wishes(soft, musts, has, given, centre(soft, has, given))


def _place(soft: Floats, musts: Floats, row: int, column: int, wish: Wish) -> None:
    if wish.strength is Strength.MUST:
        musts[row, column] = 1
    else:
        soft[row, column] = max(soft[row, column], WEIGHT[wish.strength])


def _table(others: Sequence[Person], column: Mapping[tuple[str, str], int]) -> Floats:
    wanted = defaultdict[str, dict[str, int]](dict)
    for (facet, value), place in column.items():
        wanted[facet][value] = place
    had = [
        (row, places[value])
        for facet, places in wanted.items()
        for row, other in enumerate(others)
        for value in values(other, facet) & places.keys()
    ]
    table = np.zeros((len(others), len(column)), np.float32)
    rows, columns = np.array(had, np.int64).reshape(-1, 2).T
    table[rows, columns] = 1
    return table


def centre(soft: Floats, has: Floats, given: Floats) -> Floats:
    """Of each wish as much as the share of those who gave the facet who have the value."""
    return soft * (has.sum(axis=0) / np.maximum(given.sum(axis=0), 1)).astype(np.float32)
