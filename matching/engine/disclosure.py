"""Which sums over groups may be told without telling of a few people.

Whoever reads several sums can add and subtract them, with any factors: all the people less two groups may be a third,
of three people. So a family of groups is told only if no combination of their sums and of the sum over everybody
concerns fewer than LEAST people (after Chin and Özsoyoğlu 1982, auditing of sums in statistical databases). Which
groups overlap, and in whom, is taken to be known to the reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST = 10
STEPS = 100  # of a search, for each group; what is undecided by then is not told
ENOUGH = 4  # times as many cells as sets are looked at, where that may already decide
ZERO = 1e-6


class Undecided(Exception):
    """The search was given up."""


@dataclass(frozen=True, slots=True)
class Cells:
    """People whom the same sets hold."""

    of: Ints  # (people,) the cell of each
    table: Floats  # (cells, sets) 1 where the set holds the cell
    sizes: Ints  # (cells,)

    def split(self, by: Mask) -> Cells:
        finer = 2 * self.of + by
        counts = np.bincount(finer, minlength=2 * len(self.sizes))
        there = np.flatnonzero(counts)
        place = np.cumsum(counts > 0) - 1
        return Cells(place[finer], np.column_stack([self.table[there // 2], there % 2]), counts[there])


def tellable(sets: Sequence[Mask], beside: Sequence[Mask]) -> list[int]:
    """Which of the sets (people,) may be told beside sums that are told anyway, the largest first, then in order."""
    people = len(beside[0])
    cells = Cells(np.zeros(people, np.int64), np.zeros((1, 0)), np.array([people]))
    for known in beside:
        cells = cells.split(known)
    told = []
    for i in sorted(range(len(sets)), key=lambda i: (-int(sets[i].sum()), i)):
        finer = cells.split(sets[i])
        if sets[i].sum() >= LEAST and not tells_of_few(finer):
            cells = finer
            told.append(i)
    return sorted(told)


def tells_of_few(cells: Cells) -> bool:
    """Whether some combination of the sums over the sets concerns somebody, but fewer than LEAST people."""
    many = cells.sizes >= LEAST
    left, rows = _vanishing_on(cells.table[many]), cells.table[~many]
    if all(_all_felt(rows[part::LEAST][: ENOUGH * len(left)] @ left) for part in range(LEAST)):
        return False  # whatever is not 0 for somebody is not 0 for one in each of LEAST parts
    try:
        return _search(_independent(rows @ left), cells.sizes[~many], LEAST, [STEPS])
    except Undecided:
        return True


def _search(space: Floats, sizes: Ints, room: int, steps: list[int]) -> bool:
    """Whether a combination of the columns of `space` (cells, k) differs from 0 only on cells of fewer than `room`
    people in all, those dropped on the way included: on each cell it is 0, or the cell is paid for."""
    steps[0] -= 1
    if steps[0] < 0:
        raise Undecided
    k = space.shape[1]
    if not k or not _all_felt(space):
        return k > 0
    felt = np.abs(space).max(axis=1) > ZERO
    cell = int(np.argmax(np.where(felt, sizes, -1)))
    others, rest = np.delete(space, cell, axis=0), np.delete(sizes, cell)
    if _search(others @ _vanishing_on(space[cell : cell + 1]), rest, room, steps):
        return True
    return bool(sizes[cell] < room) and _search(others, rest, room - int(sizes[cell]), steps)


def _all_felt(columns: Floats) -> bool:
    """Whether no combination of the columns is 0 everywhere."""
    return not _vanishing_on(columns).shape[1]


def _independent(columns: Floats) -> Floats:
    """(cells, k) an orthonormal basis of what the columns span"""
    strength, turned = np.linalg.eigh(columns.T @ columns)
    kept = strength > ZERO
    return columns @ turned[:, kept] / np.sqrt(strength[kept])


def _vanishing_on(rows: Floats) -> Floats:
    """(k, d) the combinations of k columns that are 0 on these rows; too many rather than too few"""
    strength, turned = np.linalg.eigh(rows.T @ rows)
    return turned[:, strength <= ZERO]
