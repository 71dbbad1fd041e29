"""Withheld is absent (rule 2): who keeps an answer to themselves fares as if the question had never been asked."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine import eligibility, features, score, wishes
from tests.engine import pools
from tests.engine.pools import SETTINGS, fits

POOLS = 5_000
CHUNK = 500
SOON = 200  # so many pools are enough for a planted defect


def forget(person, facet):
    return replace(
        person,
        answers={key: answer for key, answer in person.answers.items() if key != facet},
        weights={key: weight for key, weight in person.weights.items() if key != facet},
        wishes=tuple(wish for wish in person.wishes if wish.facet != facet),
    )


def withheld_is_absent(mentees, mentors, facet, *, by_mentor=False):
    """The first of one side withholds: their fit with each of the other side is that of a pool without the facet."""
    sides = [list(mentees), list(mentors)]
    first = sides[by_mentor][0]
    kept = {key: answer for key, answer in first.answers.items() if key != facet}
    sides[by_mentor][0] = replace(forget(first, facet), answers=kept, weights=first.weights)
    never_asked = replace(SETTINGS, facets=tuple(f for f in SETTINGS.facets if f.key != facet))
    left, right = sides
    with_it = fits(left, right, SETTINGS)[0].mutual
    without = fits([forget(who, facet) for who in left], [forget(who, facet) for who in right], never_asked)[0].mutual
    theirs = (slice(None), 0) if by_mentor else (0, slice(None))
    return np.allclose(with_it[theirs], without[theirs], atol=1e-5)


def broken(of: int, since: int = 0) -> Iterator[int]:
    """The numbers of the random pools in which somebody who withholds does not fare so."""
    for number in range(since, since + of):
        chance = Random(number)
        mentees, mentors = pools.drawn(chance)
        if not withheld_is_absent(mentees, mentors, chance.choice(pools.WEIGHED), by_mentor=chance.random() < 0.5):
            yield number


@pytest.mark.parametrize("since", range(0, POOLS, CHUNK))
def test_withholding_an_answer_is_no_detriment_in_5000_pools(since):
    assert list(broken(CHUNK, since)) == []


def a_zero_for_the_absent(monkeypatch):
    gave = features.gave

    def zero(side, key):
        return gave(side, key) if key == "about" else np.ones(len(side), np.float32)

    for module in (features, eligibility.features, wishes):
        monkeypatch.setattr(module, "gave", zero)


def a_budget_of_all_facets(monkeypatch):
    """The absent adds nothing, but is divided by."""
    direction = score._direction
    monkeypatch.setattr(score, "_direction", lambda sums, budget: direction(sums, np.full_like(budget, budget.max())))


def one_centre_for_all_wishes(monkeypatch):
    """A wish that the other withheld does not count, but what an ordinary partner fulfils of it does."""
    weigh = score.weigh

    def of_all(soft, centre, has, gave):
        weight, above = weigh(soft, centre * 0, has, gave)
        total = soft.sum(axis=-1, keepdims=True)
        return weight, above - centre.sum(axis=-1, keepdims=True) / np.where(total > 0, total, 1)

    monkeypatch.setattr(score, "weigh", of_all)


DEFECTS = [a_zero_for_the_absent, a_budget_of_all_facets, one_centre_for_all_wishes]


@pytest.mark.parametrize("plant", DEFECTS)
def test_these_pools_catch(monkeypatch, plant):
    plant(monkeypatch)

    assert next(broken(SOON), None) is not None


@settings(max_examples=60, deadline=None)
@given(pools.mentees, pools.mentors, st.sampled_from(pools.WEIGHED), st.booleans())
def test_nor_in_pools_with_words_and_musts(mentees, mentors, facet, by_mentor):
    assume(mentees and mentors)

    assert withheld_is_absent(mentees, mentors, facet, by_mentor=by_mentor)


@pytest.mark.parametrize("facet", ["values", "skills", "hours"])
def test_a_zero_is_caught_in_each_kind_of_facet(monkeypatch, facet):
    day = (pools.Slot(0, 600, 700),)
    said = {"values": {"faith"}, "skills": {"code"}, "hours": day}
    mentees = [pools.person("a", **said), pools.person("b", **said)]
    mentors = [pools.person("x", **said), pools.person("y", **said | {"values": {"care"}})]
    assert withheld_is_absent(mentees, mentors, facet)

    a_zero_for_the_absent(monkeypatch)

    assert not withheld_is_absent(mentees, mentors, facet)
