from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine import match, score
from matching.engine.types import Objective
from tests.engine import pools
from tests.engine.pools import SETTINGS, fits, nice

OFTEN = settings(max_examples=60, deadline=None)
SELDOM = settings(max_examples=25, deadline=None)
objectives = st.sampled_from(Objective)


@OFTEN
@given(pools.mentees, pools.mentors, objectives, pools.pairs)
def test_no_mentor_has_more_than_their_places_and_no_forbidden_pair_is_made(mentees, mentors, objective, forbidden):
    result = match(mentees, mentors, replace(SETTINGS, objective=objective), 1, forbidden=forbidden)

    places = {mentor.id: mentor.capacity for mentor in mentors}
    assert all(times <= places[id_] for id_, times in Counter(p.mentor for p in result.pairings).items())
    assert not {(p.mentee, p.mentor) for p in result.pairings} & forbidden


@OFTEN
@given(pools.mentees, pools.mentors, objectives)
def test_every_mentee_stands_in_the_result_once(mentees, mentors, objective):
    result = match(mentees, mentors, replace(SETTINGS, objective=objective), 1)

    told = [p.mentee for p in result.pairings] + [u.id for u in result.unmatched]
    assert sorted(told) == sorted(mentee.id for mentee in mentees)
    assert all(u.reasons for u in result.unmatched)


@OFTEN
@given(pools.mentees, pools.mentors, objectives, st.randoms(use_true_random=False), st.integers(0, 9))
def test_the_order_of_input_leaves_no_trace(mentees, mentors, objective, chance, seed):
    chosen = replace(SETTINGS, objective=objective)
    before = match(mentees, mentors, chosen, seed).to_bytes()

    shuffled = [
        replace(who, answers=dict(chance.sample(sorted(who.answers.items()), len(who.answers))))
        for who in [*mentees, *mentors]
    ]
    left, right = shuffled[: len(mentees)], shuffled[len(mentees) :]
    chance.shuffle(left)
    chance.shuffle(right)

    assert match(left, right, chosen, seed).to_bytes() == before


@SELDOM
@given(pools.mentees, pools.mentors, st.data())
def test_one_more_place_never_lowers_how_many_are_matched_nor_then_the_total(mentees, mentors, data):
    assume(mentors)
    lucky = data.draw(st.integers(0, len(mentors) - 1))
    before = match(mentees, mentors, SETTINGS, 1)

    mentors[lucky] = replace(mentors[lucky], capacity=mentors[lucky].capacity + 1)
    after = match(mentees, mentors, SETTINGS, 1)

    assert len(after.pairings) >= len(before.pairings)
    assert len(after.pairings) > len(before.pairings) or after.total >= before.total - 1e-5


@SELDOM
@given(pools.mentees, pools.mentors, st.data())
def test_one_more_place_never_lowers_the_best_total(mentees, mentors, data):
    assume(mentors)
    best = replace(SETTINGS, objective=Objective.BEST_FIT)
    lucky = data.draw(st.integers(0, len(mentors) - 1))
    before = match(mentees, mentors, best, 1).total

    mentors[lucky] = replace(mentors[lucky], capacity=mentors[lucky].capacity + 1)

    assert match(mentees, mentors, best, 1).total >= before - 1e-5


def ticking_more_raises_nothing(mentees, mentors, many):
    """A direction with many weights is never above the best of the same facets each alone."""

    def forth(own):
        weighed = [replace(mentee, weights={f.key: own.get(f.key, 0.0) for f in SETTINGS.facets}) for mentee in mentees]
        return fits(weighed, mentors, SETTINGS)[0].forth

    alone = [forth({key: 1.0}) for key in many]
    twice = forth({key: 2 * weight for key, weight in many.items()})
    together = forth(many)
    within = (together <= np.maximum(np.max(alone, axis=0), 0.5) + 1e-5).all()
    return bool(within and np.allclose(together, twice, atol=1e-5))


many_weights = st.dictionaries(st.sampled_from(pools.WEIGHED), st.floats(0.5, 5, width=16), min_size=1)


@SELDOM
@given(pools.mentees, pools.mentors, many_weights)
def test_ticking_more_never_raises_a_score(mentees, mentors, many):
    bare = [replace(mentee, wishes=()) for mentee in mentees]

    assert ticking_more_raises_nothing(bare, mentors, many)


def test_that_test_catches_weights_that_are_not_normalised(monkeypatch):
    mentees = [pools.person("a", values={"faith"}, skills={"code"}), pools.person("b", values={"care"})]
    mentors = [
        pools.person("x", values={"faith"}, skills={"code"}),
        pools.person("y", values={"care"}, skills={"cook"}),
    ]
    many = {"values": 1.0, "skills": 1.0}
    assert ticking_more_raises_nothing(mentees, mentors, many)

    monkeypatch.setattr(score, "_direction", lambda sums, budget: np.clip(0.5 + 0.5 * sums, 0, 1))

    assert not ticking_more_raises_nothing(mentees, mentors, many)


@SELDOM
@given(pools.mentees, pools.mentors)
def test_a_wish_that_everybody_fulfils_brings_nobody_further_above_an_ordinary_pair(mentees, mentors):
    mentors = [replace(m, answers={**m.answers, "identity": frozenset({"bi"})}) for m in mentors]
    bare = [replace(m, wishes=()) for m in mentees]
    wishing = [replace(m, wishes=(nice("identity", "bi"),)) for m in mentees]

    before, after = (fits(side, mentors, SETTINGS)[0].forth for side in (bare, wishing))

    assert (np.abs(after - 0.5) <= np.abs(before - 0.5) + 1e-5).all()
