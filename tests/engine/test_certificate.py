"""Every result is held to its certificate by a checker that shares no code with what made it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.pools import family
from matching.engine import assign, match
from matching.engine.types import Objective
from tests.engine import pools
from tests.engine.checker import faults
from tests.engine.pools import SETTINGS, fits, only, person

OFTEN = settings(max_examples=40, deadline=None)
TOTALS = [Objective.MOST_THEN_FIT, Objective.BEST_FIT]


def checked(result, mentees, mentors, config, **extra):
    return faults(result, mentees, mentors, *fits(mentees, mentors, config), **extra)


@OFTEN
@given(pools.mentees, pools.mentors, st.sampled_from(Objective), st.integers(1, 3))
def test_a_result_is_what_its_certificate_says(mentees, mentors, objective, keep):
    config = replace(SETTINGS, objective=objective, keep=keep)

    result = match(mentees, mentors, config, 3)

    assert checked(result, mentees, mentors, config) == []
    assert objective not in TOTALS or result.certificate.gap <= config.lift + 1e-6


@pytest.mark.parametrize("places", ["scarce", "equal"])
def test_a_pool_that_is_not_worked_out_to_the_end_is_within_its_tolerance(monkeypatch, places):
    """As if it were a large one: few candidates, pairs left out, groups lifted."""
    monkeypatch.setattr(assign, "EXACT", 0)
    mentees, mentors, config = family(300, 100, 5, places)
    config = replace(config, keep=6)

    result = match(mentees, mentors, config, 3)

    assert checked(result, mentees, mentors, config) == []
    assert len(result.pairings) == min(300, sum(mentor.capacity for mentor in mentors))
    assert result.certificate.gap <= config.tolerance + config.lift


def test_locked_pairs_and_the_bonus_of_the_previous_run_are_in_the_certificate():
    mentees, mentors, config = family(60, 25, 6)
    before = match(mentees, mentors, config, 3)
    previous = [(p.mentee, p.mentor) for p in before.pairings]
    locked = [(p.mentee, p.mentor) for p in before.pairings[:5]]

    result = match(mentees[:-10], mentors, config, 3, previous=previous, locked=locked)

    bonus = dict.fromkeys(previous, config.stickiness)
    assert checked(result, mentees[:-10], mentors, config, bonus=bonus, locked=locked) == []


@pytest.fixture
def small():
    mentees = [person(f"a{i}", values={"art", f"v{i}"}) for i in range(6)]
    mentors = [person(f"x{i}", values={"art", f"v{i}"}) for i in range(4)]
    config = only("values")
    return match(mentees, mentors, config, 1), mentees, mentors, config


def test_the_checker_catches_a_price_that_is_too_low(small):
    result, mentees, mentors, config = small
    assert checked(result, mentees, mentors, config) == []
    dearest = max(result.certificate.prices, key=result.certificate.prices.get)

    cheaper = {**result.certificate.prices, dearest: result.certificate.prices[dearest] - 0.1}
    wrong = replace(result, certificate=replace(result.certificate, prices=cheaper))

    assert checked(wrong, mentees, mentors, config) == ["the prices prove less than the bound claims"]


def test_the_checker_catches_a_pair_that_is_better_than_the_bound_allows(small):
    result, mentees, mentors, config = small
    fit, possible = fits(mentees, mentors, config)

    fit.mutual[0, 1] += 0.5

    assert "the prices prove less than the bound claims" in faults(result, mentees, mentors, fit, possible)


def test_the_checker_catches_a_flattering_gap_and_a_wrong_count(small):
    result, mentees, mentors, config = small
    worse = replace(result, pairings=result.pairings[1:], total=result.total - result.pairings[0].fit)

    assert "the gap is not what is missing to the bound" in checked(worse, mentees, mentors, config)
    miscounted = replace(result, certificate=replace(result.certificate, blocking=99))
    assert checked(miscounted, mentees, mentors, config) == ["blocking pairs are counted wrongly"]


def test_stable_has_no_blocking_pair():
    mentees, mentors, config = family(80, 30, 2)

    result = match(mentees, mentors, replace(config, objective=Objective.STABLE), 1)

    assert result.certificate.blocking == 0
    assert result.certificate.gap > 0


def test_the_best_total_of_a_middling_pool_is_scipys(monkeypatch):
    """Large enough for prices to be felt for, and for pairs that are never looked at."""
    from scipy.optimize import linear_sum_assignment

    monkeypatch.setattr("matching.engine.flow.FEW", 100)
    mentees, mentors, config = family(400, 120, 9)
    config = replace(config, keep=4, lift=0.0)
    fit, possible = fits(mentees, mentors, config)
    clones = np.repeat(np.arange(120), [mentor.capacity for mentor in mentors])
    worth = np.where(possible, fit.mutual.astype(float), 0.0)[:, clones]

    result = match(mentees, mentors, config, 1)

    assert abs(result.total - worth[linear_sum_assignment(worth, maximize=True)].sum()) < 1e-3
    assert result.certificate.gap < 1e-6
