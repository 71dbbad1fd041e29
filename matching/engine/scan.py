"""One block of pairs: two matrix products, and the few pairs found that are worth a closer look."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching.engine.features import product
from matching.engine.score import directions
from matching.engine.sides import Floats, Found, Ints, Part, Side
from matching.engine.threads import on_one_thread

CELLS = 1 << 21  # pairs scored at once: what a core has near to it
STRIDE = 256  # every so many of the other side make one group
FAR, HALF = np.float32(1024), np.float32(512)  # what a pair that is not possible is worth less: more than any price
HALVED = np.float32(0.5)
ROUNDING = np.float32(2e-5)  # how far sums in other orders may lie apart, prices added


@dataclass(frozen=True, slots=True)
class Buffers:
    """Used again for each chunk: to ask the system for so much anew takes longer than to fill it."""

    forth: Floats  # (rows, m) each; (0, 0) where both directions are made at once
    back: Floats
    worth: Floats
    hit: NDArray[np.bool_]

    @classmethod
    def of(cls, shape: tuple[int, int], *, directions: bool) -> Buffers:
        forth, back = (np.empty(shape if directions else (0, 0), np.float32) for _ in range(2))
        return cls(forth, back, np.empty(shape, np.float32), np.empty(shape, np.bool_))

    def first(self, rows: int) -> Buffers:
        return Buffers(self.forth[:rows], self.back[:rows], self.worth[:rows], self.hit[:rows])

    def directions(self, at: Ints) -> tuple[Floats, Floats]:
        """(pairs,) each, of those pairs"""
        return self.forth.reshape(-1)[at], self.back.reshape(-1)[at]


@on_one_thread
def scan(part: Part, right: Side) -> Found:
    """Of each person of the part the pairs that are possible and worth more than `floor` after the other's price, the
    best `most` of them; by the mean of the two directions, which is never below their harmonic mean. Of a part that is
    turned, the best of each of the other side, whatever they are worth, among the people of the part."""
    if part.turned:
        return _turned(part, right)
    if not np.array_equal(part.among, np.arange(len(right))):  # or a copy of all would be made for nothing
        right = right.rows(part.among)
    together = summed(part, right) if len(part.alike) else None
    step = max(1, min(len(part), CELLS // max(1, len(right))))
    buffers = Buffers.of((step, len(right)), directions=together is None)
    rows, columns, both, limit = [], [], [], []
    for start in range(0, len(part), step):
        stop = min(start + step, len(part))
        into = buffers.first(stop - start)
        if together:
            product(together[0][start:stop], together[1], into.worth)
        else:
            directions(part.rows(slice(start, stop)), right, into.forth, into.back)
            np.add(into.forth, into.back, out=into.worth)
        at, least = _found(part, right, start, into)
        row, column = start + at // len(right), at % len(right)
        rows.append(part.who[row])
        columns.append(part.among[column].astype(np.int32))
        both.append(_both(part, right, row, column) if together else into.directions(at))
        limit.append(least)
    none = np.zeros(0, np.float32)
    return Found(
        rows=np.concatenate([none.astype(np.int32), *rows]),
        columns=np.concatenate([none.astype(np.int32), *columns]),
        forth=np.clip(np.concatenate([none, *(forth for forth, _ in both)]), 0, 1),
        back=np.clip(np.concatenate([none, *(back for _, back in both)]), 0, 1),
        limit=np.concatenate([none, *limit]),
    )


def _turned(part: Part, right: Side) -> Found:
    """The same with the sides changed over, and what was found changed back."""
    others = right.rows(part.among).swapped()
    other_way = Part(
        **{field.name: getattr(others, field.name) for field in fields(Side)},
        who=part.among.astype(np.int32),
        among=np.arange(len(part)),
        floor=np.full(len(others), -np.inf, np.float32),
        most=part.most,
        alike=part.alike[:0],
        apart=part.apart[::-1],
        turned=np.array(False),
    )
    found = scan(other_way, part.swapped())
    return Found(
        rows=part.who[found.columns], columns=found.rows, forth=found.back, back=found.forth, limit=found.limit
    )


def summed(part: Part, right: Side) -> tuple[Floats, Floats]:
    """Columns of people who weigh alike and of the other side, of which one product is both directions together: how
    they weigh goes to the other side's columns."""
    forth, bars = np.split(right.forth, [len(part.alike)], axis=1)
    which = part.forth.any(axis=0) & bars.any(axis=0)
    return np.hstack([part.back, part.forth[:, which]]), np.hstack([part.alike * forth + right.back, bars[:, which]])


