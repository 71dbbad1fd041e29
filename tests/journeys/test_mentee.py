"""A mentee: from the first page to an ask, and to the next one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import memberships
from accounts.models import Membership, Program, Role, ScreeningStep, Standing
from matching.actions import proposals
from matching.models import Proposal, Shortlist
from tests import cast
from tests.journeys.conftest import Traveller

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Traveller]
TALK = {"chosen": ["en"], "described": ""}


def joins(someone: Traveller, program: Program) -> None:
    """Sign up with a code, say 18, choose a name, apply."""
    someone.go("/")
    someone.follow("Join")
    someone.write("Email", "wren@example.org")
    someone.press("Send me a code")
    someone.is_at("Type in the code")
    someone.write("Code", someone.code())
    someone.press("Go on")
    someone.is_at("Leaving at once")
    someone.press("Go on")
    someone.is_at("Good that you are here")
    someone.write("Name to use", "Wren")
    someone.press("Go on")
    someone.reads("For now this is a place for adults.")
    someone.tick("I am 18 or older")
    someone.press("Go on")
    someone.is_at("Who else sees your mail?")
    someone.press("Go on")
    someone.follow("Look closer", someone.card(program.name))
    someone.tick("Mentee", "I agree to this")
    someone.press("Apply")
    someone.reads("Thank you. Your application is in.")


def answers(someone: Traveller) -> None:
    """One answer that may be shown, one skipped question, and a stop."""
    someone.page.get_by_role("link", name="Answer : Values").click()
    someone.reads("Why we ask.")
    someone.tick("Honesty", "Kindness")
    someone.press("Save")
    someone.reads("Please choose how far it may travel.")
    someone.tick("People I am suggested to")
    someone.press("Save")
    someone.press("Skip")
    someone.follow("Stop here for now")
    someone.reads("Honesty")
    someone.reads("Skipped. That changes nothing.")


def approved(program: Program, coordinator: Membership) -> Membership:
    member = Membership.objects.get(program=program, user__email="wren@example.org")
    now = timezone.now()
    memberships.record_step(
        membership=member, kind=ScreeningStep.Kind.CONVERSATION, note="by phone", by=coordinator.user, now=now
    )
    for standing in (Standing.CHECKED, Standing.APPROVED):
        memberships.move(membership=member, to=standing, by=coordinator.user, now=now)
        member.refresh_from_db()
    return member


def test_a_stranger_becomes_a_mentee_and_says_what_matters(
    arrive: Arrive, program: Program, coordinator: Membership
) -> None:
    someone = arrive()

    joins(someone, program)
    answers(someone)

    member = Membership.objects.get(user__email="wren@example.org")
    assert (member.role, member.standing, member.user.name_to_use) == (Role.MENTEE, Standing.APPLIED, "Wren")
    approved(program, coordinator)
    someone.go("/suggestions/")
    someone.is_at("People you could ask")


def test_a_wish_and_a_boundary_are_kept_and_can_be_taken_back(arrive: Arrive, mentee: Membership) -> None:
    someone = arrive(mentee)

    someone.go(f"/answers/{mentee.pk}/wishes/")
    someone.page.get_by_role("link", name="Someone who").first.click()
    someone.page.get_by_role("checkbox").first.check()
    someone.tick("Important")
    someone.press("Save")
    someone.reads("Important")
    someone.page.get_by_role("link", name="Never:").first.click()
    someone.page.get_by_role("textbox").first.fill("The Harbour Café")
    someone.press("Save")

    someone.reads("The Harbour Café")
    assert sorted(mentee.wishes.values_list("strength", flat=True)) == ["important", "never"]


@pytest.fixture
def pool(program: Program, mentee: Membership) -> list[Membership]:
    """Two mentors whom the mentee could ask."""
    mentors = [cast.make_member(program, Role.MENTOR, name, capacity=2) for name in ("Sam", "Ash")]
    for member in (mentee, *mentors):
        cast.give(member, "values", cast.chosen("honesty", "kindness"))
        cast.give(member, "languages", TALK)
    return mentors


def test_a_mentee_asks_takes_it_back_and_asks_somebody_else_when_time_ran_out(
    arrive: Arrive, mentee: Membership, pool: list[Membership], work: Callable[[], None]
) -> None:
    someone = arrive(mentee)
    someone.go(f"/suggestions/{mentee.pk}/")
    someone.reads("Looking for people")
    work()
    someone.go(f"/suggestions/{mentee.pk}/")
    someone.reads("Honesty")

    asks(someone, "Sam")
    someone.follow("Take it back")
    someone.press("Take it back")
    someone.go(f"/suggestions/{mentee.pk}/")
    asks(someone, "Ash")
    runs_out(mentee)
    someone.page.reload()
    someone.does_not_read("Take it back")

    states = Proposal.objects.order_by("created_at").values_list("mentor__user__name_to_use", "state")
    assert list(states) == [("Sam", "withdrawn"), ("Ash", "expired")]
    assert "0." not in someone.page.inner_text("main")


def asks(someone: Traveller, name: str) -> None:
    someone.follow(f"Read more about {name}")
    someone.reads(f"What {name} lets you read")
    someone.page.get_by_role("textbox").first.fill("I would love to hear how you found your way.")
    someone.press(f"Ask {name}")
    someone.reads("has time to answer until")


def runs_out(mentee: Membership) -> None:
    later = timezone.now() + timedelta(days=mentee.program.ask_days + 1)
    proposals.run_clocks(now=later)


def test_an_empty_list_says_kindly_what_would_widen_it(
    arrive: Arrive, mentee: Membership, pool: list[Membership], work: Callable[[], None]
) -> None:
    for member in pool:
        cast.give(member, "languages", cast.chosen("pt"))
    someone = arrive(mentee)

    someone.go(f"/suggestions/{mentee.pk}/")
    work()
    someone.go(f"/suggestions/{mentee.pk}/")

    someone.reads("Another language that you are comfortable in.")
    assert Shortlist.objects.get().hindrances != []
