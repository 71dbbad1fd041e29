"""How well two people suit each other: each direction by that person's own weights, then the harmonic mean.

Direction: .5 + .5 * sum(weight * (component - centre)) / sum(weight), over the facets that both made available and
the person's own wishes. With nothing to go by it is .5, an ordinary pair of this pool.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.features import Floats, Likeness, Rows, product
from matching.engine.wishes import Wishes


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
    linear: tuple[Floats, Floats, Floats, Floats]

    def block(self, rows: Rows, columns: Rows = slice(None), forth: Wishes | None = None) -> Fit:
        """(..., rows, columns): two matrix products, and what is not linear added to them.

        `forth` takes the place of these very mentees' wishes.
        """
        left_forth, right_forth, left_back, right_back = self.linear
        there = product(left_forth[rows], right_forth[columns])
        here = product(left_back[rows], right_back[columns])
        for i, likeness in enumerate(self.likenesses):
            if likeness.ceiling is not None:
                raw = likeness.raw(rows, columns)
                there += self.weights_left[rows, i][..., :, None] * raw
                here += self.weights_right[columns, i][..., None, :] * raw
        weight_there, weight_here = self._budgets(rows, columns)
        wished, whose = (self.forth, rows) if forth is None else (forth, slice(None))
        if wished.any_soft:
            _add(there, weight_there, *wished.weigh(whose, columns))
        if self.back.any_soft:
            weight, above = self.back.weigh(columns, rows)
            _add(here, weight_here, weight.swapaxes(-1, -2), above.swapaxes(-1, -2))
        return _fit(_direction(there, weight_there), _direction(here, weight_here))

    def pairs(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Floats:
        """(pairs,) mutual fits"""
        return self.block(rows[:, None], columns[:, None]).mutual.reshape(-1)

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

    def _budgets(self, rows: Rows, columns: Rows) -> tuple[Floats, Floats]:
        left = [likeness.gave_left for likeness in self.likenesses] or [np.zeros(len(self.weights_left), np.float32)]
        right = [likeness.gave_right for likeness in self.likenesses] or [np.zeros(len(self.weights_right), np.float32)]
        gave_left, gave_right = np.stack(left, axis=1)[rows], np.stack(right, axis=1)[columns]
        if not self.likenesses:
            nothing = product(gave_left, gave_right)
            return nothing, nothing.copy()
        return (
            product(self.weights_left[rows] * gave_left, gave_right),
            product(gave_left, self.weights_right[columns] * gave_right),
        )


@dataclass(frozen=True, slots=True)
class Shares:
    components: Floats  # (pairs, facets) 0 to 1
    weights: Floats  # (pairs, facets) of both directions' budgets over the facets, 0 to 1


def score(
    likenesses: list[Likeness], weights_left: Floats, weights_right: Floats, forth: Wishes, back: Wishes
) -> Score:
    return Score(
        tuple(likenesses), weights_left, weights_right, forth, back, _linear(likenesses, weights_left, weights_right)
    )


def _linear(
    likenesses: list[Likeness], weights_left: Floats, weights_right: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Each side's columns side by side, weights and gains folded in, the centres as columns of their own."""
    rows, columns = len(weights_left), len(weights_right)
    left = [np.zeros((rows, 0), np.float32)]
    right = [np.zeros((columns, 0), np.float32)]
    left_weighted, right_weighted = list(left), list(right)
    for i, likeness in enumerate(likenesses):
        level = np.float32(-likeness.centre * likeness.gain)
        bilinear = likeness.ceiling is None
        gain = np.float32(likeness.gain)
        left_columns = [likeness.left * gain] * bilinear + [likeness.gave_left[:, None] * level]
        right_columns = [likeness.right] * bilinear + [likeness.gave_right[:, None]]
        left += left_columns
        right += right_columns
        left_weighted += [part * weights_left[:, i, None] for part in left_columns]
        right_weighted += [part * weights_right[:, i, None] for part in right_columns]
    return np.hstack(left_weighted), np.hstack(right), np.hstack(left), np.hstack(right_weighted)


def _add(sums: Floats, budget: Floats, weight: Floats, above: Floats) -> None:
    sums += weight * above
    budget += weight


def _direction(sums: Floats, budget: Floats) -> Floats:
    above = np.divide(sums, budget, out=np.zeros_like(sums), where=budget > 0)
    return np.clip(0.5 + 0.5 * above, 0, 1, out=above)


def _fit(forth: Floats, back: Floats) -> Fit:
    both = forth + back
    mutual = np.divide(2 * forth * back, both, out=np.zeros_like(both), where=both > 0)
    return Fit(forth, back, mutual)


def _normalised(weights: Floats) -> Floats:
    total = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
