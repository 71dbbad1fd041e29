"""One mentor for each mentee, all people at once, over the sparse graph, with a price for each mentor."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow, min_cost_flow

from matching.engine import candidates
from matching.engine.candidates import Blocks, Edges, Ints
from matching.engine.types import Objective

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Assignment:
    """In places of the lots."""

    column: Ints  # (n,) the mentor of each mentee, or NOBODY
    prices: Ints  # (m,) what the others would lose by one more going to this mentor; 0 where places are left
    edges: Edges


def assign(blocks: Blocks, capacity: Ints, objective: Objective, keep: int) -> Assignment:
    """The best there is over all possible pairs, not only over the candidates: those are added to until the
    prices prove that no pair left out could improve on it."""
    if objective in (Objective.STABLE, Objective.WEAKEST_FIRST):
        edges = candidates.best(blocks, max(blocks.shape))
        solve = stable if objective is Objective.STABLE else weakest_first
        return Assignment(solve(edges, blocks.shape[0], capacity), np.zeros(len(capacity), np.int64), edges)
    edges = candidates.best(blocks, keep)
    most = blocks.most if objective is Objective.MOST_THEN_FIT else 0
    while True:
        column = largest(edges, blocks.shape[0], capacity, everyone=most > 0)
        prices, values = duals(edges, column, capacity, most)
        more = candidates.missing(blocks, prices, values, most, keep)
        if not len(more):
            return Assignment(column, prices, edges)
        edges = candidates.merged(edges, more)


def largest(edges: Edges, n: int, capacity: Ints, *, everyone: bool) -> Ints:
    """(n,) columns of the largest total weight; with `everyone`, among the ways that match the most."""
    m = len(capacity)
    source, sink = n + m, n + m + 1
    flow = min_cost_flow.SimpleMinCostFlow()
    add = flow.add_arcs_with_capacity_and_unit_cost
    arcs = add(edges.rows, n + edges.columns, np.ones(len(edges), np.int64), -edges.weight)
    add(np.full(n, source), np.arange(n), np.ones(n, np.int64), np.zeros(n, np.int64))
    add(n + np.arange(m), np.full(m, sink), capacity, np.zeros(m, np.int64))
    if not everyone:
        add(np.arange(n), np.full(n, sink), np.ones(n, np.int64), np.zeros(n, np.int64))
    flow.set_nodes_supplies(np.array([source, sink]), np.array([n, -n]))
    status = flow.solve_max_flow_with_min_cost()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the min-cost flow over {len(edges)} pairs ended as {status}")
    return _columns(edges, flow.flows(arcs) > 0, n)


def duals(edges: Edges, column: Ints, capacity: Ints, most: int) -> tuple[Ints, Ints]:
    """The least prices (m,) under which nobody would rather have another mentor, and values (n,) at those prices.

    Longest paths in the residual graph (Bellman and Ford), all edges at a time; that they end, and leave free
    places at 0, proves the assignment optimal on these edges.
    """
    n, m = len(column), len(capacity)
    order = np.argsort(edges.columns, kind="stable")
    rows, columns, weight = edges.rows[order], edges.columns[order], edges.weight[order] + most
    own = np.zeros(n, np.int64)
    mine = column[rows] == columns
    own[rows[mine]] = weight[mine]
    matched = column != NOBODY
    first = np.flatnonzero(np.diff(columns, prepend=-1))
    prices, fresh = np.zeros(m, np.int64), np.zeros(m, np.int64)
    for _ in range(n + m + 1):
        values = own - np.where(matched, prices[column], 0) if m else own
        if len(rows):
            fresh[columns[first]] = np.maximum(np.maximum.reduceat(weight - values[rows], first), 0)
        if (fresh == prices).all():
            break
        prices[:] = fresh
    free = np.bincount(column[matched], minlength=m) < capacity
    if (fresh != prices).any() or prices[free].any():
        raise RuntimeError("the assignment has no prices, so it was not the best")
    return prices, values


def weakest_first(edges: Edges, n: int, capacity: Ints) -> Ints:
    """The most people, then the weakest match as strong as possible, then the total."""
    reachable = _matched(edges, n, capacity)
    levels = np.unique(edges.weight)
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if _matched(edges.pick(edges.weight >= levels[middle]), n, capacity) == reachable:
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


def _matched(edges: Edges, n: int, capacity: Ints) -> int:
    m = len(capacity)
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(edges.rows, n + edges.columns, np.ones(len(edges), np.int64))
    flow.add_arcs_with_capacity(np.full(n, n + m), np.arange(n), np.ones(n, np.int64))
    flow.add_arcs_with_capacity(n + np.arange(m), np.full(m, n + m + 1), capacity)
    flow.solve(n + m, n + m + 1)
    return int(flow.optimal_flow())


def _columns(edges: Edges, used: NDArray[np.bool_], n: int) -> Ints:
    column = np.full(n, NOBODY)
    column[edges.rows[used]] = edges.columns[used]
    return column
