"""The best assignment on the sparse graph, and the prices that prove it.

A flow over all candidates of a large pool would take longest of all. But at about the right prices most candidates are
out of the question, so prices are felt for first, as an auctioneer does who hears only how many want each mentor
(Walras 1874); the flow is solved over the few candidates that are nearly worth it, and whichever others its exact
prices then ask for are added, until there are none, or so few that they hardly matter: what they might be worth
bounds by how much the result falls short of the best over all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow, min_cost_flow

from matching.engine.candidates import SCALE, Edges
from matching.engine.sides import Ints

NOBODY = -1
FEW = 1 << 15  # candidates over which a flow is quicker than any preparation
CALLS = 12  # of prices, until they are about right
FIRST_STEP, SMALLER = 0.04, 0.75
ALL = 1 << 62
NEAR = SCALE // 40, ALL  # how much less than the best a candidate may be worth, to be looked at from the first
NEARER = SCALE // 80, *NEAR  # the same where a little may be missing in the end
CHOICE = 2  # candidates for each place: of mentors who have fewer so near, further ones are looked at, too
MISSED = SCALE // 320  # how near those must be that are added, once prices are exact


@dataclass(frozen=True, slots=True)
class Solution:
    column: Ints  # (n,) or NOBODY
    prices: Ints  # (m,) 0 or more; 0 where places are left
    values: Ints  # (n,) what each mentee has, less the price


def solve(
    edges: Edges,
    n: int,
    capacity: Ints,
    most: int,
    near: Solution | None = None,
    enough: float = 0.0,
    first: NDArray[np.bool_] | None = None,
) -> Solution:
    """The largest total weight over these edges, or one short of it by a share of `enough` at most; with `most`, of the
    ways that match as many as possible. `near` is one that was the best before something changed; `first` are edges of
    which most will do."""
    reaches = NEARER if enough else NEAR
    chosen = _at_first(edges, n, capacity, most, near, reaches) if first is None else first
    while True:
        few = edges.pick(chosen)
        column = largest(few, n, capacity, everyone=most > 0)
        found = Solution(column, *duals(few, column, capacity, most))
        short = values_at(edges, n, found.prices, most) - found.values
        if short.sum() <= enough * few.weight[few.columns == column[few.rows]].sum():
            return found
        chosen |= edges.weight + most - found.prices[edges.columns] > found.values[edges.rows] - MISSED


def _at_first(
    edges: Edges, n: int, capacity: Ints, most: int, near: Solution | None, reaches: Sequence[int]
) -> NDArray[np.bool_]:
    """All of few; of many those that are nearly worth it at about the right prices."""
    if len(edges) <= FEW:
        return np.ones(len(edges), np.bool_)
    prices = near.prices if near else felt_for(edges, n, capacity)
    short = values_at(edges, n, prices, most)[edges.rows] - (edges.weight + most - prices[edges.columns])
    chosen, wanting = np.zeros(len(edges), np.bool_), np.ones(len(capacity), np.bool_)
    for reach in reaches:
        chosen |= (short <= reach) & wanting[edges.columns]
        wanting = np.bincount(edges.columns[chosen], minlength=len(capacity)) < CHOICE * capacity
    return chosen


def felt_for(edges: Edges, n: int, capacity: Ints) -> Ints:
    """(m,) prices at which each mentor is wanted by about as many as there are places."""
    m = len(capacity)
    weight, columns = (edges.weight / SCALE).astype(np.float32), edges.columns
    first = np.flatnonzero(np.diff(edges.rows, prepend=-1))
    length = np.diff(np.append(first, len(edges)))
    best = np.sort(np.maximum.reduceat(weight, first))
    places = int(capacity.sum())
    price = np.full(m, best[-places] if 0 < places < len(best) else 0, np.float32)
    step = FIRST_STEP
    for _ in range(CALLS):
        net = weight - price[columns]
        best = np.maximum(np.maximum.reduceat(net, first), 0)
        wanted = np.bincount(columns[net >= np.repeat(best, length)], minlength=m)
        price += np.float32(step) * np.clip((wanted - capacity) / np.maximum(capacity, 1), -1, 1).astype(np.float32)
        np.maximum(price, 0, out=price)
        step *= SMALLER
    return np.rint(price.astype(np.float64) * SCALE).astype(np.int64)


def values_at(edges: Edges, n: int, prices: Ints, most: int = 0) -> Ints:
    """(n,) the most that each mentee has of any edge at these prices, 0 at least."""
    values = np.zeros(n, np.int64)
    if len(edges):
        first = np.flatnonzero(np.diff(edges.rows, prepend=-1))
        values[edges.rows[first]] = np.maximum.reduceat(edges.weight + most - prices[edges.columns], first)
    return np.maximum(values, 0)


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
    return columns_of(edges, flow.flows(arcs) > 0, n)


def matched(edges: Edges, n: int, capacity: Ints) -> int:
    """How many people can have anybody at all (Ford and Fulkerson 1956)."""
    m = len(capacity)
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(edges.rows, n + edges.columns, np.ones(len(edges), np.int64))
    flow.add_arcs_with_capacity(np.full(n, n + m), np.arange(n), np.ones(n, np.int64))
    flow.add_arcs_with_capacity(n + np.arange(m), np.full(m, n + m + 1), capacity)
    flow.solve(n + m, n + m + 1)
    return int(flow.optimal_flow())


def duals(edges: Edges, column: Ints, capacity: Ints, most: int) -> tuple[Ints, Ints]:
    """The least prices (m,) under which nobody would rather have another mentor, and values (n,) at those prices.

    Longest paths in the residual graph (Bellman 1958), from those whose value fell; that they end, and leave free
    places at 0, proves the assignment optimal on these edges.
    """
    n, m = len(column), len(capacity)
    weight = edges.weight + most
    ends = np.searchsorted(edges.rows, np.arange(n + 1))
    mine = edges.columns == column[edges.rows]
    values = np.zeros(n, np.int64)
    values[edges.rows[mine]] = weight[mine]
    people = np.argsort(column, kind="stable")
    of_mentor = np.searchsorted(column[people], np.arange(m + 1))
    prices, fallen = np.zeros(m, np.int64), np.arange(n)
    for _ in range(n + m + 1):
        at = _stretches(ends, fallen)
        asked = np.zeros(m, np.int64)
        np.maximum.at(asked, edges.columns[at], weight[at] - values[edges.rows[at]])
        risen = np.flatnonzero(asked > prices)
        if not len(risen):
            break
        fallen = people[_stretches(of_mentor, risen)]
        values[fallen] -= (asked - prices)[column[fallen]]
        prices[risen] = asked[risen]
    else:
        raise RuntimeError("the assignment has no prices, so it was not the best")
    placed = column[column != NOBODY]
    if prices[np.bincount(placed, minlength=m) < capacity].any():
        raise RuntimeError("a free place has a price, so the assignment was not the best")
    return prices, values


def columns_of(edges: Edges, used: NDArray[np.bool_], n: int) -> Ints:
    column = np.full(n, NOBODY)
    column[edges.rows[used]] = edges.columns[used]
    return column


def _stretches(ends: Ints, which: Ints) -> Ints:
    """All places from ends[i] up to ends[i + 1], for each i of `which`."""
    first, length = ends[which], ends[which + 1] - ends[which]
    return np.repeat(first - np.cumsum(length) + length, length) + np.arange(length.sum())
