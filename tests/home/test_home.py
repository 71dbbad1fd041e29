"""The first page of somebody who is signed in, and what it lets them know."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import memberships
from accounts.models import Membership, ScreeningStep, Standing
from home import access
from mentorship.actions import agreements
from mentorship.models import Agreement
from notices.actions import outbox
from notices.models import Notice
from safety.models import Block
from tests import cast


def page(member: Membership) -> str:
    return cast.signed_in(member).get("/").content.decode()


def test_somebody_whom_the_coordination_turns_away_is_told_kindly(applicant, coordinator):
    memberships.move(membership=applicant, to=Standing.LEFT, by=coordinator.user, now=timezone.now())
    outbox.tell_standings(now=timezone.now())

    assert "could not welcome you there for now" in page(applicant)
    assert Notice.objects.get().to == applicant.user


def test_somebody_who_left_by_themselves_is_not_told_so(mentee):
    memberships.leave(membership=mentee, by=mentee.user, now=timezone.now())

    assert "could not welcome you" not in page(mentee)


def test_a_month_later_it_is_not_mentioned_any_more(applicant, coordinator):
    long_ago = timezone.now() - timedelta(days=31)
    memberships.move(membership=applicant, to=Standing.LEFT, by=coordinator.user, now=long_ago)

    assert "could not welcome you" not in page(applicant)


def test_the_name_of_somebody_is_shown_while_the_two_are_together(mentee, matched_mentor):
    assert access.called(mentee.user, matched_mentor) == "Ash"


@pytest.mark.parametrize("blocks", [True, False], ids=["after a block", "after an end"])
def test_afterwards_nobody_learns_how_the_other_is_called_now(mentee, matched_mentor, blocks):
    agreements.end(agreement=Agreement.objects.get(), by=mentee.user, now=timezone.now())
    if blocks:
        Block.objects.create(blocker=mentee.user, blocked=matched_mentor.user)

    assert access.called(matched_mentor.user, mentee) == "this person"


@pytest.mark.parametrize("people", [1, 3])
def test_the_home_page_asks_the_database_a_fixed_number_of_times(people, program, django_assert_num_queries):
    mentor = cast.make_member(program, "mentor", "Sam", capacity=people)
    for number in range(people):
        cast.agree(cast.make_member(program, "mentee", f"Mentee {number}"), mentor, seat=number + 1)
    client = cast.signed_in(mentor)
    client.get("/")

    with django_assert_num_queries(10):
        client.get("/")


def test_a_step_of_screening_is_no_change_of_standing(applicant, coordinator):
    memberships.record_step(
        membership=applicant, kind=ScreeningStep.Kind.REFERENCE, note="a call", by=coordinator.user, now=timezone.now()
    )
    outbox.tell_standings(now=timezone.now())

    assert not Notice.objects.exists()
