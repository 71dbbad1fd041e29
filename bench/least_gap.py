"""How near to each other any way of matching could bring the groups of a pool in which everybody has a mentor.

A bound from Lagrange's multipliers (Everett 1963): the gap is at least the mean of some groups, weighted, less that of
the lowest; a total that may not fall by more than `give` is held by a multiplier; what is left to maximise is one
assignment, whose prices bound it over all pairs (weak duality). Any multipliers give a bound; good ones are searched
for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matching.engine.candidates import SCALE, Edges
from matching.engine.flow import duals, largest
from matching.engine.pool import pool
from matching.engine.types import Person, Result, Settings

NEAR = 0.1  # fit: how much less than the best at the result's prices a pair may be worth, to be among those solved over
LOOKS = 30
Floats = NDArray[np.float64]


def least_gap(mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings, best: Result) -> float:
    """No way of matching all of them is without such a gap, if its total is to be that of `best` but for
    `settings.lift` of it. Each mentee is in one group."""
    here = pool(mentees, mentors, settings)
    rows = np.arange(len(here.mentees))
    fits = np.where(here.eligible.eligible(rows), here.score.block(rows).mutual, -np.inf)
    prices = best.certificate.prices if best.certificate else {}
    net = fits - np.array([prices.get(mentor.id, 0.0) for mentor in here.mentors], np.float32)
    near = np.nonzero(net >= net.max(axis=1, keepdims=True) - np.float32(NEAR))
    labels = sorted({label for person in here.mentees for label in person.groups})
    group = np.array([labels.index(next(iter(person.groups))) for person in here.mentees])
    search = Search(fits, near, here.places, group, (1 - settings.lift) * best.total, best)
    start = np.array([np.log(2.0), *np.zeros(len(labels) - 2)])
    options = {"maxfev": LOOKS, "xatol": 0.01, "fatol": 1e-6}
    return float(-minimize(lambda at: -search.bound(at), start, method="Nelder-Mead", options=options).fun)


@dataclass(frozen=True)
class Search:
    fits: Floats  # (n, m), below all where two may not meet
    near: tuple[NDArray[np.int64], NDArray[np.int64]]
    places: NDArray[np.int64]  # (m,)
    group: NDArray[np.int64]  # (n,)
    total: float  # at least
    best: Result

    def bound(self, at: Floats) -> float:
        """At the logarithm of what the total counts for, in units that leave every group some weight, and of how the
        groups but the lowest are weighted against each other."""
        size = np.bincount(self.group).astype(float)
        low = int(self._means().argmin())
        others = np.delete(np.arange(len(size)), low)
        share = size[others] * np.exp(np.append(at[1:], 0))
        share /= share.sum()
        counts = np.zeros(len(size))
        counts[others] = share / size[others]
        lam = counts.max() * (1 + np.exp(at[0]))
        weight = lam - counts
        weight[low] += 1 / size[low]
        return lam * self.total - self._most(weight)

    def _most(self, weight: Floats) -> float:
        """No way of matching everybody has a larger sum of fits, each counted by its group's weight (g,)."""
        factor = weight[self.group] / weight.max()
        rows, columns = self.near
        scaled = np.rint(factor[rows] * self.fits[self.near] * SCALE).astype(np.int64)
        none = np.zeros(len(rows), np.float32)
        edges = Edges(rows.astype(np.int32), columns.astype(np.int32), scaled, none, none)
        column = largest(edges, len(self.group), self.places, everyone=True)
        prices = duals(edges, column, self.places, int(scaled.max()) * len(self.group))[0] / SCALE
        prices -= np.maximum(prices.min(), 0)
        values = (factor[:, None] * self.fits - prices).max(axis=1)
        return float((self.places @ prices + values.sum()) * weight.max())

    def _means(self) -> Floats:
        by_id = [pairing.fit for pairing in self.best.pairings]
        return np.bincount(self.group, by_id) / np.bincount(self.group)
