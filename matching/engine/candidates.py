"""The sparse graph: of all possible pairs the best of each mentee and of each mentor, found block by block.

Rows and columns here are places in the lots, not in the sorted pool: whoever stands first anywhere below does so
by the seed alone. `passes` says what a block is and how others may do it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
MANY = 1 << 10  # people: so many who weigh alike are worth a block of their own
LEVEL = 32.0  # what stands for `most` in a price that single precision must hold
Strip = tuple[Ints, Ints]  # whom to look at, and among whom of the other side
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

    def in_order(self, m: int) -> Edges:
        at = self.rows.astype(np.int64) * m + self.columns
        return self if (np.diff(at) > 0).all() else self.pick(np.argsort(at, kind="stable"))  # for it is in stretches

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

    def scan(self, floor: Floats, most: int, price: Floats, known: Floats | None = None) -> tuple[Edges, Floats]:
        """Of each mentee up to `most` pairs (or as many as are worth the same) worth more than `floor` (n,) after the
        price (m,); and (n,) up to what nothing was left out. Pairs of the previous run are never among them.

        Where all pairs of a fit above `known` (n,) are known already, those with mentors who cost more than what that
        leaves are not looked at.
        """
        m = self.shape[1]
        strips = self._by_rules() if known is None else _by_price(known - floor, price)
        right = replace(self._mentors(np.arange(m)), price=price)
        found = self._pass(strips, floor, most, right, self.apart)
        limit = floor.copy()
        for (rows, _), block in zip(strips, found, strict=True):
            limit[rows] = block.limit
        return _edges(found).in_order(m), limit

    def scan_mentors(self, columns: Ints, most: int) -> Edges:
        """The `most` best pairs of these mentors, or as many as are worth the same."""
        n, m = self.shape
        at = np.full(m, -1)
        at[columns] = np.arange(len(columns))
        apart = np.stack([self.apart[0], at[self.apart[1]]])
        apart = apart[:, apart[1] >= 0]
        strips = list(_strips(np.arange(n), np.arange(len(columns)), _size(n * len(columns))))
        found = _edges(self._pass(strips, np.full(n, ANY), most, self._mentors(columns), apart, turned=True))
        best = found.pick(_best_of_columns(found, len(columns), most))
        return replace(best, columns=columns[best.columns].astype(np.int32)).in_order(m)

    def _by_rules(self) -> list[Strip]:
        """Mentees whom the same mentors are open to together."""
        kind, open_to = self.rules.kind[self.lots.rows], self.rules.open_to[:, self.lots.columns]
        size = _size(self.shape[0] * self.shape[1])
        parts = [(k, rows) for k in range(len(open_to)) for rows in self._alike(np.flatnonzero(kind == k))]
        return [strip for k, rows in parts for strip in _strips(rows, np.flatnonzero(open_to[k]), size)]

    def _alike(self, rows: Ints) -> list[Ints]:
        """Apart by how they weigh, those of whom there are many."""
        if len(rows) < MANY:
            return [rows]
        number = self.score.kinds(self.lots.rows[rows])
        number[np.bincount(number)[number] < MANY] = -1
        return [rows[number == each] for each in np.unique(number)]

    def _mentees(self, rows: Ints) -> Side:
        who = self.lots.rows[rows]
        return replace(self.score.left(who, folded=True), **self.rules.side(0, who))

    def _mentors(self, columns: Ints) -> Side:
        who = self.lots.columns[columns]
        return replace(self.score.right(who, folded=True), **self.rules.side(1, who))

    def _pass(
        self, strips: list[Strip], floor: Floats, most: int, right: Side, apart: Ints, *, turned: bool = False
    ) -> list[Found]:
        def part(number: int) -> Part:
            who, among = strips[number]
            of, at = np.full(len(floor), -1), np.full(len(right), -1)
            of[who], at[among] = np.arange(len(who)), np.arange(len(among))
            near = np.stack([of[apart[0]], at[apart[1]]])
            mentees = self._mentees(who)
            alike = self.score.alike(self.lots.rows[who])[: 0 if turned else None]
            people = _barred(replace(mentees, forth=mentees.forth[:, len(alike) :]))
            return Part(
                **{field.name: getattr(people, field.name) for field in fields(Side)},
                who=who.astype(np.int32),
                among=among,
                floor=floor[who],
                most=np.array(most),
                alike=alike,
                apart=near[:, (near >= 0).all(axis=0)],
                turned=np.array(turned),
            )

        pairs = sum(len(who) * len(among) for who, among in strips)
        work = Pass(self.passes, len(strips), pairs, _barred(right, -FAR), part)
        self.passes += 1
        found = []
        for block in self.spread(work) if strips else ():
            found.append(block)
            self.done(len(found), work.blocks)
        return found


def _by_price(reach: Floats, price: Floats) -> list[Strip]:
    """Each mentee with the mentors who cost no more than what is within reach; people of about one reach together."""
    order = np.argsort(price, kind="stable")
    width = np.searchsorted(price[order], reach, side="right")
    rows = np.argsort(-width, kind="stable")[: np.count_nonzero(width)]
    pairs = np.cumsum(width[rows])
    size = _size(int(pairs[-1]) if len(pairs) else 0)
    parts = np.split(rows, np.unique(np.searchsorted(pairs, np.arange(size, pairs[-1] if len(pairs) else 0, size))))
    return [(part, order[: width[part[0]]]) for part in parts if len(part)]


def _strips(rows: Ints, columns: Ints, size: int) -> Iterator[Strip]:
    """All of about the same size, `size` at most: a small one at the end would take as long to hand on as to do."""
    pairs = len(rows) * len(columns)
    for part in np.array_split(rows, min(len(rows), -(-pairs // size))) if pairs else ():
        yield part, columns


def _size(pairs: int) -> int:
    """Of a block."""
    return min(BLOCK, max(LEAST_BLOCK, pairs // 8))


def best(blocks: Blocks, keep: int) -> tuple[Edges, Floats]:
    """The `keep` best possible pairs of each mentee, and of each mentor who is among those of fewer mentees than that,
    so that nobody is starved. And (n,) the fit above which each mentee's are all here."""
    n, m = blocks.shape
    edges, known = blocks.scan(np.full(n, ANY), keep, np.zeros(m, np.float32))
    edges = merged(edges, blocks.previous, m)
    starved = np.flatnonzero(np.bincount(edges.columns, minlength=m) < keep)
    if m > keep and len(starved):
        edges = merged(edges, blocks.scan_mentors(starved, keep), m)
    return edges, known


