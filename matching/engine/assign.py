"""One mentor for each mentee, all people at once, over the sparse graph, with a price for each mentor."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from matching.engine import candidates
from matching.engine.candidates import LEVEL, SCALE, Blocks, Edges
from matching.engine.flow import NOBODY, duals, largest, matched
from matching.engine.sides import Floats, Ints
from matching.engine.types import Objective


@dataclass(frozen=True, slots=True)
class Assignment:
    """In places of the lots."""

    column: Ints  # (n,) the mentor of each mentee, or NOBODY
    prices: Ints  # (m,) what the others would lose by one more going to this mentor; 0 where places are left
    edges: Edges


def assign(blocks: Blocks, capacity: Ints, objective: Objective, keep: int) -> Assignment:
    """The best there is over all possible pairs, not only over the candidates: those are added to until the
    prices prove that no pair left out could improve on it."""
    n, m = blocks.shape
    if objective in (Objective.STABLE, Objective.WEAKEST_FIRST):
        edges = candidates.best(blocks, max(blocks.shape))
        solve = stable if objective is Objective.STABLE else weakest_first
        return Assignment(solve(edges, n, capacity), np.zeros(m, np.int64), edges)
    edges = candidates.best(blocks, keep)
    most = blocks.most if objective is Objective.MOST_THEN_FIT else 0
    while True:
        column = largest(edges, n, capacity, everyone=most > 0)
        prices, values = duals(edges, column, capacity, most)
        more = missing(blocks, prices, values, most, keep)
        if not len(more):
            return Assignment(column, prices, edges)
        edges = candidates.merged(edges, more, m)


def missing(blocks: Blocks, prices: Ints, values: Ints, most: int, keep: int) -> Edges:
    """Pairs, kept or not, that would improve on these prices: none left proves that nothing better exists."""
    floor, price = _levelled(values - most, most), _levelled(prices, most)
    more, _ = blocks.scan(floor, keep, price)
    return more.pick(more.weight - prices[more.columns] > values[more.rows] - most)


def _levelled(amounts: Ints, most: int) -> Floats:
    """In fits, with a level that single precision can hold in place of each `most`."""
    level = np.rint(amounts / most) if most else np.zeros(len(amounts))
    return ((amounts - level * most) / SCALE + level * LEVEL).astype(np.float32)


def weakest_first(edges: Edges, n: int, capacity: Ints) -> Ints:
    """The most people, then the weakest match as strong as possible, then the total."""
    reachable = matched(edges, n, capacity)
    levels = np.unique(edges.weight)
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if matched(edges.pick(edges.weight >= levels[middle]), n, capacity) == reachable:
            low = middle
        else:
            high = middle - 1
    strong = edges.pick(edges.weight >= levels[low]) if len(levels) else edges
    return largest(strong, n, capacity, everyone=True)


def stable(edges: Edges, n: int, capacity: Ints) -> Ints:
    """Deferred acceptance (Gale and Shapley 1962), mentees ask, by each side's own direction of the fit.

    Ties are broken by place in the lots.
    """
    order = np.lexsort((edges.columns, -edges.forth, edges.rows))
    ends = np.searchsorted(edges.rows, np.arange(n + 1))
    columns, liked = edges.columns[order].tolist(), edges.back[order].tolist()
    following, last = ends[:-1].tolist(), ends[1:].tolist()
    held: list[list[tuple[float, int]]] = [[] for _ in capacity]  # the least liked on top
    column = np.full(n, NOBODY)
    asking = list(range(n - 1, -1, -1))
    while asking:
        row = asking.pop()
        if following[row] == last[row]:
            continue
        edge = following[row]
        following[row] += 1
        at = columns[edge]
        if not capacity[at]:
            continue
        heapq.heappush(held[at], (liked[edge], -row))
        column[row] = at
        if len(held[at]) > capacity[at]:
            passed_on = -heapq.heappop(held[at])[1]
            column[passed_on] = NOBODY
            asking.append(passed_on)
    return column
