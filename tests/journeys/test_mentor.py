"""A mentor: applies, says how many, is asked, answers at their own pace."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Membership, Program, Role
from matching import reasons
from matching.actions import proposals
from matching.models import Proposal
from mentorship.models import Agreement
from tests import cast
from tests.journeys.conftest import Traveller
from tests.matching.conftest import suggest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Traveller]


@pytest.fixture
def asked(mentee: Membership, mentor: Membership) -> Proposal:
    """The mentee lets her values be read, not her gender, and has asked with a note."""
    cast.give(mentee, "values", cast.chosen("honesty"))
    cast.give(mentor, "values", cast.chosen("honesty"))
    cast.give(mentee, "gender", cast.chosen("woman"), cast.Reach.HELP_MATCH)
    suggest(mentee, mentor)
    note = "You moved here on your own, as I did."
    return proposals.ask(mentee=mentee, mentor=mentor, note=note, now=timezone.now())


def test_somebody_applies_as_a_mentor(arrive: Arrive, program: Program) -> None:
    newcomer = cast.make_user("Ola")
    someone = arrive(newcomer)

    someone.go("/")
    someone.follow("See the programs")
    someone.follow("Look closer", someone.card(program.name))
    someone.tick("Mentor", "I agree to this")
    someone.press("Apply")

    assert Membership.objects.get(user=newcomer).role == Role.MENTOR
    someone.reads("Thank you. Your application is in.")


def test_a_mentor_says_how_many_and_takes_a_break(arrive: Arrive, mentor: Membership) -> None:
    someone = arrive(mentor)

    someone.go("/")
    someone.follow("Places")
    someone.page.get_by_role("spinbutton").first.fill("3")
    someone.press("Save")
    someone.go(f"/me/in/{mentor.pk}/")
    someone.press("Pause")

    mentor.refresh_from_db()
    assert (mentor.capacity, mentor.standing) == (3, "paused")
    someone.press("I am back")
    someone.reads("Welcome back.")


def test_a_mentor_is_asked_discreetly_reads_and_says_yes(
    arrive: Arrive, mentor: Membership, asked: Proposal, work: Callable[[], None]
) -> None:
    work()
    someone = arrive(mentor)

    someone.go("/")
    someone.follow("Read and answer")
    someone.follow("Read and answer")
    someone.reads("You moved here on your own, as I did.")
    someone.reads("Honesty")
    someone.does_not_read("Woman")
    someone.press("Yes, I would like to")

    assert Agreement.objects.get().mentor == mentor
    assert {(letter.subject, "Robin" in str(letter.body)) for letter in mail.outbox} == {("You have an update", False)}


def test_a_mentor_passes_on_softly_and_only_the_coordination_reads_why(
    arrive: Arrive, mentor: Membership, mentee: Membership, asked: Proposal
) -> None:
    someone = arrive(mentor)
    someone.go(f"/asks/{asked.pk}/")

    if someone.way.scripts or someone.page.get_by_text("Pass it on softly").is_visible():
        someone.page.get_by_text("Pass it on softly").click()
    someone.page.get_by_role("textbox").first.fill("I am moving house.")
    someone.press("Pass it on")

    asked.refresh_from_db()
    assert (asked.state, reasons.passing_of(asked)) == ("passed", "I am moving house.")
    other = arrive(mentee)
    other.go(f"/asks/{asked.pk}/")
    other.does_not_read("moving house")
