"""A wish about identity acts on a list only where at least five mentors meet it in the open (rule 4)."""

import re
from datetime import datetime

import pytest
from django.urls import reverse

from accounts.models import Membership, Program, Role
from consent.purposes import Reach
from matching import pool
from matching.actions import runs, shortlists
from matching.models import Proposal, Shortlist
from matching.queries import requests_waiting
from tests import cast
from tests.matching.worlds import compute_all, listed


@pytest.fixture
def wishing(program: Program, mentee: Membership) -> Membership:
    """A mentee who would like to meet somebody trans, and one mentor who is nothing of the kind."""
    cast.wish(mentee, "gender", "trans", strength="must")
    cast.give(cast.make_member(program, Role.MENTOR, "Ash"), "gender", cast.chosen("man"))
    return mentee


def add_trans_mentors(program: Program, count: int, reach: Reach = Reach.SUGGESTED, **fields: int) -> None:
    for number in range(count):
        mentor = cast.make_member(program, Role.MENTOR, f"Kim {number}", **fields)
        cast.give(mentor, "gender", cast.chosen("trans"), reach)


def names(mentee: Membership, now: datetime) -> list[str]:
    shortlists.want(mentee=mentee, now=now)
    compute_all(mentee.program, now)
    return listed(mentee)


def is_held_back(mentee: Membership) -> bool:
    return bool(Shortlist.objects.get(mentee=mentee).held_back)


def test_with_five_in_the_open_the_wish_acts(wishing: Membership, program: Program, now: datetime) -> None:
    add_trans_mentors(program, 5)

    found = names(wishing, now)

    assert len(found) == 3
    assert all(name.startswith("Kim") for name in found)
    assert not is_held_back(wishing)


def test_with_four_it_is_held_back_and_a_request_waits(wishing: Membership, program: Program, now: datetime) -> None:
    add_trans_mentors(program, 4)

    without = names(wishing, now)

    assert is_held_back(wishing)
    assert [row.mentee for row in requests_waiting(program)] == [wishing]
    wishing.wishes.all().delete()
    assert names(wishing, now) == without


@pytest.mark.parametrize("reach", [Reach.ONLY_ME, Reach.HELP_MATCH, Reach.MATCHED])
def test_a_fifth_who_does_not_say_it_in_the_open_does_not_count(
    wishing: Membership, program: Program, reach: Reach, now: datetime
) -> None:
    add_trans_mentors(program, 4)
    add_trans_mentors(program, 1, reach)

    names(wishing, now)

    assert is_held_back(wishing)


def test_a_fifth_without_a_place_does_not_count(wishing: Membership, program: Program, now: datetime) -> None:
    add_trans_mentors(program, 4)
    add_trans_mentors(program, 1, capacity=0)

    names(wishing, now)

    assert is_held_back(wishing)


def test_control_a_threshold_of_one_would_single_somebody_out(
    wishing: Membership, program: Program, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(pool, "K", 1)
    add_trans_mentors(program, 1)

    assert names(wishing, now) == ["Kim 0"]


def test_a_run_honours_what_a_list_holds_back(
    wishing: Membership, program: Program, coordinator: Membership, now: datetime
) -> None:
    add_trans_mentors(program, 1, Reach.HELP_MATCH)
    run = runs.start(program=program, by=coordinator.user, now=now)

    runs.execute(run_id=run.pk)

    assert str(Proposal.objects.get().mentor.user) == "Kim 0"


def test_a_wish_that_is_not_about_identity_needs_no_crowd(program: Program, mentee: Membership, now: datetime) -> None:
    mentor = cast.make_member(program, Role.MENTOR, "Ash")
    cast.give(mentor, "interests", cast.chosen("books"))
    cast.make_member(program, Role.MENTOR, "Kim")
    cast.wish(mentee, "interests", "books", strength="must")

    assert names(mentee, now) == ["Ash"]


def test_a_boundary_about_identity_holds_without_a_crowd(program: Program, mentee: Membership, now: datetime) -> None:
    for name, faith in (("Ash", "buddhist"), ("Kim", "christian")):
        cast.give(cast.make_member(program, Role.MENTOR, name), "faith", cast.chosen(faith))
    cast.wish(mentee, "faith", "christian", strength="never")

    assert names(mentee, now) == ["Ash"]
    assert not is_held_back(mentee)


@pytest.mark.parametrize("there", [0, 4])
def test_the_words_are_the_same_for_none_and_for_four(
    wishing: Membership, program: Program, there: int, now: datetime
) -> None:
    add_trans_mentors(program, there)

    names(wishing, now)

    page = cast.signed_in(wishing).get(f"/suggestions/{wishing.pk}/").content.decode()
    (told,) = re.findall(r"<p>(You wished for something about who somebody is[^<]*)</p>", page)
    assert "it goes to the coordination as a request" in told
    assert not re.search(r"\d|few|nobody else", told)


def test_a_coordinator_pairs_by_hand_whoever_waits(wishing: Membership, coordinator: Membership, now: datetime) -> None:
    names(wishing, now)

    page = cast.signed_in(coordinator).get(reverse("admin:matching_shortlist_changelist")).content.decode()

    (by_hand,) = re.findall(r'href="(/[^"]+\?mentee=[^"]+)"', page)
    form = cast.signed_in(coordinator).get(by_hand).content.decode()
    assert f'value="{wishing.pk}" selected' in form
    assert "trans" not in page.replace("translat", "")