def _best_of_columns(edges: Edges, m: int, most: int) -> NDArray[np.bool_]:
    """(edges,) of each column the `most` that are worth most, and what is worth the same"""
    worth = edges.forth + edges.back
    order = np.lexsort((-worth, edges.columns))
    ends = np.searchsorted(edges.columns[order], np.arange(m + 1))
    least = np.full(m, ANY)
    many = np.flatnonzero(np.diff(ends) > most)
    least[many] = worth[order[ends[many] + most - 1]]
    return worth >= least[edges.columns]


def everything(blocks: Blocks) -> Edges:
    """All possible pairs: only for pools that are small."""
    n, m = blocks.shape
    edges, _ = blocks.scan(np.full(n, ANY), max(n, m), np.zeros(m, np.float32))
    return merged(edges, blocks.previous, m)


def nearest(edges: Edges, shape: tuple[int, int], keep: int) -> NDArray[np.bool_]:
    """(edges,) of all possible pairs those that `best` would look for."""
    table = np.full(shape, -1, np.int64)
    table[edges.rows, edges.columns] = edges.weight
    chosen = edges.weight >= _least_of(table, keep)[edges.rows]
    starved = np.flatnonzero(np.bincount(edges.columns[chosen], minlength=shape[1]) < keep)
    least = np.full(shape[1], edges.weight.max(initial=0) + 1)
    least[starved] = _least_of(np.ascontiguousarray(table[:, starved].T), keep)
    return chosen | (edges.weight >= least[edges.columns])


def _least_of(table: Ints, keep: int) -> Ints:
    """(rows,) what is reached by `keep` in each, or by all"""
    width = table.shape[1]
    return np.partition(table, width - keep, axis=1)[:, width - keep] if width > keep else np.full(len(table), -1)


def merged(edges: Edges, more: Edges, m: int) -> Edges:
    """Each pair once, as the first has it where both have."""
    there = edges.rows.astype(np.int64) * m + edges.columns
    new = more.rows.astype(np.int64) * m + more.columns
    at = np.searchsorted(there, new)
    fresh = there[np.minimum(at, len(there) - 1)] != new if len(there) else np.ones(len(new), np.bool_)
    if not fresh.any():
        return edges
    at = at[fresh]  # put in where they belong: to sort all of them anew takes the room of two graphs
    return Edges(*(np.insert(getattr(edges, f.name), at, getattr(more, f.name)[fresh]) for f in fields(Edges)))


def _barred(side: Side, by: np.float32 = ONE) -> Side:
    """With the bars among the columns of a direction that is one product."""
    if side.budget_forth.shape[1]:
        return side
    return replace(side, forth=np.hstack([side.forth, side.bar * by]), bar=side.bar[:, :0])


def _edges(found: Sequence[Found]) -> Edges:
    none = np.zeros(0, np.float32)
    rows, columns, forth, back = (
        np.concatenate([none.astype(kind), *(getattr(block, name) for block in found)])
        for name, kind in (("rows", np.int32), ("columns", np.int32), ("forth", np.float32), ("back", np.float32))
    )
    weight = np.rint(harmonic(forth, back) * np.float32(SCALE)).astype(np.int64)
    return Edges(rows, columns, weight, forth, back)
