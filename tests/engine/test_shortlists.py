from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine import PoolError, match, shortlists
from matching.engine import lists as module
from matching.engine.types import Hindrance, Pairing, Rule
from tests.engine import pools
from tests.engine.pools import SETTINGS, important, must, only, person

OFTEN = settings(max_examples=60, deadline=None)


def names(shortlist):
    return [pairing.mentor for pairing in shortlist if isinstance(pairing, Pairing)]


@OFTEN
@given(pools.mentees, pools.mentors)
def test_the_assigned_mentor_stands_first(mentees, mentors):
    lists = shortlists(mentees, mentors, SETTINGS, 1)

    run = match(mentees, mentors, SETTINGS, 1)
    assert {p.mentee: p.mentor for p in run.pairings} == {p.mentee: names(lists[p.mentee])[0] for p in run.pairings}


def beyond_the_count(lists, mentors):
    """Who stands on more lists than they can answer."""
    times = Counter(name for shortlist in lists.values() for name in names(shortlist))
    return [mentor.id for mentor in mentors if times[mentor.id] > 2 * mentor.capacity]


@OFTEN
@given(pools.mentees, pools.mentors, pools.pairs)
def test_no_mentor_stands_on_more_lists_than_they_can_answer(mentees, mentors, forbidden):
    lists = shortlists(mentees, mentors, SETTINGS, 1, forbidden=forbidden)

    assert beyond_the_count(lists, mentors) == []
    assert all(len(set(names(found))) == len(names(found)) <= 3 for found in lists.values())
    assert not {(id_, name) for id_, found in lists.items() for name in names(found)} & forbidden


def test_that_test_catches_lists_of_whoever_scores_best(monkeypatch):
    mentees = [person(f"a{i}", values={"art"}) for i in range(6)]
    mentors = [person("star", values={"art"}), *(person(f"x{i}", values={"care"}) for i in range(6))]
    set_aside = module._set_aside

    def by_score(found, room, length):
        return set_aside(replace(found, prices=found.prices * 0), room + 99, length)

    monkeypatch.setattr(module, "_set_aside", by_score)

    lists = shortlists(mentees, mentors, only("values"), 1)

    assert "star" in beyond_the_count(lists, mentors)


@OFTEN
@given(pools.mentees, pools.mentors, st.data())
def test_one_list_alone_is_the_same_as_among_all(mentees, mentors, data):
    assume(mentees)
    one = data.draw(st.sampled_from([mentee.id for mentee in mentees]))

    assert (
        shortlists(mentees, mentors, SETTINGS, 1, wanted=[one])[one] == shortlists(mentees, mentors, SETTINGS, 1)[one]
    )


def others_see_the_same(find, mentees, mentors, own):
    """What everybody but the first mentee is shown does not depend on her own wishes."""
    hers = mentees[0].id
    before, after = find(mentees, mentors, {}), find(mentees, mentors, {hers: own})
    return {k: v for k, v in before.items() if k != hers} == {k: v for k, v in after.items() if k != hers}


def find(mentees, mentors, own):
    return shortlists(mentees, mentors, SETTINGS, 1, own_wishes=own)


def find_letting_them_act_on_all(mentees, mentors, own):
    open_ = [replace(mentee, wishes=mentee.wishes + own.get(mentee.id, ())) for mentee in mentees]
    return shortlists(open_, mentors, SETTINGS, 1)


@OFTEN
@given(pools.mentees, pools.mentors, pools.wishes, pools.wishes)
def test_her_own_wishes_act_on_her_list_alone(mentees, mentors, own, of_another):
    assume(len(mentees) > 1)
    everybody_else = {mentees[-1].id: of_another}

    def beside_another(mentees, mentors, own):
        return find(mentees, mentors, everybody_else | own)

    assert others_see_the_same(beside_another, mentees, mentors, own)


def test_that_test_catches_wishes_that_act_on_everybody():
    """Hers would be x and the other's y; her must leaves her y alone, so that x falls to the other."""
    mentees = [person("a", values={"art"}), person("b", values={"art", "care"})]
    mentors = [person("x", values={"art"}, identity={"bi"}), person("y", values={"care"}, identity={"trans"})]
    own = (must("identity", "trans"),)
    assert others_see_the_same(find, mentees, mentors, own)

    assert not others_see_the_same(find_letting_them_act_on_all, mentees, mentors, own)


def test_her_own_must_strikes_names_from_her_list():
    mentors = [person("x", values={"art"}, identity={"bi"}), person("y", identity={"trans"}), person("z")]
    own = {"a": (must("identity", "trans"),)}

    found = shortlists([person("a", values={"art"})], mentors, SETTINGS, 1, own_wishes=own)

    assert names(found["a"]) == ["y"]
    assert [reason.values for reason in found["a"][0].reasons] == [("trans",)]


def test_her_own_wish_puts_the_alternatives_in_her_order():
    mentee = person("a", values={"art"})
    mentors = [person("v", values={"art"})] + [person(i, values={"care"}, identity={"bi"}) for i in "xy"]
    mentors.append(person("z", values={"care"}, identity={"trans"}))

    found = shortlists([mentee], mentors, SETTINGS, 1, own_wishes={"a": (important("identity", "trans"),)})

    assert names(found["a"])[:2] == ["v", "z"]


def test_where_private_musts_leave_nobody_set_aside_the_best_other_is_shown():
    """All the room of the one who fits her is with others; she sees them nonetheless, and the others lose nobody."""
    mentees = [person(f"a{i}", values={"art"}) for i in range(9)]
    mentors = [person("wanted", values={"care"}, identity={"trans"})]
    mentors += [person(f"x{i}", values={"art"}, identity={"bi"}) for i in range(9)]
    own = (must("identity", "trans"),)

    found = {m.id: names(find(mentees, mentors, {m.id: own})[m.id]) for m in mentees}

    assert found == {mentee.id: ["wanted"] for mentee in mentees}
    assert others_see_the_same(find, mentees, mentors, own)


def test_an_empty_list_says_what_stood_in_the_way():
    found = shortlists([person("a", languages={"en"})], [person("x", languages={"de"})], SETTINGS, 1)

    assert found == {"a": (Hindrance(Rule.LANGUAGE, 1),)}


def test_her_own_must_is_named_when_it_leaves_nobody():
    own = {"a": (must("identity", "trans"),)}

    found = shortlists([person("a")], [person("x", identity={"bi"})], SETTINGS, 1, own_wishes=own)

    assert found == {"a": (Hindrance(Rule.MUST, 1),)}


def test_contested_mentors_are_not_on_every_list():
    mentees = [person(f"a{i}", values={"art"}) for i in range(6)]
    mentors = [person("star", values={"art"})] + [person(f"x{i}", values={"care"}) for i in range(6)]

    lists = shortlists(mentees, mentors, only("values"), 1)

    assert sum("star" in names(found) for found in lists.values()) == 2
    assert all(names(found) for found in lists.values())


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({"wanted": ["q"]}, "wanted: got 'q', expected the id of a mentee"),
        ({"own_wishes": {"q": ()}}, "own_wishes: got 'q', expected the id of a mentee"),
        ({"own_wishes": {"a": (must("shoes", "red"),)}}, "own_wishes of 'a': wishes: got 'shoes'"),
    ],
)
def test_unknown_people_and_facets_are_refused_by_name(extra, says):
    with pytest.raises(PoolError) as refused:
        shortlists([person("a")], [person("x")], SETTINGS, 1, **extra)

    assert says in str(refused.value)
