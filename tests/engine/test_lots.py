"""Ties are broken by lot with the seed: nobody is better off for standing first, by id or by place."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.stats import chisquare

from matching.engine import match
from matching.engine.types import Objective
from tests.engine.pools import only, person

SEEDS = range(200)
UNLIKELY = 1e-4


@pytest.mark.parametrize("objective", Objective)
def test_each_of_four_equal_mentees_wins_the_one_place_equally_often(objective):
    mentees = [person(f"a{i}") for i in range(4)]
    config = replace(only(), objective=objective, keep=2)

    won = Counter(match(mentees, [person("x")], config, seed).pairings[0].mentee for seed in SEEDS)

    assert chisquare([won[mentee.id] for mentee in mentees]).pvalue > UNLIKELY


@pytest.mark.parametrize("objective", Objective)
def test_each_of_four_equal_mentors_is_given_the_one_mentee_equally_often(objective):
    mentors = [person(f"x{i}") for i in range(4)]
    config = replace(only(), objective=objective, keep=2)

    won = Counter(match([person("a")], mentors, config, seed).pairings[0].mentor for seed in SEEDS)

    assert chisquare([won[mentor.id] for mentor in mentors]).pvalue > UNLIKELY


def test_that_test_catches_an_assignment_without_lots():
    won = Counter(int(linear_sum_assignment(np.full((4, 1), 0.5))[0][0]) for _ in SEEDS)

    assert chisquare([won[i] for i in range(4)]).pvalue < UNLIKELY


def test_the_same_seed_draws_the_same_lots_and_another_draws_others():
    mentees = [person(f"a{i}") for i in range(8)]

    drawn = [match(mentees, [person("x")], only(), seed).to_bytes() for seed in (1, 1, *range(2, 12))]

    assert drawn[0] == drawn[1]
    assert len(set(drawn)) > 2
