"""How well two people suit each other: each direction by that person's own weights, then the harmonic mean.

Direction: .5 + .5 * sum(weight * (component - centre)) / sum(weight), over the facets that both made available and
the person's own wishes. With nothing to go by it is .5, an ordinary pair of this pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.features import Likeness, product
from matching.engine.sides import Floats, Rows, Side, different
from matching.engine.wishes import Wishes, weigh

Columns = tuple[Floats, Floats]

PAIRS = 1 << 14  # single pairs scored at once


@dataclass(frozen=True, slots=True)
class Fit:
    """(rows, mentors) each, 0 to 1."""

    forth: Floats  # what the mentor is to the mentee
    back: Floats  # what the mentee is to the mentor
    mutual: Floats


@dataclass(frozen=True, slots=True)
class Score:
    likenesses: tuple[Likeness, ...]
    weights_left: Floats  # (mentees, facets)
    weights_right: Floats  # (mentors, facets)
    forth: Wishes
    back: Wishes
    levels: Floats  # (facets,) what a component is lowered by, so that an ordinary pair has 0

    def block(self, rows: Rows, columns: Rows = slice(None), forth: Wishes | None = None) -> Fit:
        """(..., rows, columns). `forth` takes the place of these very mentees' wishes."""
        return fit(self.left(rows, forth), self.right(columns, forth))

    def pairs(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Floats:
        """(pairs,) mutual fits"""
        return self.both(rows, columns).mutual

    def both(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Fit:
        """(pairs,) each"""
        starts = range(0, max(1, len(rows)), PAIRS)
        parts = [self.block(rows[i : i + PAIRS, None], columns[i : i + PAIRS, None]) for i in starts]
        return Fit(*(np.concatenate([getattr(p, k).reshape(-1) for p in parts]) for k in ("forth", "back", "mutual")))

    def left(self, rows: Rows, forth: Wishes | None = None, *, folded: bool = False) -> Side:
        """What is needed to score these mentees. With `folded`, budgets that are the same with whomever somebody is
        paired are worked into the columns, so that a direction is one product and nothing else."""
        weights = self.weights_left[rows]
        gave = _beside([likeness.gave_left[rows][..., None] for likeness in self.likenesses], weights)
        plain = [likeness.left[rows] * np.float32(likeness.gain) for likeness in self.likenesses]
        own = self._own(plain, weights, gave, gave * self.levels, folded=folded and self._even(self.forth))
        other = self._other(plain, gave, gave * self.levels, folded=folded and self._even(self.back))
        wished, whose = (self.forth, rows) if forth is None else (forth, slice(None))
        asking, asked = wished.asking(whose), self.back.asked(rows)
        return Side(**_directed(own, other), **self._capped(plain, weights), **asking, **asked, **no_rules(weights))

    def right(self, columns: Rows, forth: Wishes | None = None, *, folded: bool = False) -> Side:
        """The same for these mentors."""
        weights = self.weights_right[columns]
        gave = _beside([likeness.gave_right[columns][..., None] for likeness in self.likenesses], weights)
        plain = [likeness.right[columns] for likeness in self.likenesses]
        own = self._own(plain, weights, gave, gave, folded=folded and self._even(self.back))
        other = self._other(plain, gave, gave, folded=folded and self._even(self.forth))
        asking, asked = self.back.asking(columns), (self.forth if forth is None else forth).asked(columns)
        return Side(**_directed(other, own), **self._capped(plain, weights), **asking, **asked, **no_rules(weights))

    def alike(self, rows: NDArray[np.int64]) -> Floats:
        """(d,) of mentees who all weigh alike, what the columns of their folded `forth` are times those of their
        `back`, so that both directions together are one product (`scan.summed`). (0,) of others."""
        weights = _normalised(self.weights_left[rows])
        if not (self._even(self.forth) and self._even(self.back) and (weights == weights[:1]).all()):
            return np.zeros(0, np.float32)
        share = np.float32(0.5) * weights[0]
        widths = [likeness.left.shape[1] for likeness in self.likenesses]
        return np.append(np.repeat(share, widths), np.float32(0.5) + (share * self.levels).sum())

    def kinds(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """(rows,) a number for each way to weigh that some of these mentees have."""
        return different(_normalised(self.weights_left[rows]))[1]

    def shares(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Shares:
        """The components of some pairs, and what share each has of the two people's budgets."""
        components = np.zeros((len(rows), len(self.likenesses)), np.float32)
        given = np.zeros_like(components)
        for i, likeness in enumerate(self.likenesses):
            raw = likeness.raw(rows[:, None], columns[:, None]).reshape(-1)
            on_scale = raw if likeness.gain == 1.0 else 0.5 + (raw - likeness.centre) * likeness.gain
            components[:, i] = np.clip(on_scale, 0, 1)
            given[:, i] = likeness.gave_left[rows] * likeness.gave_right[columns]
        left, right = self.weights_left[rows] * given, self.weights_right[columns] * given
        return Shares(components, (_normalised(left) + _normalised(right)) * np.float32(0.5))

    def _even(self, wishes: Wishes) -> bool:
        """Whether each person's budget is the same with everybody."""
        return not wishes.any_soft and all(
            likeness.ceiling is None and likeness.gave_left.all() and likeness.gave_right.all()
            for likeness in self.likenesses
        )

    def _own(self, plain: list[Floats], weights: Floats, gave: Floats, level: Floats, *, folded: bool) -> Columns:
        """Of the direction that goes by these people's weights, and its budget."""
        if folded:
            share = np.float32(0.5) * _normalised(weights)
            always = np.float32(0.5) + (share * self.levels).sum(axis=-1, keepdims=True)
            return _beside([part * share[..., i, None] for i, part in enumerate(plain)] + [always], always), always[
                ..., :0
            ]
        bilinear = [part * weights[..., i, None] for i, part in self._bilinear(plain)]
        return _beside([*bilinear, level * weights], weights), _budget(gave * weights)

    def _other(self, plain: list[Floats], gave: Floats, level: Floats, *, folded: bool) -> Columns:
        if folded:
            ones = np.ones((*gave.shape[:-1], 1), np.float32)
            return _beside([*plain, ones], ones), ones[..., :0]
        return _beside([*(part for _, part in self._bilinear(plain)), level], level), _budget(gave)

    def _bilinear(self, plain: list[Floats]) -> list[tuple[int, Floats]]:
        return [(i, part) for i, part in enumerate(plain) if self.likenesses[i].ceiling is None]

    def _capped(self, plain: list[Floats], weights: Floats) -> dict[str, Any]:
        which = [i for i, likeness in enumerate(self.likenesses) if likeness.ceiling is not None]
        return {
            "capped": _beside([plain[i] for i in which], weights),
            "capped_ends": np.cumsum([plain[i].shape[-1] for i in which], dtype=np.int64),
            "capped_weight": weights[..., which],
        }


@dataclass(frozen=True, slots=True)
class Shares:
    components: Floats  # (pairs, facets) 0 to 1
    weights: Floats  # (pairs, facets) of both directions' budgets over the facets, 0 to 1


def score(
    likenesses: list[Likeness], weights_left: Floats, weights_right: Floats, forth: Wishes, back: Wishes
) -> Score:
    levels = np.array([-likeness.centre * likeness.gain for likeness in likenesses], np.float32)
    return Score(tuple(likenesses), weights_left, weights_right, forth, back, levels)


def fit(left: Side, right: Side) -> Fit:
    """(..., left, right) of any two sides that `Score` made"""
    forth, back = (np.clip(direction, 0, 1, out=direction) for direction in directions(left, right))
    return Fit(forth, back, harmonic(forth, back))


def directions(
    left: Side, right: Side, forth: Floats | None = None, back: Floats | None = None
) -> tuple[Floats, Floats]:
    """(..., left, right) each, written to `forth` and `back` where those are given; not yet held within 0 and 1."""
    forth, back = product(left.forth, right.forth, forth), product(left.back, right.back, back)
    for i, (start, end) in enumerate(pairwise([0, *left.capped_ends.tolist()])):
        raw = np.minimum(product(left.capped[..., start:end], right.capped[..., start:end]), 1)
        forth += left.capped_weight[..., :, None, i] * raw
        back += right.capped_weight[..., None, :, i] * raw
    if left.budget_forth.shape[-1]:
        budget = product(left.budget_forth, right.budget_forth)
        if left.soft.shape[-1]:
            _add(forth, budget, *weigh(left.soft, left.centre, right.has, right.gave))
        forth[...] = _direction(forth, budget)
    if left.budget_back.shape[-1]:
        budget = product(left.budget_back, right.budget_back)
        if right.soft.shape[-1]:
            weight, above = weigh(right.soft, right.centre, left.has, left.gave)
            _add(back, budget, weight.swapaxes(-1, -2), above.swapaxes(-1, -2))
        back[...] = _direction(back, budget)
    return forth, back


def harmonic(forth: Floats, back: Floats) -> Floats:
    both = forth + back
    return np.divide(2 * forth * back, both, out=np.zeros_like(both), where=both > 0)


def no_rules(like: Floats) -> dict[str, Any]:
    """The fields of a Side that keep nobody apart and cost nothing, for as many people."""
    none = np.zeros((*like.shape[:-1], 0), np.float32)
    price = np.zeros(like.shape[:-1], np.float32)
    return {"bar": none, "need": none, "need_ends": np.zeros(0, np.int64), "price": price}


def _directed(forth: Columns, back: Columns) -> dict[str, Any]:
    return {"forth": forth[0], "budget_forth": forth[1], "back": back[0], "budget_back": back[1]}


def _beside(parts: list[Floats], like: Floats) -> Floats:
    """(..., people, d) side by side, for as many people as `like` has"""
    return np.concatenate([np.zeros((*like.shape[:-1], 0), np.float32), *parts], axis=-1)


def _budget(weights: Floats) -> Floats:
    """A column at least: without one there would be nothing to divide by."""
    return weights if weights.shape[-1] else np.zeros((*weights.shape[:-1], 1), np.float32)


def _add(sums: Floats, budget: Floats, weight: Floats, above: Floats) -> None:
    sums += weight * above
    budget += weight


def _direction(sums: Floats, budget: Floats) -> Floats:
    above = np.divide(sums, budget, out=np.zeros_like(sums), where=budget > 0)
    return np.multiply(above, 0.5, out=above) + np.float32(0.5)


def _normalised(weights: Floats) -> Floats:
    total = weights.sum(axis=-1, keepdims=True)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
