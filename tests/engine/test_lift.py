"""Groups that come off below average are lifted, for next to nothing and at nobody's place."""

from dataclasses import replace

import numpy as np
import pytest

from bench.pools import family
from matching.engine import lift, match
from matching.engine.lift import LEAST, Lifting, groups
from matching.engine.types import Objective
from tests.engine.pools import person

LITTLE = 1e-5


@pytest.fixture(scope="module", params=["scarce", "equal"])
def pool(request):
    return family(900, 320, 7, request.param)


@pytest.fixture(scope="module")
def short_of_places():
    mentees, mentors, config = family(900, 200, 7)
    return mentees, mentors, replace(config, lift_within=0.0)


def lifted_for_next_to_nothing(mentees, mentors, config):
    plain, lifted = (match(mentees, mentors, replace(config, lift=lift), 3) for lift in (0.0, config.lift))
    known = groups(mentees)
    apart, less = (known.gap(fits(mentees, result)) for result in (plain, lifted))
    return (
        less < apart
        and len(lifted.pairings) == len(plain.pairings)
        and lifted.total >= plain.total * (1 - config.lift)
        and lifted.certificate.bound == plain.certificate.bound
    )


def fits(mentees, result):
    fit = {pairing.mentee: pairing.fit for pairing in result.pairings}
    return np.array([fit.get(mentee.id, np.nan) for mentee in mentees])


def test_groups_come_nearer_to_each_other_for_at_most_what_may_be_given(pool):
    assert lifted_for_next_to_nothing(*pool)


def test_that_test_catches_a_lift_that_costs_too_much(pool, monkeypatch):
    monkeypatch.setattr(Lifting, "_worth_it", lambda self, before, after, who, exchange, parted: parted == parted)
    monkeypatch.setattr(lift, "exchanges", lambda column, further: (np.arange(len(column)), np.arange(len(column))))
    mentees, mentors, config = pool

    assert not lifted_for_next_to_nothing(mentees, mentors, replace(config, lift_within=0.0))


def lifted_at_the_same_places(mentees, mentors, config):
    plain, lifted = (match(mentees, mentors, replace(config, lift=give), 3) for give in (0.0, config.lift))
    known = groups(mentees)
    apart, less = (known.gap(fits(mentees, result)) for result in (plain, lifted))
    return less < apart and lifted.unmatched == plain.unmatched


def test_where_places_are_scarce_groups_come_nearer_and_nobody_loses_a_place(short_of_places):
    assert lifted_at_the_same_places(*short_of_places)


def test_that_test_catches_a_lift_that_gives_places_to_others(short_of_places, monkeypatch):
    monkeypatch.setattr(lift, "NOBODY", -2)

    assert not lifted_at_the_same_places(*short_of_places)


def reaches(pool, monkeypatch, within):
    """How many candidates are looked at, each time; and how far groups are apart in the end."""
    looked_at = []

    def nearer(self, few, *rest):
        looked_at.append(len(few))
        return lifted(self, few, *rest)

    lifted = Lifting._nearer
    monkeypatch.setattr(Lifting, "_nearer", nearer)
    mentees, mentors, config = pool
    found = fits(mentees, match(mentees, mentors, replace(config, lift_within=within), 3))
    monkeypatch.setattr(Lifting, "_nearer", lifted)
    return looked_at, groups(mentees).gap(found)


def test_where_there_are_many_candidates_further_ones_are_looked_at_only_if_the_nearest_do_not_do(pool, monkeypatch):
    mentees, mentors, config = pool
    (all_at_once,), _ = reaches(pool, monkeypatch, 0.0)
    apart = groups(mentees).gap(fits(mentees, match(mentees, mentors, replace(config, lift=0.0), 3)))
    monkeypatch.setattr(lift, "MANY", 0)

    (few,), after = reaches(pool, monkeypatch, apart - LITTLE)
    (at_once,), _ = reaches(pool, monkeypatch, apart / 1.2)
    monkeypatch.setattr(lift, "NEAREST", 0)
    (too_few, further), _ = reaches(pool, monkeypatch, apart / 1.09)

    assert after <= apart - LITTLE
    assert too_few < few < further == at_once < all_at_once


def some_made_by_themselves(split):
    """Of 60 ways from one assignment to another, each made in part: whether nobody's places are exceeded, and whether
    all parts together are the whole way."""
    whole, within = True, True
    for seed in range(60):
        draw = np.random.default_rng(seed)
        capacity = draw.integers(1, 4, 12)
        column, further = (draw.permutation(np.repeat(np.arange(12), capacity))[: capacity.sum() - 3] for _ in range(2))
        who, exchange = split(column, further)
        made = draw.random(len(who))[exchange] < 0.5
        tried = column.copy()
        tried[who[made]] = further[who[made]]
        within &= bool((np.bincount(tried, minlength=12) <= capacity).all())
        whole &= bool((further[who] != column[who]).all() and len(who) == (further != column).sum())
    return whole and within


def test_each_exchange_can_be_made_without_the_others():
    assert some_made_by_themselves(lift.exchanges)


def test_that_test_catches_moves_that_are_no_exchanges():
    assert not some_made_by_themselves(
        lambda column, further: (who := np.flatnonzero(column != further), who * 0 + np.arange(len(who)))
    )


def test_two_groups_who_are_both_better_off_than_the_rest_are_compared_with_each_other():
    known = lift.Groups(np.arange(30) // 10 == np.array([[0], [1]]))
    fits = np.repeat([0.8, 0.6, 0.1], 10)

    assert known.short(fits) == pytest.approx([-0.1, 0.1])


def test_a_second_run_leaves_nearly_everybody_where_they_are(pool):
    """One in fifty leaves and one comes; of the pairs that are still here at most one in fifty is another, for at most
    a five-hundredth of the total; without the bonus more are."""
    mentees, mentors, config = pool
    before = {(p.mentee, p.mentor) for p in match(mentees[18:], mentors[6:], config, 3).pairings}
    here = mentees[:-18], mentors[:-6]
    there = {person.id for side in here for person in side}
    unaffected = {pair for pair in before if there.issuperset(pair)}

    kept, anew = (match(*here, replace(config, stickiness=s), 4, previous=before) for s in (config.stickiness, 0.0))

    moved, would = (1 - len(unaffected & made(result)) / len(unaffected) for result in (kept, anew))
    assert moved <= 0.02 < would
    assert kept.total >= anew.total * 0.998


def made(result):
    return {(pairing.mentee, pairing.mentor) for pairing in result.pairings}


def test_only_the_default_aim_lifts(pool):
    mentees, mentors, config = pool
    best = replace(config, objective=Objective.BEST_FIT)

    assert match(mentees, mentors, best, 3).total == match(mentees, mentors, replace(best, lift=0.0), 3).total


def test_groups_of_fewer_than_ten_are_not_looked_at():
    few = [replace(person(f"a{i}"), groups=frozenset({"few"})) for i in range(LEAST - 1)]
    many = [replace(person(f"b{i}"), groups=frozenset({"many"})) for i in range(LEAST)]

    assert groups(few + many).member.sum(axis=1).tolist() == [LEAST]
