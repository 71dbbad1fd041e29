"""Blocks of pairs: what they find, and that it does not matter who does them."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings

from bench.pools import family
from matching.engine import candidates, match, passes, scan
from matching.engine.pool import Step, pool
from matching.engine.scan import scan as scan_block
from matching.engine.scan import summed as scan_summed
from matching.engine.score import Score
from matching.engine.sides import Found, Part, Side
from matching.engine.types import Strength, Wish
from tests.engine import pools
from tests.engine.pools import SETTINGS, fits

OFTEN = settings(max_examples=60, deadline=None)
alike = Score.alike


def blocks_of(mentees, mentors, config):
    here = pool(mentees, mentors, config)
    return here, here.blocks(1, Step(None, 1))


def in_pool(blocks, edges):
    return blocks.lots.rows[edges.rows], blocks.lots.columns[edges.columns]


@OFTEN
@given(pools.mentees, pools.mentors)
def test_a_pass_finds_just_the_possible_pairs_with_their_fits(mentees, mentors):
    _, blocks = blocks_of(mentees, mentors, SETTINGS)
    fit, possible = fits(mentees, mentors, SETTINGS)

    edges = candidates.everything(blocks)

    rows, columns = in_pool(blocks, edges)
    found = np.zeros_like(possible)
    found[rows, columns] = True
    assert (found == possible).all()
    assert np.allclose(edges.forth, fit.forth[rows, columns], atol=1e-5)
    assert np.allclose(edges.weight / candidates.SCALE, fit.mutual[rows, columns], atol=1e-5)


@OFTEN
@given(pools.mentees, pools.mentors)
def test_from_the_mentors_side_it_finds_the_same(mentees, mentors):
    _, blocks = blocks_of(mentees, mentors, SETTINGS)

    edges = candidates.everything(blocks)
    again = blocks.scan_mentors(np.arange(len(mentors)), max(len(mentees), 1))

    assert (again.rows.tolist(), again.columns.tolist()) == (edges.rows.tolist(), edges.columns.tolist())
    assert np.allclose(again.forth, edges.forth, atol=1e-5)


def test_of_some_mentors_it_finds_the_best_and_no_more_however_many_blocks(monkeypatch):
    monkeypatch.setattr(candidates, "LEAST_BLOCK", 1 << 8)
    mentees, mentors, config = family(300, 40, 4)
    _, blocks = blocks_of(mentees, mentors, config)
    fit, possible = fits(mentees, mentors, config)
    mean = np.where(possible, fit.forth + fit.back, -1)

    edges = blocks.scan_mentors(np.array([3, 17, 29]), 5)

    assert blocks.passes == 1
    rows, columns = in_pool(blocks, edges)
    found = {int(column): set(rows[columns == column].tolist()) for column in np.unique(columns)}
    assert found == {
        int(column): set(np.argsort(-mean[:, column])[:5].tolist()) for column in blocks.lots.columns[[3, 17, 29]]
    }


def the_best_are_there(keep):
    """Of each mentee the `keep` best by the mean of both directions, all of who has fewer; no mentor is starved."""
    mentees, mentors, config = family(300, 700, 4)
    mentees[0] = replace(mentees[0], avoid=frozenset(mentor.id for mentor in mentors[3:]))
    _, blocks = blocks_of(mentees, mentors, config)
    fit, possible = fits(mentees, mentors, config)
    edges, known = candidates.best(blocks, keep)
    rows, columns = in_pool(blocks, edges)
    found = np.zeros_like(possible)
    found[rows, columns] = True
    mean = np.where(possible, (fit.forth + fit.back) / 2, -1)
    reach = np.empty(len(mentees))
    reach[blocks.lots.rows] = known
    among = np.sort(mean, axis=1)[:, -keep][:, None]
    few = possible.sum(axis=0) <= keep
    return bool(
        not (possible & ~found & (mean > among + 1e-5)).any()
        and not (possible & ~found & (mean > reach[:, None])).any()
        and found.sum(axis=0)[~few].min() >= keep
        and (found[:, few] == possible[:, few]).all()
        and (found[0] == possible[0]).all()
    )


def test_the_best_of_each_are_among_the_candidates():
    assert the_best_are_there(7)


def test_that_test_catches_a_limit_that_is_too_high(monkeypatch):
    reach = scan._reach
    monkeypatch.setattr(scan, "_reach", lambda worth, most: reach(worth, max(1, most // 2)))

    assert not the_best_are_there(7)


def by_how_they_weigh(monkeypatch, many):
    """(pairs, their fits): of a pool in which some ask for what few have, `many` who weigh alike in a block of their
    own."""
    monkeypatch.setattr(candidates, "MANY", many)
    mentees, mentors, config = family(300, 200, 4)
    must = (Wish("values", "tag3", Strength.MUST),)
    mentees = [replace(person, wishes=must) if i % 7 == 0 else person for i, person in enumerate(mentees)]
    here, blocks = blocks_of(mentees, mentors, config)
    edges, known = candidates.best(blocks, 9)
    fit = here.score.both(*in_pool(blocks, edges))
    near = [
        np.abs(found - of_pair).max() < 1e-5 for found, of_pair in ((edges.forth, fit.forth), (edges.back, fit.back))
    ]
    return set(zip(edges.rows.tolist(), edges.columns.tolist(), strict=True)), all(near), known


def test_those_who_weigh_alike_are_looked_at_together_and_find_the_same(monkeypatch):
    pairs, _, known = by_how_they_weigh(monkeypatch, 1 << 20)

    with patch.object(scan, "summed", wraps=scan.summed) as summed:
        same, right, limit = by_how_they_weigh(monkeypatch, 1)

    assert summed.call_count >= 9  # three ways to weigh, three languages at least
    assert right
    assert same == pairs
    assert np.allclose(limit, known, atol=1e-4)


def only_halves(part, right):
    left, other = scan_summed(part, right)
    return left, other / 2


def without_bars(part, right):
    left, other = scan_summed(part, right)
    return left[:, : len(part.alike)], other[:, : len(part.alike)]


@pytest.mark.parametrize("wrong", [only_halves, without_bars])
def test_that_test_catches_a_wrong_sum_of_both_directions(monkeypatch, wrong):
    pairs, _, known = by_how_they_weigh(monkeypatch, 1 << 20)
    monkeypatch.setattr(scan, "summed", wrong)

    same, _, limit = by_how_they_weigh(monkeypatch, 1)

    assert same != pairs or not np.allclose(limit, known, atol=1e-4)


def test_that_test_catches_people_taken_for_alike_who_are_not(monkeypatch):
    monkeypatch.setattr(Score, "kinds", lambda self, rows: np.zeros(len(rows), np.int64))
    monkeypatch.setattr(Score, "alike", lambda self, rows: alike(self, rows[:1]))

    assert not by_how_they_weigh(monkeypatch, 1)[1]


def one_after_another(work):
    return [scan_block(work.part(number), work.right) for number in range(work.blocks)]


def in_other_hands(work):
    """The last block first, everything as bytes."""
    right, found = work.right.to_bytes(), {}
    for number in reversed(range(work.blocks)):
        part = Part.from_bytes(work.part(number).to_bytes())
        found[number] = scan_block(part, Side.from_bytes(right)).to_bytes()
    return [Found.from_bytes(found[number]) for number in range(work.blocks)]


@pytest.mark.parametrize("spread", [one_after_another, in_other_hands])
@pytest.mark.parametrize("many", [1, 1 << 20])
def test_whoever_does_the_blocks_the_result_is_the_same(monkeypatch, spread, many):
    monkeypatch.setattr(candidates, "LEAST_BLOCK", 1 << 10)
    monkeypatch.setattr(candidates, "MANY", many)
    mentees, mentors, config = family(150, 60, 3)

    assert match(mentees, mentors, config, 1, spread=spread) == match(
        mentees, mentors, config, 1, spread=passes.on_threads
    )


def test_where_very_many_are_worth_the_same_each_mentee_keeps_other_ones():
    """All pairs are alike: without turns everybody would hold the same few mentors."""
    mentees = [pools.person(f"a{i:03}") for i in range(100)]
    mentors = [pools.person(f"x{i:03}") for i in range(200)]
    _, blocks = blocks_of(mentees, mentors, SETTINGS)

    edges, _ = blocks.scan(np.full(100, candidates.ANY), 3, np.zeros(200, np.float32))

    assert np.bincount(edges.rows).tolist() == [3] * 100
    assert len(np.unique(edges.columns)) > 100
