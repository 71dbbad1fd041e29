"""The flow over a few of the candidates, against one over all of them."""

from unittest.mock import patch

import numpy as np
import pytest

from matching.engine import flow
from matching.engine.candidates import SCALE, Edges

N, M, EACH = 300, 80, 20
SHARE = 0.01


@pytest.fixture
def edges(monkeypatch):
    """Of a pool where a few candidates are looked at first, though it is small; so few that they do not do."""
    for name, value in {"FEW": 0, "NEAR": (1,), "NEARER": (1,), "CHOICE": 0, "CALLS": 5}.items():
        monkeypatch.setattr(flow, name, value)
    draw = np.random.default_rng(7)
    rows = np.repeat(np.arange(N, dtype=np.int32), EACH)
    columns = np.concatenate([np.sort(draw.choice(M, EACH, replace=False)) for _ in range(N)]).astype(np.int32)
    fit = draw.uniform(0.4, 1, len(rows)).astype(np.float32)
    return Edges(rows, columns, np.rint(fit * np.float32(SCALE)).astype(np.int64), fit, fit)


def short_by(edges, enough):
    """(share of the largest total that is missing, flows solved)"""
    capacity = np.full(M, 3)
    whole = edges.weight[_made(edges, flow.largest(edges, N, capacity, everyone=False))].sum()
    with patch.object(flow, "largest", wraps=flow.largest) as largest:
        found = flow.solve(edges, N, capacity, 0, enough=enough)
    return 1 - edges.weight[_made(edges, found.column)].sum() / whole, largest.call_count


def _made(edges, column):
    return edges.columns == column[edges.rows]


def test_nothing_is_missing_where_nothing_may_be(edges):
    assert short_by(edges, 0.0)[0] == 0


def test_no_more_is_missing_than_may_be_and_it_takes_fewer_flows(edges):
    short, flows = short_by(edges, SHARE)

    assert short <= SHARE
    assert flows < short_by(edges, 0.0)[1]


def test_that_test_catches_a_flow_that_stops_too_soon(edges):
    assert short_by(edges, 1.0)[0] > SHARE


def chosen_at_first(edges, capacity, reaches):
    nothing = flow.Solution(np.full(N, flow.NOBODY), np.zeros(M, np.int64), np.zeros(N, np.int64))
    return flow._at_first(edges, N, capacity, 0, nothing, reaches)


def test_of_a_mentor_who_has_too_few_near_candidates_further_ones_are_looked_at(edges, monkeypatch):
    monkeypatch.setattr(flow, "CHOICE", 2)
    capacity = np.where(np.arange(M) < M // 2, 20, 1)
    near, some, all_ = (chosen_at_first(edges, capacity, reaches) for reaches in ([0], [0, SCALE // 20], [0, flow.ALL]))

    asks_more = np.bincount(edges.columns[near], minlength=M) < 2 * capacity
    further = some & ~near

    assert further.any()
    assert asks_more[edges.columns[further]].all()
    assert (all_ == near | asks_more[edges.columns]).all()
    assert (some <= all_).all()
