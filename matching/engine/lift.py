"""Groups that come off below average are lifted where it costs next to nothing.

The fits of people in such a group are made to count for more, the further the group is below the average (Lagrange's
multipliers of a constraint on the groups' means, Everett 1963), and it is solved once with that, beyond what may be
given up. The way from the one assignment to the other falls into exchanges, rings and rows of people who each take the
place of the next, and any of them can be made without the others: those are made that bring the groups nearest to each
other for the least, one after the other, as long as they are affordable.

Whoever has somebody keeps a place and nobody else gets one: or groups that count for more would be given places for
more of their people, those who fit less well, and come off below average by more than before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.candidates import SCALE, Edges
from matching.engine.disclosure import LEAST
from matching.engine.flow import NOBODY, largest
from matching.engine.sides import Ints
from matching.engine.types import Person

MORE = 6.0  # times as much, and once, counts the fit of people in the group that is lowest
WORTH_IT = 0.2  # of what all that may be given up would have to bring: no exchange brings less for what it costs
AGAIN = 1.25  # times as far apart as is near enough groups may be on a second run: it moves nobody for little
LEAST_WEIGHT = 0.5  # of anybody's fit
NEAR = SCALE // 16  # below the best, how far candidates are looked at
MANY = 1 << 18  # candidates, of which NEARER ones do: among so many are cheap exchanges enough
NEARER, NEAREST = SCALE // 40, SCALE // 160
SLIGHTLY = 1.1  # times as far apart as is near enough groups may be, for the NEAREST to be tried first

Fits = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Groups:
    """Of those who let themselves be counted, g groups of LEAST people or more: of fewer a mean says little."""

    member: NDArray[np.bool_]  # (g, mentees)

    def gap(self, fits: Fits) -> float:
        """The largest difference of mean fit between two groups. `fits` (mentees,) is nan for who has nobody."""
        return _apart(self.means(fits))

    def means(self, fits: Fits) -> Fits:
        """(g,) nan for a group of which nobody has anybody"""
        count = self.matched(fits)
        sums = self.member @ np.nan_to_num(fits)
        return np.divide(sums, count, out=np.full(len(count), np.nan), where=count > 0)

    def matched(self, fits: Fits) -> Ints:
        """(g,) how many have somebody"""
        return (self.member & ~np.isnan(fits)).sum(axis=1)

    def short(self, fits: Fits) -> Fits:
        """(g,) by how much each group's mean is below that of all groups, less than 0 where it is above"""
        means, count = np.nan_to_num(self.means(fits)), self.matched(fits)
        return np.where(count > 0, (count @ means) / max(1, count.sum()) - means, 0)


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
    again: bool  # a second run

    def fits(self, edges: Edges, column: Ints) -> Fits:
        """(mentees,) of an assignment, nan for who has nobody"""
        made = edges.pick(edges.columns == column[edges.rows])
        fits = self.fixed.copy()
        fits[self.rows[made.rows]] = made.fit / SCALE
        return fits

    def lifted(self, edges: Edges, column: Ints, prices: Ints, values: Ints, capacity: Ints, most: int) -> Ints:
        """(n,) the assignment `column`, or one in which the groups are nearer to each other. At the prices (m,) each
        mentee has values (n,)."""
        before = self.fits(edges, column)
        apart = self.groups.gap(before)
        if apart <= self.within * (AGAIN if self.again else 1):
            return column
        for reach in self._reaches(len(edges), apart):
            few = _near(edges, column, prices - most, values - reach)
            lifted = self._nearer(few, column, before, capacity)
            after = self.groups.gap(self.fits(few, lifted))
            if after <= self.within:
                break
        return lifted if after < apart else column

    def _reaches(self, candidates: int, apart: float) -> Sequence[int]:
        if candidates < MANY:
            return (NEAR,)
        return (NEAREST, NEARER) if apart <= SLIGHTLY * self.within else (NEARER,)

    def _nearer(self, few: Edges, column: Ints, before: Fits, capacity: Ints) -> Ints:
        """(n,) `column` with those exchanges made that are worth it, of those that lead to the best one if groups below
        average count for more."""
        further = largest(self._weighted(few, self._more(before)), len(column), capacity, everyone=True)
        who, exchange = exchanges(column, further)
        parted = np.bincount(exchange, (_worth(few, column) - _worth(few, further))[who] / SCALE)
        made = self._worth_it(before, self.fits(few, further), self.rows[who], exchange, parted)[exchange]
        lifted = column.copy()
        lifted[who[made]] = further[who[made]]
        return lifted

    def _more(self, before: Fits) -> Fits:
        """(g,) how much more the fits of each group are to count: MORE for the lowest; those above the average are
        brought nearer to what they have together."""
        short = self.groups.short(before)
        high = short < 0
        return (MORE * np.maximum(short, 0) + np.where(high, short - short[high].mean(), 0)) / short.max()

    def _weighted(self, edges: Edges, more: Fits) -> Edges:
        """With each fit counting for as much `more` (g,) as the groups of the mentee do."""
        factor = np.maximum(more @ self.groups.member[:, self.rows], LEAST_WEIGHT - 1)
        return replace(edges, weight=edges.weight + np.rint(factor[edges.rows] * edges.fit).astype(np.int64))

    def _worth_it(self, before: Fits, after: Fits, who: Ints, exchange: Ints, parted: Any) -> NDArray[np.bool_]:
        """(exchanges,) which are made, one after the other: `who` (moved,) are the mentees of each `exchange`, `parted`
        what is lost by each if the bonus counts."""
        change, number = after[who] - before[who], len(parted)
        cost = np.maximum(parted, -np.bincount(exchange, change, number))
        sums = [np.bincount(exchange, change * member, number) for member in self.groups.member[:, who]]
        step = np.stack(sums, axis=1) / np.maximum(self.groups.matched(before), 1)
        means, left = self.groups.means(before), self.give * np.nansum(before)
        enough = WORTH_IT * (_apart(means) - self.within) / left if left else 0
        made = np.zeros(number, np.bool_)
        while (apart := _apart(means)) > self.within:
            nearer = (apart - _apart(means + step)) / np.maximum(cost, 1 / SCALE)
            nearer[made | (cost > left)] = 0
            best = int(nearer.argmax()) if number else 0
            if not number or nearer[best] <= enough:
                break
            made[best] = True
            means, left = means + step[best], left - cost[best]
        return made


