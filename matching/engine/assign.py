"""One mentor for each mentee, all people at once, over the sparse graph, with a price for each mentor."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.engine import candidates
from matching.engine.candidates import LEVEL, SCALE, Blocks, Edges
from matching.engine.flow import NOBODY, Solution, solve, values_at
from matching.engine.lift import Lifting
from matching.engine.orders import stable, weakest_first
from matching.engine.scan import ROUNDING
from matching.engine.sides import Floats, Ints
from matching.engine.types import Objective

SMALL = 1 << 18  # pairs: pools up to this size are looked at whole, once; beyond, looking for the best is quicker
ALL = 1 << 22  # pairs: the same for the other orders, which are right only where nothing is left out
EXACT = 1 << 24  # pairs: pools up to this size are worked on until nothing better exists
SLIGHT = 0.01  # of the tolerance: what may be missing over the candidates of a larger one
ROUNDS = 5  # of all pairs, for a larger one
MARGIN = 0.01  # fit: how much less than what somebody has a pair may be worth, to be found in a priced pass
DROPS = (0.0, 0.001, 0.003, 0.01)  # fit: prices that fell by more are not believed where that bounds the total better


@dataclass(frozen=True, slots=True)
class Assignment:
    """In places of the lots, and in whole numbers of which SCALE make a fit of 1."""

    column: Ints  # (n,) the mentor of each mentee, or NOBODY
    before: Ints  # (n,) what it was before any group was lifted
    prices: Ints  # (m,) what the others would lose by one more going to this mentor; 0 where places are left
    values: Ints  # (n,) the most that each mentee has of any of the edges at these prices
    edges: Edges
    most: int  # what a match is worth besides its fit
    bound: int  # no assignment is worth more


def assign(
    blocks: Blocks,
    capacity: Ints,
    objective: Objective,
    keep: int,
    tolerance: float = 0.0,
    lifting: Lifting | None = None,
) -> Assignment:
    """The best there is over all possible pairs, not only over the candidates: those are added to until the prices
    prove that no pair left out could improve on it; on a large pool by more than `tolerance`, a share of the total.

    A small pool is looked at whole, once. The bound is on the total whatever the objective is, the most people first
    where that was asked for.
    """
    n, m = blocks.shape
    other = {Objective.STABLE: stable, Objective.WEAKEST_FIRST: weakest_first}.get(objective)
    whole = n * m <= (ALL if other else SMALL)
    tolerance = 0.0 if n * m <= EXACT else tolerance
    edges, known = (candidates.everything(blocks), np.zeros(n, np.float32)) if whole else candidates.best(blocks, keep)
    first = candidates.nearest(edges, blocks.shape, keep) if whole else None
    best = solve(edges, n, capacity, 0, enough=SLIGHT * tolerance, first=first)
    most = 0
    if objective is Objective.MOST_THEN_FIT and not _everybody(edges, best.column, capacity):
        most = blocks.most
        best = solve(edges, n, capacity, most, best, SLIGHT * tolerance)
    if whole:
        found = _bounded(edges, best.prices, best, known, capacity, most)
    else:
        found = _closed(blocks, capacity, edges, known, best, most, keep, tolerance)
    if other:
        column = other(found.edges, n, capacity)
        return replace(found, column=column, before=column)
    if lifting and objective is Objective.MOST_THEN_FIT:
        return replace(
            found, column=lifting.lifted(found.edges, found.column, found.prices, found.values, capacity, most)
        )
    return found


def worth(edges: Edges, column: Ints, most: int) -> int:
    """Of the matches made, all together."""
    made = edges.columns == column[edges.rows]
    return int(edges.weight[made].sum()) + most * int(made.sum())


def _everybody(edges: Edges, column: Ints, capacity: Ints) -> bool:
    """Whether all places are taken, or all who may have anybody have somebody."""
    able = int(np.count_nonzero(np.diff(edges.rows, prepend=-1)))
    return int(np.count_nonzero(column != NOBODY)) == min(able, int(capacity.sum()))


def _closed(
    blocks: Blocks, capacity: Ints, edges: Edges, known: Floats, best: Solution, most: int, keep: int, tolerance: float
) -> Assignment:
    """Pass after pass over all pairs at the prices found, and what was left out taken in."""
    n, m = blocks.shape
    exact = n * m <= EXACT
    for _ in range(1 + n + m if exact else ROUNDS):
        floor, price = _levelled(best.values - most, most), _levelled(best.prices, most)
        more, limit = blocks.scan(floor - np.float32(MARGIN), keep, price, known)
        over = np.where(limit > floor + 2 * ROUNDING, limit - floor, 0)
        found = _bounded(candidates.merged(edges, more, m), best.prices, best, over, capacity, most)
        if _near_enough(found, tolerance):
            break
        edges, before = found.edges, best.prices
        best = solve(edges, n, capacity, most, best, SLIGHT * tolerance)
        if not exact:
            found = _after(edges, best, limit, before, capacity, most)
            if _near_enough(found, tolerance):
                break
    return found


def _after(edges: Edges, best: Solution, limit: Floats, before: Ints, capacity: Ints, most: int) -> Assignment:
    """Bounded by what a pass at the prices `before` left out: the best of a few ways to believe the new ones."""
    tried = []
    for drop in DROPS:
        prices = np.maximum(best.prices, before - round(drop * SCALE))
        floor = _levelled(values_at(edges, len(best.column), prices, most) - most, most)
        fallen = np.max(_levelled(before, most) - _levelled(prices, most), initial=0)
        tried.append(_bounded(edges, prices, best, np.maximum(limit + fallen - floor, 0), capacity, most))
    return min(tried, key=lambda one: one.bound)


def _bounded(edges: Edges, prices: Ints, best: Solution, over: Floats, capacity: Ints, most: int) -> Assignment:
    """`over` (n,) is how much more than on these edges each mentee might have on a pair that is none of them."""
    values = values_at(edges, len(best.column), prices, most)
    spare = int(np.ceil(over.astype(np.float64) * SCALE).sum())
    bound = int((capacity * prices).sum()) + int(values.sum()) + spare
    return Assignment(best.column, best.column, prices, values, edges, most, bound)


def _near_enough(found: Assignment, tolerance: float) -> bool:
    made = worth(found.edges, found.column, 0)
    return found.bound - worth(found.edges, found.column, found.most) <= tolerance * made


def _levelled(amounts: Ints, most: int) -> Floats:
    """In fits, with a level that single precision can hold in place of each `most`."""
    level = np.rint(amounts / most) if most else np.zeros(len(amounts))
    return ((amounts - level * most) / SCALE + level * LEVEL).astype(np.float32)
