"""What stands beside the engine, each on the same pool, in a fresh process for each run so that its memory can be told.

`python -m bench.contenders NAME MENTEES MENTORS PLACES` prints what it took, and the pairs."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bench import floor, pools
from bench.peers.run import timed
from bench.tables import BEST, DENSE, FLOOR, FLOW, KINDRED, PLAIN
from matching.engine import candidates, match
from matching.engine.pool import Step, pool
from matching.engine.types import Kind, Person, Settings

SEED = 20260325
Ints = np.ndarray
Side = list[Person]


@dataclass(frozen=True)
class Found:
    pairs: Ints  # (matched, 2) rows and columns, in the order in which the people were given
    more: dict[str, Any]


def ours(mentees: Side, mentors: Side, settings: Settings) -> Found:
    looks = floor.Looks()
    result = match(mentees, mentors, settings, SEED, spread=looks)
    row, column = ({person.id: i for i, person in enumerate(side)} for side in (mentees, mentors))
    pairs = [(row[pairing.mentee], column[pairing.mentor]) for pairing in result.pairings]
    certificate = result.certificate
    passes = looks.pairs / (len(mentees) * len(mentors))
    return Found(np.array(pairs), {"gap": certificate.gap if certificate else 0.0, "passes": passes})


def without_lift(mentees: Side, mentors: Side, settings: Settings) -> Found:
    """The largest total and nothing else, as the others have it."""
    return ours(mentees, mentors, replace(settings, lift=0.0))


def min_cost_flow(mentees: Side, mentors: Side, settings: Settings) -> Found:
    """OR-Tools on the pairs that our engine would consider first; it proves nothing about those left out."""
    from ortools.graph.python import min_cost_flow

    here = pool(mentees, mentors, settings)
    blocks = here.blocks(SEED, Step(None, 1))
    edges, _ = candidates.best(blocks, settings.keep)
    n, m = blocks.shape
    flow = min_cost_flow.SimpleMinCostFlow()
    add = flow.add_arcs_with_capacity_and_unit_cost
    arcs = add(edges.rows, n + edges.columns, np.ones(len(edges), np.int64), -edges.weight)
    add(np.full(n, n + m), np.arange(n), np.ones(n, np.int64), np.zeros(n, np.int64))
    places = np.array([mentor.capacity for mentor in mentors])[blocks.lots.columns]
    add(n + np.arange(m), np.full(m, n + m + 1), places, np.zeros(m, np.int64))
    flow.set_nodes_supplies(np.array([n + m, n + m + 1]), np.array([n, -n]))
    flow.solve_max_flow_with_min_cost()
    used = flow.flows(arcs) > 0
    pairs = blocks.lots.rows[edges.rows[used]], blocks.lots.columns[edges.columns[used]]
    return Found(np.stack(pairs, axis=1), {})


def dense_cosine(mentees: Side, mentors: Side, settings: Settings) -> Found:
    """What one would write first: cosines of everybody with everybody, then SciPy on places cloned one by one."""
    from sklearn.metrics.pairwise import cosine_similarity

    worth = np.zeros((len(mentees), len(mentors)))
    for facet in settings.facets:
        if facet.weight > 0:
            columns = _numbers(facet.key, facet.kind, [*mentees, *mentors])
            worth += facet.weight * cosine_similarity(columns[: len(mentees)], columns[len(mentees) :])
    spoken = [[person.answers["languages"] for person in side] for side in (mentees, mentors)]
    return Found(_cloned(worth, _in_common(*spoken), mentors), {})


def our_fits_dense(mentees: Side, mentors: Side, settings: Settings) -> Found:
    """Our own fits of all pairs to SciPy: the best total there is."""
    here, rows = pool(mentees, mentors, settings), np.arange(len(mentees))
    return Found(_cloned(here.score.block(rows).mutual.astype(float), here.eligible.eligible(rows), mentors), {})


def bare_product(mentees: Side, mentors: Side, settings: Settings) -> Found:
    """No matching at all: only the multiplications that score every pair once, in both directions."""
    looks = floor.Looks()
    match(mentees[:1000], mentors[:500], settings, SEED, spread=looks)  # as wide as ours is on this pool
    measured = floor.product(len(mentees), len(mentors), looks.width)
    gflop = 2e-9 * len(mentees) * len(mentors) * looks.width
    return Found(np.zeros((0, 2), np.int64), {**measured, "gflop": gflop})


def _numbers(key: str, kind: Kind, people: Side) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    if kind is Kind.TEXT:
        return np.array([person.answers[key] for person in people])
    return TfidfVectorizer(analyzer=sorted).fit_transform([person.answers[key] for person in people])


def _in_common(left: list[frozenset[str]], right: list[frozenset[str]]) -> np.ndarray:
    languages = sorted(frozenset().union(*left, *right))
    here, there = (np.array([[name in said for name in languages] for said in side], float) for side in (left, right))
    return here @ there.T > 0


def _cloned(worth: np.ndarray, possible: np.ndarray, mentors: Side) -> Ints:
    from scipy.optimize import linear_sum_assignment

    clones = np.repeat(np.arange(len(mentors)), [mentor.capacity for mentor in mentors])
    rows, places = linear_sum_assignment(np.where(possible, worth + 10, 0.0)[:, clones], maximize=True)
    columns = clones[places]
    made = possible[rows, columns]
    return np.stack([rows[made], columns[made]], axis=1)


CONTENDERS: dict[str, Callable[[Side, Side, Settings], Found]] = {
    KINDRED: ours,
    PLAIN: without_lift,
    FLOW: min_cost_flow,
    DENSE: dense_cosine,
    BEST: our_fits_dense,
    FLOOR: bare_product,
}


def measure(name: str, n: int, m: int, places: str) -> None:
    CONTENDERS[name](*pools.family(300, 150, SEED, places=places))  # imports and warm caches are not what is compared
    given = pools.family(n, m, SEED, places=places)
    found, measured = timed(lambda: CONTENDERS[name](*given))
    print(json.dumps({**measured, **found.more, "pairs": found.pairs.tolist()}))


if __name__ == "__main__":
    name, n, m, places = sys.argv[1:]
    measure(name, int(n), int(m), places)