def _worth(edges: Edges, column: Ints) -> Ints:
    """(n,) with the bonus of a pair that stood before: to part it costs that, too"""
    made, worth = edges.columns == column[edges.rows], np.zeros(len(column), np.int64)
    worth[edges.rows[made]] = edges.weight[made]
    return worth


def exchanges(column: Ints, further: Ints) -> tuple[Ints, Ints]:
    """(moved,) whose mentor differs, and the number of the exchange that each is part of: people who each take the
    place of the next, and the last one that of the first, or a free one. No exchange passes one mentor twice."""
    who = np.flatnonzero(column != further)
    leaving = defaultdict[int, list[int]](list)
    for i, mentor in enumerate(column[who].tolist()):
        leaving[mentor].append(i)
    to = further[who].tolist()
    fewer = Counter(column[who].tolist()) - Counter(to)  # will have fewer people: there a row begins
    starts = chain(sorted(fewer.elements()), (at for at in sorted(leaving) for _ in range(len(leaving[at]))))
    number = np.zeros(len(who), np.int64)
    for found, part in enumerate(part for start in starts for part in _rows(start, leaving, to)):
        number[part] = found
    return who, number


def _rows(start: int, leaving: Mapping[int, list[int]], to: Sequence[int]) -> Iterator[list[int]]:
    """From one mentor on to whoever's place is taken next; what comes back to where it was is a ring by itself."""
    path: list[int] = []
    passed = {start: 0}
    at = start
    while leaving[at]:
        path.append(leaving[at].pop())
        at = to[path[-1]]
        if at in passed:
            yield path[passed[at] :]
            del path[passed[at] :]
            passed = {mentor: place for mentor, place in passed.items() if place <= len(path)}
        else:
            passed[at] = len(path)
    if path:
        yield path


def _near(edges: Edges, column: Ints, prices: Ints, least: Ints) -> Edges:
    """Of those who have somebody, the pairs that are worth as much as `least` (n,) at these prices."""
    near = edges.weight - prices[edges.columns] >= least[edges.rows]
    return edges.pick((edges.columns == column[edges.rows]) | near & (column != NOBODY)[edges.rows])


def _apart(means: Fits) -> Any:
    """(...,) the largest difference of (..., g) means; 0 where there are not two"""
    there = ~np.isnan(means)
    least, most = np.where(there, means, np.inf).min(axis=-1), np.where(there, means, -np.inf).max(axis=-1)
    return np.maximum(most - least, 0)
