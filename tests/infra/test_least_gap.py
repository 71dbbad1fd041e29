"""The bound on how near groups can come: over every way of matching a few people, none comes below it."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from bench import least_gap
from bench.pools import family
from matching.engine import match
from matching.engine.pool import pool

PEOPLE, GIVE = 6, 0.005
SEEDS = range(6)


def small(seed):
    """As many places as people, all of whom speak one language, in two groups."""
    mentees, mentors, settings = family(PEOPLE, PEOPLE, seed)
    alike = {"languages": frozenset({"en"})}
    mentees = [
        replace(who, answers={**who.answers, **alike}, groups=frozenset({"odd" if i % 2 else "even"}))
        for i, who in enumerate(mentees)
    ]
    mentors = [replace(who, answers={**who.answers, **alike}, capacity=1) for who in mentors]
    return mentees, mentors, replace(settings, lift=GIVE)


def nearest(mentees, mentors, settings):
    """The least gap of all ways whose total is near enough to the best."""
    fits = pool(mentees, mentors, settings).score.block(np.arange(PEOPLE)).mutual
    ways = fits[np.arange(PEOPLE), np.array(list(permutations(range(PEOPLE))))].astype(float)
    totals, gaps = ways.sum(axis=1), np.abs(ways[:, ::2].mean(axis=1) - ways[:, 1::2].mean(axis=1))
    return gaps[totals >= (1 - GIVE) * totals.max() - 1e-6].min()


def bounds():
    """(pools, 2) of each the nearest way of all, and the bound"""
    found = []
    for seed in SEEDS:
        mentees, mentors, settings = small(seed)
        best = match(mentees, mentors, replace(settings, lift=0.0), seed)
        bound = least_gap.least_gap(mentees, mentors, settings, best)
        found.append((nearest(mentees, mentors, settings), bound))
    return np.array(found)


def test_no_way_comes_below_the_bound_and_somewhere_it_says_something():
    found = bounds()

    assert (found[:, 1] <= found[:, 0] + 1e-5).all()
    assert (found[:, 1] > 0).any()


def test_that_test_catches_a_bound_that_leaves_pairs_out(monkeypatch: pytest.MonkeyPatch):
    most = least_gap.Search._most
    monkeypatch.setattr(least_gap.Search, "_most", lambda self, weight: most(self, weight) - 0.1)

    found = bounds()

    assert (found[:, 1] > found[:, 0] + 1e-5).any()
