"""What the matcher is given: rows and opened answers, nothing else."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Program, Role
from consent.models import Grant
from consent.purposes import Purpose, Reach
from matching import pool
from matching.engine.types import Slot, Strength, Wish
from matching.values import OWN
from safety.models import Block
from tests import cast
from tests.matching.conftest import crowd, propose

WEEK = date(2026, 3, 2)
Pair = tuple[Membership, Membership]


def load(program: Program, for_lists: bool = False, **settings: Any) -> pool.Pool:
    return pool.load(program, for_lists=for_lists, week=WEEK, **settings)


def queries_of(program: Program, for_lists: bool) -> int:
    program.refresh_from_db()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        load(program, for_lists)
    return len(captured)


@pytest.mark.parametrize("for_lists", [False, True])
def test_the_number_of_queries_is_the_same_for_two_people_and_for_six(program: Program, for_lists: bool) -> None:
    fixed = 7 if for_lists else 8
    crowd(program, 1)
    assert queries_of(program, for_lists) == fixed

    mentees, mentors = crowd(program, 2)
    cast.wish(mentees[0], "values", "honesty")
    propose(mentees[0], mentors[0], state="passed")
    cast.agree(mentees[1], mentors[1])
    Block.objects.create(blocker=mentees[0].user, blocked=mentors[1].user)
    assert queries_of(program, for_lists) == fixed


def test_a_run_opens_what_may_help_to_match_and_a_list_only_what_is_open(program: Program, pair: Pair) -> None:
    cast.give(pair[1], "values", cast.chosen("honesty"), reach=Reach.HELP_MATCH)
    mentor = str(pair[1].pk)

    assert load(program).people[mentor].answers["values"] == frozenset({"honesty"})
    assert "values" not in load(program, for_lists=True).people[mentor].answers


def test_what_is_withheld_is_absent(program: Program, pair: Pair) -> None:
    before = load(program).people[str(pair[0].pk)]
    cast.give(pair[0], "faith", cast.chosen("jewish"), reach=Reach.ONLY_ME)

    assert load(program).people[str(pair[0].pk)] == before


def test_only_approved_people_with_a_place_are_matched(
    program: Program, pair: Pair, applicant: Membership, paused_mentor: Membership
) -> None:
    cast.give(paused_mentor, "values", cast.chosen("honesty"))
    found = load(program)

    assert [person.id for person in found.mentees] == [str(pair[0].pk)]
    places = {person.id: (person.capacity, dict(person.answers)) for person in found.mentors}
    assert places[str(paused_mentor.pk)] == (0, {})
    assert places[str(pair[1].pk)][0] == 2


def test_an_agreement_takes_a_place_on_both_sides(
    program: Program, mentee: Membership, matched_mentor: Membership
) -> None:
    found = load(program)

    assert found.mentees == ()
    assert found.people[str(matched_mentor.pk)].capacity == 1


def test_whoever_waits_for_an_answer_is_not_matched_beside_it(program: Program, pair: Pair) -> None:
    propose(*pair)

    assert load(program).mentees == ()
    assert load(program).people[str(pair[1].pk)].capacity == 1
    assert len(load(program, include_waiting=True).mentees) == 1


def test_what_a_run_proposed_takes_no_place_on_lists(program: Program, pair: Pair) -> None:
    propose(*pair, origin="run")

    assert load(program, for_lists=True).people[str(pair[1].pk)].capacity == 2


@pytest.mark.parametrize("state", ["passed", "expired", "agreed", "published"])
def test_an_earlier_pair_is_not_made_again(program: Program, pair: Pair, state: str) -> None:
    if state == "agreed":
        cast.agree(*pair, state="ended")
    else:
        propose(*pair, state=state)

    assert load(program, for_lists=True).earlier == {(str(pair[0].pk), str(pair[1].pk))}


def test_blocked_people_are_apart_whoever_blocked(program: Program, pair: Pair, blocked_mentor: Membership) -> None:
    other_way = cast.make_member(program, Role.MENTOR, "Ash")
    Block.objects.create(blocker=other_way.user, blocked=pair[0].user)

    mentee = str(pair[0].pk)
    assert load(program).forbidden == {(mentee, str(blocked_mentor.pk)), (mentee, str(other_way.pk))}


def test_one_person_in_two_roles_is_not_their_own_mentor(program: Program, mentee: Membership) -> None:
    mentor = cast.make_member(program, Role.MENTOR, "Robin", user=mentee.user)

    assert load(program).forbidden == {(str(mentee.pk), str(mentor.pk))}


def test_a_pair_that_was_set_aside_stays_apart(program: Program, pair: Pair) -> None:
    row = propose(*pair, origin="run", state="withdrawn")
    type(row).objects.update(set_aside=True)

    assert load(program).forbidden == {(str(pair[0].pk), str(pair[1].pk))}


def test_drafts_are_kept_or_remembered_by_runs_and_unknown_to_lists(program: Program, pair: Pair) -> None:
    row = propose(*pair, origin="run", state="draft")
    ids = ((str(pair[0].pk), str(pair[1].pk)),)
    assert (load(program).previous, load(program).locked) == (ids, ())

    type(row).objects.update(locked=True)
    assert (load(program).previous, load(program).locked) == ((), ids)
    lists = load(program, for_lists=True)
    assert (lists.previous, lists.locked, lists.earlier) == ((), (), frozenset())


def test_a_locked_pair_is_let_go_when_the_two_may_not_meet_any_more(program: Program, pair: Pair) -> None:
    row = propose(*pair, origin="hand", state="draft")
    type(row).objects.update(locked=True)
    Block.objects.create(blocker=pair[1].user, blocked=pair[0].user)

    assert load(program).locked == ()


def test_every_wish_acts_in_a_run_and_a_private_one_only_on_the_own_list(program: Program, pair: Pair) -> None:
    mentee = pair[0]
    cast.wish(mentee, "values", "honesty", strength="important")
    cast.wish(mentee, "values", "courage", on_lists=True)
    private, open_ = Wish("values", "honesty", Strength.IMPORTANT), Wish("values", "courage", Strength.NICE)

    assert set(load(program).mentees[0].wishes) == {private, open_}
    lists = load(program, for_lists=True)
    assert lists.mentees[0].wishes == (open_,)
    assert lists.own_wishes == {str(mentee.pk): (private,)}


def test_a_private_wish_of_a_mentor_acts_on_no_list(program: Program, pair: Pair) -> None:
    cast.wish(pair[1], "values", "honesty", strength="must")

    assert load(program, for_lists=True).mentors[0].wishes == ()
    assert load(program).mentors[0].wishes == (Wish("values", "honesty", Strength.MUST),)


def test_please_never_keeps_away_those_who_said_it_in_the_open(program: Program, pair: Pair) -> None:
    mentee, mentor = pair
    cast.wish(mentee, "values", "courage", strength="never", on_lists=True)

    assert load(program, for_lists=True).mentees[0].avoid == {str(mentor.pk)}
    cast.give(mentor, "values", cast.chosen("honesty", "courage"), reach=Reach.HELP_MATCH)
    assert load(program, for_lists=True).mentees[0].avoid == frozenset()
    assert load(program).mentees[0].avoid == {str(mentor.pk)}


@pytest.mark.parametrize(
    ("boundary", "said", "apart"),
    [
        ("Northwind Ltd", "  NORTHWIND  ltd ", True),
        ("northwind", "Northwind Shipping", True),
        ("Northwind", "Southwind", False),
        ("Café Mond", "CAFÉ MOND", True),
    ],
)
def test_a_boundary_in_words_is_compared_word_by_word(
    program: Program, pair: Pair, boundary: str, said: str, apart: bool
) -> None:
    mentee, mentor = pair
    cast.give(mentor, "employer", said, reach=Reach.HELP_MATCH)
    cast.wish(mentee, "employer", boundary, strength="never")

    assert load(program).mentees[0].avoid == (frozenset({str(mentor.pk)}) if apart else frozenset())


def test_hours_become_minutes_of_the_persons_own_week(program: Program, pair: Pair) -> None:
    cast.give(pair[0], "availability", [{"day": 6, "start": "18:30", "end": "24:00"}])

    assert load(program).mentees[0].answers["availability"] == (Slot(6, 1110, 1440),)


def test_own_words_that_are_on_the_list_are_the_one_on_the_list(program: Program, pair: Pair) -> None:
    cast.give(pair[0], "values", {"chosen": ["courage"], "described": "HONESTY, Slow  tea; "})

    assert load(program).mentees[0].answers["values"] == frozenset({"courage", "honesty", f"{OWN}slow tea"})


def test_another_program_is_another_pool(program: Program, pair: Pair, other_program_mentor: Membership) -> None:
    assert [person.id for person in load(program).mentors] == [str(pair[1].pk)]


def counted_in(program: Program, member: Membership, **about: Any) -> frozenset[str]:
    return load(program, **about).people[str(member.pk)].groups


def let_be_counted(member: Membership, facet: str) -> None:
    grant = Grant.objects.filter(answer__membership=member, answer__facet=facet).first()
    assert grant
    Grant.objects.create(answer=grant.answer, purpose=Purpose.STATISTICS, notice="test", language="en")


def test_who_is_counted_said_so_and_lets_it_act_on_matching(program: Program, pair: Pair) -> None:
    mentee, mentor = pair
    for member in pair:
        cast.give(member, "gender", {"chosen": ["trans", "woman"], "described": "star"}, Reach.HELP_MATCH)
    cast.give(mentee, "faith", cast.chosen("jewish"), Reach.SUGGESTED)
    cast.give(mentee, "languages", cast.chosen("en"), Reach.HELP_MATCH)
    assert counted_in(program, mentee) == frozenset()

    for member, facet in ((mentee, "gender"), (mentee, "languages"), (mentor, "gender")):
        let_be_counted(member, facet)

    assert counted_in(program, mentee) == frozenset({"gender=trans", "gender=woman"})
    assert (counted_in(program, mentor), counted_in(program, mentee, for_lists=True)) == (frozenset(), frozenset())


@pytest.mark.parametrize("purpose", [Purpose.MATCH, Purpose.STATISTICS])
def test_nobody_is_counted_with_one_yes_of_the_two(program: Program, pair: Pair, purpose: Purpose) -> None:
    cast.give(pair[0], "gender", cast.chosen("trans"))
    let_be_counted(pair[0], "gender")
    then = load(program)
    Grant.objects.filter(answer__membership=pair[0], purpose=purpose).delete()

    assert counted_in(program, pair[0]) == frozenset()
    assert (then.still_counts(then.mentees), load(program).still_counts(then.mentees)) == (True, False)
