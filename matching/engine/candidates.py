"""The sparse graph: of all possible pairs the best of each mentee and of each mentor, found block by block.

Rows and columns here are places in the lots, not in the sorted pool: whoever stands first anywhere below does so
by the seed alone. `passes` says what a block is and how others may do it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from matching.engine.passes import Pass, Spread, on_threads
from matching.engine.rules import Rules
from matching.engine.scan import FAR
from matching.engine.score import Score, harmonic
from matching.engine.sides import Floats, Found, Ints, Part, Places, Side

SCALE = 10_000_000  # whole numbers per 1 of fit: finer than float32 can tell
BLOCK = 1 << 26  # pairs in a block, at most
LEAST_BLOCK = 1 << 19
LEVEL = 32.0  # what stands for `most` in a price that single precision must hold
ANY, ONE = np.float32(-np.inf), np.float32(1)


@dataclass(frozen=True, slots=True)
class Lots:
    rows: Ints  # (n,) which mentee stands at each place
    columns: Ints  # (m,) which mentor


@dataclass(frozen=True, slots=True)
class Edges:
    """Possible pairs, sorted by row, then column."""

    rows: Places
    columns: Places
    weight: Ints  # scaled mutual fit, and bonus
    forth: Floats
    back: Floats

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def fit(self) -> Ints:
        """Scaled, without any bonus."""
        return np.rint(harmonic(self.forth, self.back) * np.float32(SCALE)).astype(np.int64)

    def pick(self, which: NDArray[np.bool_] | Ints) -> Edges:
        return Edges(*(getattr(self, field.name)[which] for field in fields(self)))


class Blocks:
    """All pairs of the pool, of which a pass finds those that are worth it. Never all at once.

    `most` is more than all fits together, so that one more match outweighs any of them.
    """

    def __init__(
        self,
        score: Score,
        rules: Rules,
        lots: Lots,
        apart: Ints,
        previous: Edges,
        done: Callable[[int, int], None],
        spread: Spread = on_threads,
    ) -> None:
        self.score, self.rules, self.lots, self.done, self.spread = score, rules, lots, done, spread
        self.apart, self.previous = apart, previous
        self.shape = len(lots.rows), len(lots.columns)
        self.most = (self.shape[0] + 1) * (SCALE + int(previous.weight.max(initial=0))) + 1
        self.passes = 0

    def scan(self, floor: Floats, most: int, price: Floats) -> tuple[Edges, Floats]:
        """Of each mentee up to `most` pairs (or as many as are worth the same) worth more than `floor` (n,) after the
        price (m,); and (n,) up to what nothing was left out. Pairs of the previous run are never among them."""
        right = replace(self._mentors(np.arange(self.shape[1])), price=price)
        found = self._pass(np.arange(self.shape[0]), floor, most, right, self._mentees, self.apart)
        return _edges(found, swapped=False), np.concatenate([np.zeros(0, np.float32), *(f.limit for f in found)])

    def scan_mentors(self, columns: Ints, most: int) -> Edges:
        """The `most` best pairs of these mentors."""
        right = self._mentees(np.arange(self.shape[0])).swapped()
        floor = np.full(len(columns), ANY)
        found = self._pass(columns, floor, most, right, lambda these: self._mentors(these).swapped(), self.apart[::-1])
        return _edges(found, swapped=True)

    def _mentees(self, rows: Ints) -> Side:
        who = self.lots.rows[rows]
        return replace(self.score.left(who, folded=True), **self.rules.side(0, who))

    def _mentors(self, columns: Ints) -> Side:
        who = self.lots.columns[columns]
        return replace(self.score.right(who, folded=True), **self.rules.side(1, who))

    def _pass(
        self, who: Ints, floor: Floats, most: int, right: Side, side: Callable[[Ints], Side], apart: Ints
    ) -> Sequence[Found]:
        pairs = len(who) * len(right)
        step = max(1, min(BLOCK, max(LEAST_BLOCK, pairs // 8)) // max(1, len(right)))

        def part(number: int) -> Part:
            these = who[number * step : (number + 1) * step]
            near = apart[:, np.isin(apart[0], these)]
            people = _barred(side(these))
            return Part(
                **{field.name: getattr(people, field.name) for field in fields(Side)},
                who=these.astype(np.int32),
                floor=floor[number * step : (number + 1) * step],
                most=np.array(most),
                apart=np.stack([np.searchsorted(these, near[0]), near[1]]),
            )

        work = Pass(self.passes, -(-len(who) // step), pairs, _barred(right, -FAR), part)
        self.passes += 1
        found = []
        for block in self.spread(work):
            found.append(block)
            self.done(len(found), work.blocks)
        return found


def best(blocks: Blocks, keep: int) -> Edges:
    """The `keep` best possible pairs of each mentee, and of each mentor who is among those of fewer mentees than that,
    so that nobody is starved."""
    n, m = blocks.shape
    edges, _ = blocks.scan(np.full(n, ANY), keep, np.zeros(m, np.float32))
    edges = merged(edges, blocks.previous, m)
    starved = np.flatnonzero(np.bincount(edges.columns, minlength=m) < keep)
    if m <= keep or not len(starved):
        return edges
    return merged(edges, blocks.scan_mentors(starved, keep), m)


def everything(blocks: Blocks) -> Edges:
    """All possible pairs: only for pools that are small."""
    n, m = blocks.shape
    edges, _ = blocks.scan(np.full(n, ANY), max(n, m), np.zeros(m, np.float32))
    return merged(edges, blocks.previous, m)


def merged(edges: Edges, more: Edges, m: int) -> Edges:
    """Each pair once, as the first has it where both have."""
    there = edges.rows.astype(np.int64) * m + edges.columns
    new = more.rows.astype(np.int64) * m + more.columns
    at = np.minimum(np.searchsorted(there, new), max(0, len(there) - 1))
    fresh = there[at] != new if len(there) else np.ones(len(new), np.bool_)
    if not fresh.any():
        return edges
    both = Edges(*(np.concatenate([getattr(edges, f.name), getattr(more, f.name)[fresh]]) for f in fields(Edges)))
    return both.pick(np.argsort(np.concatenate([there, new[fresh]]), kind="stable"))


def _barred(side: Side, by: np.float32 = ONE) -> Side:
    """With the bars among the columns of a direction that is one product."""
    if side.budget_forth.shape[1]:
        return side
    return replace(side, forth=np.hstack([side.forth, side.bar * by]), bar=side.bar[:, :0])


def _edges(found: Sequence[Found], *, swapped: bool) -> Edges:
    none = np.zeros(0, np.float32)
    rows, columns, forth, back = (
        np.concatenate([none.astype(kind), *(getattr(block, name) for block in found)])
        for name, kind in (("rows", np.int32), ("columns", np.int32), ("forth", np.float32), ("back", np.float32))
    )
    weight = np.rint(harmonic(forth, back) * np.float32(SCALE)).astype(np.int64)
    return Edges(columns, rows, weight, back, forth) if swapped else Edges(rows, columns, weight, forth, back)
