"""What a whole computation leaves behind, and what somebody finds there who said something else since."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine import PoolError, market
from matching.engine.lookup import Unmeasured
from tests.engine import pools
from tests.engine.pools import SETTINGS, must, only, person
from tests.engine.test_shortlists import names

OFTEN = settings(max_examples=30, deadline=None)


def shown(here, ids):
    return {id_: names(found) for id_, found in here.lists(ids, {}, {}).items()}


@st.composite
def changes(draw, mentees):
    """Some of them, each with something else to say; of what they wrote, nothing."""
    some = draw(st.lists(st.sampled_from(mentees), max_size=6))
    return [
        replace(one, answers=draw(pools.answers) | {"about": one.answers.get("about", "")}, wishes=draw(pools.wishes))
        for one in some
    ]


def move(here, one, apart=()):
    try:
        return here.move(one, apart)
    except Unmeasured:
        return None


@OFTEN
@given(pools.mentees, pools.mentors, st.data())
def test_whoever_moves_changes_nobody_elses_list(mentees, mentors, data):
    assume(mentees)
    here, all_ = market(mentees, mentors, SETTINGS, 1), [mentee.id for mentee in mentees]
    before = here.lists(None, {}, {})

    (one, *_) = data.draw(changes(mentees).filter(bool))
    move(here, one)

    others = [id_ for id_ in all_ if id_ != one.id]
    assert here.lists(others, {}, {}) == {id_: before[id_] for id_ in others}


@OFTEN
@given(pools.mentees, pools.mentors, st.data())
def test_however_many_move_no_mentor_is_beyond_the_count_but_once_for_each_place(mentees, mentors, data):
    assume(mentees)
    here = market(mentees, mentors, SETTINGS, 1)

    for one in data.draw(changes(mentees)):
        move(here, one)

    times = Counter(name for found in shown(here, None).values() for name in found)
    assert all(times[mentor.id] <= 3 * mentor.capacity for mentor in mentors)


@OFTEN
@given(pools.mentees, pools.mentors, st.data())
def test_who_moves_and_finds_nobody_left_changes_nothing(mentees, mentors, data):
    assume(mentees)
    here = market(mentees, mentors, SETTINGS, 1)

    for one in data.draw(changes(mentees)):
        before = here.lists(None, {}, {})
        assert move(here, one) is not None or here.lists(None, {}, {}) == before


@OFTEN
@given(pools.mentees, pools.mentors, st.data())
def test_to_say_the_same_twice_is_to_say_it_once(mentees, mentors, data):
    assume(mentees)
    here = market(mentees, mentors, SETTINGS, 1)
    (one, *_) = data.draw(changes(mentees).filter(bool))

    first, room = move(here, one), here.room.tolist()

    assert move(here, one) == first
    assert here.room.tolist() == room


def test_the_best_at_the_prices_stands_first_and_others_have_room():
    mentees = [person(f"a{i}", values={"art"}) for i in range(4)] + [person("b", values={"care"})]
    mentors = [person("star", values={"art", "faith"}), person("kind", values={"care"})]
    mentors += [person(f"x{i}") for i in range(4)]
    here = market(mentees, mentors, only("values"), 1)
    assert shown(here, ["b"])["b"][0] == "kind"

    here.move(person("c", values={"art", "faith"}), ())

    assert shown(here, ["c"])["c"][0] == "star"
    room = {mentor.id: left for mentor, left in zip(here.here.mentors, here.room.tolist(), strict=True)}
    assert room["star"] == -1
    assert min(left for name, left in room.items() if name != "star") >= 0


def test_somebody_new_finds_names_and_private_wishes_act_on_them_alone():
    mentors = [person("x", values={"art"}, identity={"bi"}), person("y", values={"care"}, identity={"trans"})]
    here = market([person("a", values={"care"})], mentors, SETTINGS, 1)
    before = shown(here, ["a"])

    here.move(person("new", values={"art"}), ())

    assert shown(here, ["new"])["new"] == ["x", "y"]
    found = here.lists(["new"], {"new": (must("identity", "trans"),)}, {})["new"]
    assert names(found) == ["y"]
    assert [reason.values for reason in found[0].reasons] == [("trans",)]
    assert names(here.lists(["new"], {}, {"new": frozenset({"x"})})["new"]) == ["y"]
    assert shown(here, ["a"]) == before


def test_who_cannot_be_met_any_more_is_not_set_aside():
    here = market([person("a")], [person("x"), person("y")], SETTINGS, 1)

    assert here.move(person("a"), {"x"}) == ["y"]


def test_where_nobody_is_left_the_whole_must_be_looked_at():
    here = market([person("a")], [person("x")], SETTINGS, 1)
    room = here.room.tolist()

    with pytest.raises(Unmeasured):
        here.move(person("a", wishes=[must("identity", "trans")]), ())

    assert here.room.tolist() == room


def test_what_cannot_be_said_is_refused():
    here = market([person("a")], [person("x")], SETTINGS, 1)

    with pytest.raises(PoolError, match="shoes"):
        here.move(person("a", shoes={"red"}), ())
