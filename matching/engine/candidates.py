"""The sparse graph: of all possible pairs the best of each mentee and of each mentor, found block by block.

Rows and columns here are places in the lots, not in the sorted pool: whoever stands first anywhere below does so
by the seed alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.eligibility import Eligibility
from matching.engine.score import Score
from matching.engine.sides import Floats

Ints = NDArray[np.int64]

SCALE = 10_000_000  # whole numbers per 1 of fit: finer than float32 can tell
BLOCK = 1 << 19  # pairs scored at once
KEPT_PAIRS = 1 << 22  # pools up to this size keep their blocks for the next pass
IMPOSSIBLE = -1


@dataclass(frozen=True, slots=True)
class Lots:
    rows: Ints  # (n,) which mentee stands at each place
    columns: Ints  # (m,) which mentor


@dataclass(frozen=True, slots=True)
class Block:
    start: int  # the first row's place
    weight: NDArray[np.int32]  # (rows, m) scaled mutual fit and bonus, or IMPOSSIBLE
    forth: Floats
    back: Floats


@dataclass(frozen=True, slots=True)
class Edges:
    """Possible pairs, sorted by row, then column."""

    rows: Ints
    columns: Ints
    weight: Ints
    forth: Floats
    back: Floats

    def __len__(self) -> int:
        return len(self.rows)

    def pick(self, which: NDArray[np.bool_]) -> Edges:
        return Edges(self.rows[which], self.columns[which], self.weight[which], self.forth[which], self.back[which])


class Blocks:
    """All pairs of the pool, a number of mentees at a time, never all at once unless they are few.

    `most` is more than all fits together, so that one more match outweighs any of them.
    """

    def __init__(
        self,
        score: Score,
        eligible: Eligibility,
        lots: Lots,
        bonus: dict[tuple[int, int], int],
        done: Callable[[], None],
    ) -> None:
        self.score, self.eligible, self.lots, self.done = score, eligible, lots, done
        self.shape = len(lots.rows), len(lots.columns)
        self.step = max(1, BLOCK // max(1, self.shape[1]))
        self.bonus = np.array(sorted((*pair, extra) for pair, extra in bonus.items()), np.int64).reshape(-1, 3)
        self.most = (self.shape[0] + 1) * (SCALE + int(self.bonus[:, 2].max(initial=0))) + 1
        self._kept: list[Block] | None = [] if self.shape[0] * self.shape[1] <= KEPT_PAIRS else None

    def __len__(self) -> int:
        return -(-self.shape[0] // self.step)

    def __iter__(self) -> Iterator[Block]:
        if self._kept:
            yield from self._kept
            return
        for start in range(0, self.shape[0], self.step):
            block = self._block(start)
            if self._kept is not None:
                self._kept.append(block)
            self.done()
            yield block

    def _block(self, start: int) -> Block:
        rows = self.lots.rows[start : start + self.step]
        fit = self.score.block(rows)
        weight = np.rint(fit.mutual * np.float32(SCALE)).astype(np.int32)
        mine = (self.bonus[:, 0] >= start) & (self.bonus[:, 0] < start + len(rows))
        at = self.bonus[mine, 0] - start, self.lots.columns[self.bonus[mine, 1]]
        weight[at] += self.bonus[mine, 2].astype(np.int32)
        for side in (fit.forth, fit.back):
            side[at] += (self.bonus[mine, 2] / SCALE).astype(np.float32)
        weight[~self.eligible.eligible(rows)] = IMPOSSIBLE
        columns = self.lots.columns
        return Block(start, weight[:, columns], fit.forth[:, columns], fit.back[:, columns])


def best(blocks: Blocks, keep: int) -> Edges:
    """The `keep` best possible pairs of each mentee and of each mentor, so that nobody is starved."""
    m = blocks.shape[1]
    found: list[Edges] = []
    top = np.full((0, m), IMPOSSIBLE, np.int32)  # of each mentor, so far
    for block in blocks:
        of_mentee = _kth(block.weight, keep, axis=1)[:, None]
        of_mentor = _kth(np.concatenate([top, block.weight]), keep, axis=0)
        found.append(_edges(block, _chosen(block.weight, of_mentee, of_mentor, keep)))
        top = _top(np.concatenate([top, block.weight]), keep)
    return merged(*found)


def missing(blocks: Blocks, prices: Ints, values: Ints, most: int, keep: int) -> Edges:
    """Pairs, kept or not, that would improve on these prices: none left proves that nothing better exists.

    `most` is what a match is worth besides its fit; `values` is what each mentee has now.
    """
    found = []
    for block in blocks:
        now = values[block.start : block.start + len(block.weight)] - most
        surplus = block.weight - prices[None, :] - now[:, None]
        surplus[(block.weight < 0) | (surplus <= 0)] = 0
        if surplus.any():
            limit = np.maximum(_kth(surplus, keep, axis=1), 1)
            found.append(_edges(block, _first(surplus >= limit[:, None], surplus > limit[:, None], keep)))
    return merged(*found)


def merged(*parts: Edges) -> Edges:
    """Each pair once."""
    if not parts:
        none = np.zeros(0, np.int64)
        return Edges(none, none, none, none.astype(np.float32), none.astype(np.float32))
    names = ("rows", "columns", "weight", "forth", "back")
    rows, columns, weight, forth, back = (np.concatenate([getattr(part, name) for part in parts]) for name in names)
    order = np.lexsort((columns, rows))
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (np.diff(rows[order]) != 0) | (np.diff(columns[order]) != 0)
    kept = order[fresh]
    return Edges(rows[kept], columns[kept], weight[kept], forth[kept], back[kept])


def _chosen(
    weight: NDArray[np.int32], of_mentee: NDArray[np.int32], of_mentor: NDArray[np.int32], keep: int
) -> NDArray[np.bool_]:
    """Where many weigh the same, the first by lot: of each mentee `keep`, of each mentor `keep` in this block."""
    if max(weight.shape) <= keep:
        return weight >= 0
    by_mentee = _first(weight >= of_mentee, weight > of_mentee, keep)
    by_mentor = _first((weight >= of_mentor).T, (weight > of_mentor).T, keep).T
    return (by_mentee | by_mentor) & (weight >= 0)


def _first(reached: NDArray[np.bool_], above: NDArray[np.bool_], keep: int) -> NDArray[np.bool_]:
    """Of each row all that lie above the limit, and of those just at it as many as there is room for."""
    ties = reached & ~above
    room = keep - above.sum(axis=1, keepdims=True)
    return above | (ties & (np.cumsum(ties, axis=1) <= room))


def _kth(weight: NDArray[np.signedinteger], keep: int, axis: int) -> NDArray[np.signedinteger]:
    """The keep-th largest along the axis, or the smallest where there are fewer."""
    length = weight.shape[axis]
    if length <= keep:
        return weight.min(axis=axis, initial=np.iinfo(weight.dtype).max)
    return np.take(np.partition(weight, length - keep, axis=axis), length - keep, axis=axis)


def _top(weight: NDArray[np.int32], keep: int) -> NDArray[np.int32]:
    return weight if len(weight) <= keep else np.partition(weight, len(weight) - keep, axis=0)[-keep:]


def _edges(block: Block, chosen: NDArray[np.bool_]) -> Edges:
    rows, columns = np.nonzero(chosen)
    at = rows, columns
    return Edges(rows + block.start, columns, block.weight[at].astype(np.int64), block.forth[at], block.back[at])
