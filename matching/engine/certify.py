"""What a result can be held to: how far it is at most from the best there is, and who would rather have whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.engine.assign import Assignment, worth
from matching.engine.candidates import SCALE, Blocks, Edges
from matching.engine.sides import Ints
from matching.engine.types import Certificate, Person

DIGITS = 9  # of the gap
MORE = np.float32(1e-6)  # fit: less is not to be liked more


def certificate(
    mentors: Sequence[Person], blocks: Blocks, capacity: Ints, found: Assignment, total: float
) -> Certificate:
    """`total` is the fit of all pairs, the locked ones included, of which the gap is a share. Blocking pairs are looked
    for among all possible pairs of a pool that was looked at whole, among the candidates of a larger one."""
    names = [mentors[column].id for column in blocks.lots.columns.tolist()]
    prices = {name: price / SCALE for name, price in zip(names, found.prices.tolist(), strict=True) if price}
    short = (found.bound - worth(found.edges, found.column, found.most)) / SCALE
    return Certificate(
        prices=dict(sorted(prices.items())),
        most=found.most / SCALE,
        bound=found.bound / SCALE,
        gap=round(short / total, DIGITS) if total else 0.0,
        blocking=blocking(found.edges, found.column, capacity),
    )


def blocking(edges: Edges, column: Ints, capacity: Ints) -> int:
    """Pairs among these edges of which both would rather have each other, each by their own direction (Gale and Shapley
    1962): the mentee has nobody or likes this mentor more, the mentor has a free place or likes somebody less."""
    n, m = len(column), len(capacity)
    made = edges.columns == column[edges.rows]
    has = np.full(n, -1, np.float32)
    has[edges.rows[made]] = edges.forth[made]
    least = np.full(m, np.inf, np.float32)
    np.minimum.at(least, edges.columns[made], edges.back[made])
    least[np.bincount(edges.columns[made], minlength=m) < capacity] = -1
    rather = (edges.forth > has[edges.rows] + MORE) & (edges.back > least[edges.columns] + MORE) & ~made
    return int(np.count_nonzero(rather))
