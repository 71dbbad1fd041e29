"""Which sums over groups may be told without telling of a few people.

Whoever reads several sums can add and subtract them, with any factors: all the people less two groups may be a third,
of three people. So a family of groups is told only if no combination of their sums and of the sum over everybody
concerns fewer than LEAST people (after Chin and Özsoyoğlu 1982, auditing of sums in statistical databases). Which
groups overlap, and in whom, is taken to be known to the reader.

To look through all combinations takes too long, but there is a proof that needs none of them: LEAST circles of people,
nobody in two of them, each with as many people as there are sums, and each such that a combination which is 0 for all
of the circle is 0 altogether. A combination that concerned fewer people than there are circles would leave out a whole
circle, and so be none. Where such circles are not found, the group is not told.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST = 10
AT_ONCE = 32  # sets by which people are told apart
PRIME = 32749
"""Numbers are counted modulo this, so that they are exact: what can be inverted modulo a prime can be inverted."""


def tellable(sets: Sequence[Mask], beside: Sequence[Mask]) -> list[int]:
    """Which of the sets (people,) may be told beside sums that are told anyway, the largest first, then in order."""
    table = np.column_stack([*beside, *sets])
    told = Told(table[_few_alike(table)].astype(np.float64))
    if not all(told.takes(i) for i in range(len(beside))):
        return []
    largest_first = sorted(range(len(sets)), key=lambda i: (-int(sets[i].sum()), i))
    return sorted(i for i in largest_first if told.takes(len(beside) + i))


class Told:
    """Sums that are told, each a column of `table` (people, columns) of 0 and 1, and the circles that prove them.

    What the sums are for the people of a circle is a square, kept as the product of two triangles (LU): to tell of one
    sum more adds a row to the one and a column to the other.
    """

    def __init__(self, table: Floats) -> None:
        people, columns = table.shape
        self.sizes = table.sum(axis=0)
        # whoever is in none of the small groups is taken first, so that there is somebody left of those
        self.table = np.asfortranarray(table[np.argsort(table @ (1 / np.maximum(self.sizes, 1)), kind="stable")])
        self.sums = np.zeros((people, columns), order="F")
        self.circles = np.zeros((LEAST, columns), np.int64)
        self.lower, self.upper = np.zeros((2, LEAST, columns, columns))  # inverted
        self.number = 0
        self.free = np.ones((people, 1), np.bool_)

    def takes(self, column: int) -> bool:
        """Tells of one more, if that can be proved to tell of nobody."""
        t, one = self.number, self.table[:, column]
        if self.sizes[column] < LEAST:
            return False
        reduced = _modulo(self.lower[:, :t, :t] @ one[self.circles[:, :t], None])
        factors = _modulo(self.upper[:, :t, :t] @ reduced)[..., 0]  # (LEAST, t): the one as each circle knows it
        beyond = _modulo(one - factors @ self.sums[:, :t].T).T
        if not beyond.any():
            return self._follows(one, factors[0])
        chosen = self._one_of_each((beyond != 0) & self.free)
        if len(chosen) < LEAST:
            return False
        self._add(one, np.array(chosen), factors, beyond)
        return True

    def _follows(self, one: Floats, factors: Floats) -> bool:
        """Whether it is a sum of the others, and so tells nothing new."""
        whole = np.where(factors > PRIME / 2, factors - PRIME, factors)
        return bool((self.sums[:, : self.number] @ whole == one).all())

    def _one_of_each(self, beyond: Mask) -> list[int]:
        """For each circle somebody who shows more than it knew; fewer where there are not enough."""
        chosen: list[int] = []
        for circle in beyond.T:
            circle[chosen] = False
            first = int(circle.argmax())
            if not circle[first]:
                break
            chosen.append(first)
        return chosen

    def _add(self, one: Floats, people: Ints, factors: Floats, beyond: Floats) -> None:
        t = self.number
        scale = np.array([pow(int(left), -1, PRIME) for left in beyond[people, np.arange(LEAST)]], np.float64)
        known = _modulo(self.sums[people, None, :t] @ self.upper[:, :t, :t])
        self.lower[:, t, :t] = _modulo(-_modulo(known @ self.lower[:, :t, :t])[:, 0] * scale[:, None])
        self.lower[:, t, t] = scale
        self.upper[:, :t, t] = _modulo(-factors)
        self.upper[:, t, t] = 1
        self.sums[:, t] = one
        self.circles[:, t] = people
        self.free[people] = False
        self.number += 1


def _few_alike(table: Mask) -> Ints:
    """Of people whom the same sets hold, LEAST: no more can be of use."""
    cell = np.zeros(len(table), np.int64)
    for start in range(0, table.shape[1], AT_ONCE):
        bits = table[:, start : start + AT_ONCE] @ (1 << np.arange(table.shape[1] - start)[:AT_ONCE])
        _, cell = np.unique(cell << AT_ONCE | bits, return_inverse=True)
    order = np.argsort(cell, kind="stable")
    sorted_ = cell[order]
    return np.sort(order[np.arange(len(order)) - np.searchsorted(sorted_, sorted_) < LEAST])


def _modulo(numbers: Floats) -> Floats:
    return numbers - PRIME * np.floor(numbers / PRIME)
