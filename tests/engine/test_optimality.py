"""Against brute force, and against SciPy's dense assignment on cloned places."""

from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from matching.engine import match
from matching.engine.types import Objective
from tests.engine import pools
from tests.engine.pools import SETTINGS, fits

OFTEN = settings(max_examples=50, deadline=None)


def dense(mentees, mentors, config, most):
    """(matched, total) of the best assignment by SciPy; `most` is what a match is worth besides its fit."""
    fit, possible = fits(mentees, mentors, config)
    worth = np.where(possible, fit.mutual.astype(float) + most, 0.0)
    clones = np.repeat(np.arange(len(mentors)), [mentor.capacity for mentor in mentors])
    rows, columns = linear_sum_assignment(worth[:, clones], maximize=True)
    made = [(r, clones[c]) for r, c in zip(rows, columns, strict=True) if possible[r, clones[c]]]
    return len(made), sum(float(fit.mutual[pair]) for pair in made)


@OFTEN
@given(pools.mentees, pools.mentors, st.integers(1, 3))
def test_as_many_as_possible_then_the_largest_total(mentees, mentors, keep):
    config = replace(SETTINGS, keep=keep)

    result = match(mentees, mentors, config, 3)

    matched, total = dense(mentees, mentors, config, most=100.0)
    assert len(result.pairings) == matched
    assert abs(result.total - total) < 1e-5


@OFTEN
@given(pools.mentees, pools.mentors, st.integers(1, 3))
def test_best_fit_has_the_largest_total(mentees, mentors, keep):
    config = replace(SETTINGS, keep=keep, objective=Objective.BEST_FIT)

    result = match(mentees, mentors, config, 3)

    assert abs(result.total - dense(mentees, mentors, config, most=0.0)[1]) < 1e-5


@settings(max_examples=25, deadline=None)
@given(pools.people("mentee", 4), pools.people("mentor", 3, st.integers(0, 2)))
def test_weakest_first_is_what_brute_force_finds(mentees, mentors):
    fit, possible = fits(mentees, mentors, SETTINGS)

    def rank(ways):
        made = [(row, column) for row, column in enumerate(ways) if column < len(mentors)]
        full = any(ways.count(i) > mentor.capacity for i, mentor in enumerate(mentors))
        if full or not all(possible[pair] for pair in made):
            return (-1, 0.0, 0.0)
        values = [round(float(fit.mutual[pair]), 6) for pair in made]
        return len(made), min(values, default=0.0), round(sum(values), 5)

    best = max(rank(ways) for ways in product(range(len(mentors) + 1), repeat=len(mentees)))
    result = match(mentees, mentors, replace(SETTINGS, objective=Objective.WEAKEST_FIRST), 3)

    assert len(result.pairings) == best[0]
    assert abs(min((p.fit for p in result.pairings), default=0.0) - best[1]) < 1e-5
    assert abs(result.total - best[2]) < 1e-4


@OFTEN
@given(pools.mentees, pools.mentors)
def test_stable_leaves_no_two_who_would_rather_have_each_other(mentees, mentors):
    fit, possible = fits(mentees, mentors, SETTINGS)
    result = match(mentees, mentors, replace(SETTINGS, objective=Objective.STABLE), 3)

    row = {mentee.id: i for i, mentee in enumerate(mentees)}
    column = {mentor.id: i for i, mentor in enumerate(mentors)}
    has = {row[p.mentee]: column[p.mentor] for p in result.pairings}
    for a, b in zip(*np.nonzero(possible), strict=True):
        rather_a = a not in has or fit.forth[a, b] > fit.forth[a, has[a]] + 1e-6
        guests = [other for other, mentor in has.items() if mentor == b]
        weakest = min((fit.back[other, b] for other in guests), default=0)
        rather_b = len(guests) < mentors[b].capacity or fit.back[a, b] > weakest + 1e-6
        assert not (rather_a and rather_b and has.get(a) != b)


def test_pairs_outside_the_candidates_are_taken_in_where_they_are_needed():
    """All mentees keep the same one candidate; the prices must bring in the others."""
    mentees = [pools.person(f"n{i}", values={"faith"}) for i in range(12)]
    mentors = [pools.person(f"m{i:02}", values={"faith"} if i == 0 else {"faith", f"v{i}"}) for i in range(12)]

    result = match(mentees, mentors, replace(pools.only("values"), keep=1), 1)

    assert len(result.pairings) == 12
