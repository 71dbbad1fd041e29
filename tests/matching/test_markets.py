"""One list from what the last look at the whole pool left behind."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Program, Role, Standing
from matching.actions import markets, shortlists
from safety.models import Block
from tests import cast
from tests.matching.markets import Looks, draw, say, wish
from tests.matching.worlds import listed


def test_what_she_says_anew_acts_on_her_list_without_a_look_at_the_whole(
    looks: Looks, mentee: Membership, now: datetime
) -> None:
    assert listed(mentee)[0] == "Sam"

    say(mentee, "joy")

    assert draw(mentee, now)[0] == "Kim"
    assert looks == [0]


def test_what_was_kept_gives_no_signs_of_life_for_whoever_made_it(
    looks: Looks, mentee: Membership, now: datetime
) -> None:
    moments = (now + timedelta(seconds=10 * number) for number in range(99))
    markets.forget()

    for chosen in ("joy", "nature"):
        say(mentee, chosen)
        shortlists.want(mentee=mentee, now=now)
        assert shortlists.compute(program_id=mentee.program_id, clock=lambda: next(moments)) == 1

    assert looks == [1]


@pytest.mark.parametrize("then", ["nothing", "a private wish", "a private boundary"])
def test_who_said_nothing_in_the_open_reads_the_same_either_way(
    looks: Looks, mentee: Membership, then: str, now: datetime
) -> None:
    if then == "a private wish":
        wish(mentee, "courage")
    if then == "a private boundary":
        cast.wish(mentee, "values", "honesty", strength="never")

    kept = draw(mentee, now)
    assert looks == [0]

    markets.forget()
    assert draw(mentee, now) == kept
    assert looks == [1]


def test_whose_list_was_drawn_alone_changes_nobody_elses(
    looks: Looks, mentee: Membership, other_mentee: Membership, now: datetime
) -> None:
    before = draw(other_mentee, now)

    say(mentee, "joy")
    draw(mentee, now)

    assert draw(other_mentee, now) == before
    assert looks == [0]


def test_somebody_new_is_listed_for_without_a_look_at_the_whole(looks: Looks, program: Program, now: datetime) -> None:
    new = cast.make_member(program, Role.MENTEE, "Wren")
    say(new, "nature")

    assert draw(new, now)[0] == "Toni"
    assert looks == [0]


FACTS: dict[str, Callable[[Membership, Membership], object]] = {
    "paused": lambda mentee, mentor: Membership.objects.filter(pk=mentor.pk).update(standing=Standing.PAUSED),
    "full": lambda mentee, mentor: Membership.objects.filter(pk=mentor.pk).update(capacity=0),
    "kept apart": lambda mentee, mentor: Block.objects.create(blocker=mentor.user, blocked=mentee.user),
    "signed out for good": lambda mentee, mentor: type(mentor.user).objects.update_or_create(
        pk=mentor.user_id, defaults={"is_active": False}
    ),
}


@pytest.mark.parametrize("fact", FACTS)
def test_whoever_cannot_be_met_any_more_is_not_listed(
    looks: Looks, mentee: Membership, five_mentors: dict[str, Membership], fact: str, now: datetime
) -> None:
    FACTS[fact](mentee, five_mentors["Kim"])

    say(mentee, "joy")

    assert "Kim" not in draw(mentee, now)
    assert looks == [0]


WHOLE: dict[str, Callable[[Membership, dict[str, Membership]], object]] = {
    "a mentor said something in the open": lambda mentee, five_mentors: say(five_mentors["Ash"], "joy"),
    "a mentor's wish acts on all lists": lambda mentee, five_mentors: wish(five_mentors["Ash"], "joy", on_lists=True),
    "a wish about who somebody is": lambda mentee, five_mentors: wish(mentee, "trans", facet="gender"),
    "somebody lives elsewhere now": lambda mentee, five_mentors: type(mentee.user).objects.update(
        time_zone="Asia/Tokyo"
    ),
}


@pytest.mark.parametrize("what", WHOLE)
def test_the_whole_is_looked_at_where_what_was_kept_will_not_do(
    looks: Looks, mentee: Membership, five_mentors: dict[str, Membership], what: str, now: datetime
) -> None:
    WHOLE[what](mentee, five_mentors)

    draw(mentee, now)

    assert looks == [1]


@pytest.mark.parametrize(("later", "expected"), [(timedelta(minutes=59), 0), (timedelta(minutes=61), 1)])
def test_what_was_kept_serves_for_an_hour(
    looks: Looks, mentee: Membership, later: timedelta, expected: int, now: datetime
) -> None:
    draw(mentee, now + later)

    assert looks == [expected]


def test_small_programs_are_always_looked_at_whole(
    looks: Looks, mentee: Membership, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(markets, "LARGE", 1_000_000)
    markets.forget()

    say(mentee, "joy")
    draw(mentee, now)

    assert (looks, markets._kept) == ([1], {})


def test_one_list_costs_the_same_queries_however_many_people_there_are(
    looks: Looks, program: Program, mentee: Membership, now: datetime
) -> None:
    counts = []
    for _ in range(2):
        say(mentee, "joy", "nature")
        shortlists.want(mentee=mentee, now=now)
        with CaptureQueriesContext(connection) as captured:
            shortlists.compute(program_id=program.pk, clock=lambda: now)
        counts.append(len(captured))
        for number in range(20):
            cast.make_member(program, Role.MENTOR, f"Mentor {number}")

    assert counts[0] == counts[1] <= 45
    assert looks == [0]