def _both(part: Part, right: Side, rows: Ints, columns: Ints) -> tuple[Floats, Floats]:
    """The same of people who weigh alike."""
    left, forth = part.back[rows], right.forth[columns, : len(part.alike)]
    return np.einsum("ij,ij->i", left * part.alike, forth), np.einsum("ij,ij->i", left, right.back[columns])


def _found(part: Part, right: Side, start: int, into: Buffers) -> tuple[Ints, Floats]:
    """Where pairs were found, in the chunk laid out flat, and (rows,) up to what none was left out."""
    if right.price.any():
        np.subtract(into.worth, 2 * right.price, out=into.worth)
    stop = start + len(into.worth)
    _strike(part, part.rows(slice(start, stop)), right, start, into.worth)
    return _worthwhile(into, np.maximum(2 * part.floor[start:stop] - ROUNDING, -HALF), int(part.most))


def _strike(part: Part, left: Side, right: Side, start: int, worth: Floats) -> None:
    """Pairs that are not possible fall below all others."""
    if left.bar.shape[1]:
        worth -= FAR * product(left.bar, right.bar)
    for first, end in pairwise([0, *left.need_ends.tolist()]):
        shared = product(left.need[:, first:end], right.need[:, first:end])
        np.copyto(worth, -FAR, where=shared < 0.5)
    here = (part.apart[0] >= start) & (part.apart[0] < start + len(worth))
    worth[part.apart[0, here] - start, part.apart[1, here]] = -FAR


def _worthwhile(into: Buffers, floor: Floats, most: int) -> tuple[Ints, Floats]:
    least, room = floor, 4 * most * len(floor)
    if least[0] > -HALF:  # few are expected above it
        at = _above(into, least)
        if len(at) <= room:
            return at, least * HALVED + ROUNDING
    least = np.maximum(_reach(into.worth, most), floor)
    at = _above(into, least)
    if len(at) > room:
        at = _fewer(into.worth, least, most)
    return at, least * HALVED + ROUNDING


def _above(into: Buffers, least: Floats) -> Ints:
    return np.flatnonzero(np.greater_equal(into.worth, least[:, None], out=into.hit))


def _reach(worth: Floats, most: int) -> Floats:
    """(rows,) at least `most` of each row's pairs are worth as much, and hardly more: the most-th best of the best of
    each group, which at most that many others in the same group can hide."""
    width = worth.shape[1]
    if width <= most:
        return np.full(len(worth), -np.inf, np.float32)
    groups = STRIDE * -(-4 * most // STRIDE)
    best = worth
    if width >= 2 * groups:
        best = worth[:, :groups].copy()
        for first in range(groups, width - groups + 1, groups):
            np.maximum(best, worth[:, first : first + groups], out=best)
    return np.partition(best, best.shape[1] - most, axis=1)[:, best.shape[1] - most]


def _fewer(worth: Floats, least: Floats, most: int) -> Ints:
    """Where very many are worth the same: of those at the limit `most` for each row, from another place on for each."""
    ties = worth == least[:, None]
    rank = np.cumsum(ties, axis=1, dtype=np.int32)
    rows, width = worth.shape
    turn = (np.arange(rows) * width) // rows
    before = np.where(turn > 0, rank[np.arange(rows), turn - 1], 0)[:, None]
    rank += np.where(np.arange(width) >= turn[:, None], -before, rank[:, -1:] - before)
    return np.flatnonzero((worth > least[:, None]) | (ties & (rank <= most)))
