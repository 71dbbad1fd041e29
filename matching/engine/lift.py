"""Groups that come off below average are lifted where it costs next to nothing.

The fit of everybody in such a group is made to count for more, in proportion to how far their group is below the
average (Lagrange's multiplier of a constraint on its mean). How much more is found by solving again a few times,
between what does too little and what costs too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.engine.candidates import SCALE, Edges
from matching.engine.flow import largest, values_at
from matching.engine.sides import Ints
from matching.engine.types import Person

LEAST = 10  # people, below which a mean says little and may tell on somebody
TRIES = 6
FULL, FURTHER = 150.0, 4.0  # times the distance from the average: what about closes a gap; how much further to go
NEAR = SCALE // 33  # below the best, how far candidates are looked at

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

    def below(self, fits: Fits) -> Fits:
        """(mentees,) by how much the average is above the mean of the lowest group somebody is in; 0 at least"""
        short = np.nan_to_num(np.nanmean(fits) - self.means(fits))
        return np.max(self.member * np.maximum(short, 0)[:, None], axis=0, initial=0)


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
        few = edges.pick(slack <= NEAR)
        short = self.groups.below(before)[self.rows][few.rows] * few.fit
        best, low, high, by = (apart, column), (0.0, apart), np.inf, FULL * (1 - 0.9 * self.within / apart)
        for _ in range(TRIES):
            weight = few.weight + np.rint(by * short).astype(np.int64)
            tried = largest(replace(few, weight=weight), n, capacity, everyone=most > 0)
            after = self.fits(few, tried)
            gap, enough = self.groups.gap(after), self._affordable(before, after)
            if enough and gap < best[0]:
                best = gap, tried
            if enough and gap <= self.within:
                break
            if not enough or gap >= low[1]:
                high = by
            else:
                low = by, gap
            by = _further(apart, gap, by, self.within) if high == np.inf else (low[0] + high) / 2
        return best[1]

    def _affordable(self, before: Fits, after: Fits) -> bool:
        total = np.nansum(before)
        as_many = np.count_nonzero(~np.isnan(after)) >= np.count_nonzero(~np.isnan(before))
        return bool(as_many and total - np.nansum(after) <= self.give * total)


def _further(apart: float, gap: float, by: float, within: float) -> float:
    """As if what is gained grew evenly, and beyond, for it grows ever less."""
    return by * min(FURTHER, (apart - 0.6 * within) / (apart - gap))
