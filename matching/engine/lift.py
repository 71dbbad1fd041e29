"""Groups that come off below average are lifted where it costs next to nothing.

The fits of people in such a group are made to count for more, and those of people in a group above average for a
little less, in proportion to how far from it their group is: Lagrange's multipliers of a constraint on the groups'
means, found by solving a few times, each time further, and half-way back where it has cost too much (Everett 1963).
Whoever has somebody keeps a place and nobody else gets one: or groups that count for more would be given places for
more of their people, those who fit less well, and come off below average by more than before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.engine.candidates import SCALE, Edges
from matching.engine.flow import NOBODY, largest, values_at
from matching.engine.sides import Ints
from matching.engine.types import Person

LEAST = 10  # people, below which a mean says little and may tell on somebody
TRIES = 6
FULL = 200.0  # times how far a group's mean is from the average: what about closes a gap altogether
LEAST_WEIGHT = 0.5  # of anybody's fit
NEAR = SCALE // 20  # below the best, how far candidates are looked at

Fits = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Groups:
    """Of those who let themselves be counted, g groups of ten people or more."""

    member: NDArray[np.bool_]  # (g, mentees)

    def gap(self, fits: Fits) -> float:
        """The largest difference of mean fit between two groups. `fits` (mentees,) is nan for who has nobody."""
        means = self.means(fits)
        means = means[~np.isnan(means)]
        return float(np.ptp(means)) if len(means) > 1 else 0.0

    def means(self, fits: Fits) -> Fits:
        """(g,) nan for a group of which nobody has anybody"""
        matched = self.member & ~np.isnan(fits)
        count = matched.sum(axis=1)
        sums = (matched * np.nan_to_num(fits)).sum(axis=1)
        return np.divide(sums, count, out=np.full(len(count), np.nan), where=count > 0)

    def short(self, fits: Fits) -> Fits:
        """(g,) by how much each group's mean is below the average, less than 0 where it is above"""
        return np.nan_to_num(np.nanmean(fits) - self.means(fits))


def groups(mentees: Sequence[Person]) -> Groups:
    labels = sorted({label for person in mentees for label in person.groups})
    number = {label: g for g, label in enumerate(labels)}
    member = np.zeros((len(labels), len(mentees)), np.bool_)
    for i, person in enumerate(mentees):
        for label in person.groups:
            member[number[label], i] = True
    return Groups(member[member.sum(axis=1) >= LEAST])


@dataclass(frozen=True, slots=True)
class Lifting:
    """What is weighed: how near to each other the groups are to come, for how much of the total."""

    groups: Groups
    rows: Ints  # (n,) which mentee stands at each place of the lots
    fixed: Fits  # (mentees,) fits of the locked pairs, nan for everybody else
    give: float
    within: float

    def fits(self, edges: Edges, column: Ints) -> Fits:
        """(mentees,) of an assignment, nan for who has nobody"""
        made = edges.columns == column[edges.rows]
        fits = self.fixed.copy()
        fits[self.rows[edges.rows[made]]] = edges.fit[made] / SCALE
        return fits

    def lifted(self, edges: Edges, column: Ints, prices: Ints, capacity: Ints, most: int) -> Ints:
        """(n,) the assignment `column`, or one in which the groups are nearer to each other."""
        before = self.fits(edges, column)
        apart = self.groups.gap(before)
        if apart <= self.within:
            return column
        n = len(column)
        slack = values_at(edges, n, prices, most)[edges.rows] - (edges.weight + most - prices[edges.columns])
        made = edges.columns == column[edges.rows]
        few = edges.pick(made | (slack <= NEAR) & (column != NOBODY)[edges.rows])
        best, now, more = (apart, column), before, np.zeros(len(self.groups.member))
        within, beyond = more, None
        for _ in range(TRIES):
            if beyond is None:
                gap = self.groups.gap(now)
                more = within + FULL * (1 - 0.9 * self.within / gap) * self.groups.short(now)
            else:
                more = (within + beyond) / 2
            tried = largest(self._weighted(few, more), n, capacity, everyone=True)
            after = self.fits(few, tried)
            if not self._affordable(before, after):
                beyond = more
                continue
            within, now = more, after
            best = min(best, (self.groups.gap(after), tried), key=lambda one: one[0])
            if best[0] <= self.within:
                break
        return best[1]

    def _weighted(self, edges: Edges, more: Fits) -> Edges:
        """With each fit counting for as much `more` (g,) as the groups of the mentee do."""
        factor = np.maximum(more @ self.groups.member[:, self.rows], LEAST_WEIGHT - 1)
        return replace(edges, weight=edges.weight + np.rint(factor[edges.rows] * edges.fit).astype(np.int64))

    def _affordable(self, before: Fits, after: Fits) -> bool:
        total = np.nansum(before)
        return bool(total - np.nansum(after) <= self.give * total)
