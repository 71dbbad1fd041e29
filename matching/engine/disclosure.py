"""Which sums over groups may be told without telling of a few people.

Whoever reads several sums can add and subtract them, with any factors: all the people less two groups may be a third,
of three people. So a family of groups is told only if no combination of their sums and of the sum over everybody
concerns fewer than LEAST people (after Chin and Özsoyoğlu 1982, auditing of sums in statistical databases). Which
groups overlap, and in whom, is taken to be known to the reader.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

LEAST = 10
STEPS = 300  # of a search, for each group; what is undecided by then is not told
ZERO = 1e-9


class Undecided(Exception):
    """The search was given up."""


def tellable(sets: Sequence[Mask], beside: Sequence[Mask]) -> list[int]:
    """Which of the sets (people,) may be told beside sums that are told anyway, the largest first, then in order."""
    columns, told = list(beside), list[int]()
    for i in sorted(range(len(sets)), key=lambda i: (-int(sets[i].sum()), i)):
        if sets[i].sum() >= LEAST and not tells_of_few([*columns, sets[i]]):
            columns.append(sets[i])
            told.append(i)
    return sorted(told)


def tells_of_few(sets: Sequence[Mask]) -> bool:
    """Whether some combination of the sums over the sets concerns somebody, but fewer than LEAST people."""
    table = np.stack(sets, axis=1)
    packed = np.packbits(table, axis=1)  # for rows of many columns are slow to tell apart
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).reshape(-1)
    _, first, sizes = np.unique(keys, return_index=True, return_counts=True)
    space = _independent(table[first].astype(np.float64))
    many = sizes >= LEAST
    few = space[~many] @ _vanishing_on(space[many])
    try:
        return _search(few, sizes[~many], LEAST, [STEPS])
    except Undecided:
        return True


def _search(space: Floats, sizes: NDArray[np.int64], room: int, steps: list[int]) -> bool:
    """Whether a combination of the columns of `space` (cells, k) differs from 0 only on cells of fewer than `room`
    people in all, those dropped on the way included: on each cell it is 0, or the cell is paid for."""
    steps[0] -= 1
    if steps[0] < 0:
        raise Undecided
    k = space.shape[1]
    if not k or np.linalg.matrix_rank(space, tol=ZERO) < k:
        return k > 0
    felt = np.abs(space).max(axis=1) > ZERO
    cell = int(np.argmax(np.where(felt, sizes, -1)))
    others, rest = np.delete(space, cell, axis=0), np.delete(sizes, cell)
    if _search(others @ _vanishing_on(space[cell : cell + 1]), rest, room, steps):
        return True
    return bool(sizes[cell] < room) and _search(others, rest, room - int(sizes[cell]), steps)


def _independent(columns: Floats) -> Floats:
    """(cells, k) an orthonormal basis of what the columns span"""
    left, strength, _ = np.linalg.svd(columns, full_matrices=False)
    return left[:, strength > ZERO * max(columns.shape)]


def _vanishing_on(rows: Floats) -> Floats:
    """(k, d) the combinations of k columns that are 0 on these rows"""
    if not len(rows):
        return np.eye(rows.shape[1])
    _, strength, right = np.linalg.svd(rows)
    return right[int((strength > ZERO).sum()) :].T
