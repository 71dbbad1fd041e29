"""The objectives that are not a total: whom to match where somebody's match counts for more than the sum."""

from __future__ import annotations

import heapq

import numpy as np

from matching.engine.candidates import SCALE, Edges
from matching.engine.flow import NOBODY, largest, matched
from matching.engine.sides import Ints


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
    bonus = ((edges.weight - edges.fit) / SCALE).astype(np.float32)
    order = np.lexsort((edges.columns, -(edges.forth + bonus), edges.rows))
    ends = np.searchsorted(edges.rows, np.arange(n + 1))
    columns, liked = edges.columns[order].tolist(), (edges.back + bonus)[order].tolist()
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
