"""Why not this one, and what it would cost the others."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine import match, whatif
from matching.engine.types import PoolError, Rule
from matching.engine.whatif import Cost, what_if
from tests.engine import pools
from tests.engine.pools import SETTINGS, must, only, person

SKILLS = only("skills")
LONGING = [person("a", skills={"code"}), person("b", skills={"code"})]
"""Both want what only x offers."""
OFFERING = [person("x", skills={"code"}), person("y", skills={"cook"})]


def asked(pair, mentees=LONGING, mentors=OFFERING, chosen=SKILLS, seed=1, **about):
    return what_if(pair, mentees, mentors, chosen, seed, **about)


def first_pairs(mentees, mentors, chosen=SKILLS, **about):
    return {p.mentee: p.mentor for p in match(mentees, mentors, chosen, 1, **about).pairings}


def test_the_rule_that_forbids_a_pair():
    mentees = [person("a", languages={"en"}), person("b", languages={"de"}, wishes=[must("identity", "trans")])]
    mentors = [person("x", languages={"de"}, identity={"bi"})]

    assert asked(("a", "x"), mentees, mentors, SETTINGS).rules == (Rule.LANGUAGE,)
    assert asked(("b", "x"), mentees, mentors, SETTINGS).rules == (Rule.MUST,)
    assert asked(("b", "x"), mentees, mentors, SETTINGS, forbidden=[("b", "x")]).rules == (Rule.MUST, Rule.FORBIDDEN)


def test_a_mentor_without_a_place_is_a_rule_and_one_who_can_be_freed_is_none():
    full = [replace(OFFERING[0], capacity=0), OFFERING[1]]

    assert asked(("a", "x"), LONGING, full).rules == (Rule.NO_PLACES,)
    assert asked(("a", "x"), locked=[("b", "x")]).rules == (Rule.NO_PLACES,)
    assert asked(("a", "x"), locked=[("a", "y")]).rules == ()


def test_taking_the_place_of_another_moves_them_and_costs_nothing_where_both_are_alike():
    """x fits both alike (.625, y .375 by hand in test_by_hand): whoever has x gives them up for y."""
    without = next(id_ for id_, mentor in first_pairs(LONGING, OFFERING).items() if mentor == "y")

    found = asked((without, "x"))

    assert (found.fit, found.now) == (pytest.approx(0.75), pytest.approx(0.25))
    assert found.lock == Cost(total=0, lose=0, gain=0, move=1)
    assert (found.swap.other, found.swap.total) == ({"a": "b", "b": "a"}[without], 0)


def test_where_places_are_short_somebody_loses_theirs():
    found = asked(("a", "x"), mentors=OFFERING[:1], locked=[], previous=[("b", "x")])

    assert (found.now, found.lock.lose, found.lock.move, found.swap) == (None, 1, 0, None)


def test_who_is_not_there_cannot_be_asked_about():
    with pytest.raises(PoolError, match="the mentor of the pair: got 'z'"):
        asked(("a", "z"))


def test_progress_runs_from_the_first_match_through_the_second():
    told = []
    asked(("a", "x"), progress=lambda done, of: told.append(done / of))

    assert told == sorted(told)
    assert (told[0] < 0.5, told[-1]) == (True, 1.0)


def is_what_a_run_with_the_lock_gives(pair, mentees, mentors, answer):
    """Told exactly: counted by hand on the two results."""
    now, then = (match(mentees, mentors, SETTINGS, 1, locked=locked) for locked in ([], [pair]))
    before, after = ({p.mentee: p.mentor for p in result.pairings} for result in (now, then))
    others = {mentee.id for mentee in mentees} - {pair[0]}
    return answer.lock == Cost(
        total=round(then.total - now.total, 6),
        lose=sum(id_ in before and id_ not in after for id_ in others),
        gain=sum(id_ not in before and id_ in after for id_ in others),
        move=sum(id_ in before and id_ in after and before[id_] != after[id_] for id_ in others),
    )


@settings(max_examples=20, deadline=None)
@given(pools.mentees, pools.mentors, st.data())
def test_the_cost_is_that_of_the_lock(mentees, mentors, data):
    assume(mentees and mentors)
    pair = data.draw(st.sampled_from(mentees)).id, data.draw(st.sampled_from(mentors)).id
    answer = what_if(pair, mentees, mentors, SETTINGS, 1)

    assert answer.rules or is_what_a_run_with_the_lock_gives(pair, mentees, mentors, answer)


def test_that_property_catches_a_cost_that_counts_only_the_two(monkeypatch):
    pair = (next(id_ for id_, mentor in first_pairs(LONGING, OFFERING, SETTINGS).items() if mentor == "y"), "x")
    assert is_what_a_run_with_the_lock_gives(pair, LONGING, OFFERING, asked(pair, chosen=SETTINGS))

    monkeypatch.setattr(whatif, "_cost", lambda now, then, mentee: Cost(round(0.75 - 0.25, 6), 0, 0, 0))

    assert not is_what_a_run_with_the_lock_gives(pair, LONGING, OFFERING, asked(pair, chosen=SETTINGS))
