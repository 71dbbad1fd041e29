"""What everybody can do: see what waits, change how far something travels, keep away, find help, leave."""

from collections.abc import Callable

import pytest

from accounts.models import Membership
from matching.models import Proposal
from safety.models import Block
from tests.journeys.conftest import Traveller
from tests.journeys.test_mentor import asked  # noqa: F401  a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Traveller]


def test_a_reach_that_is_withdrawn_acts_at_once(
    arrive: Arrive,
    mentee: Membership,
    mentor: Membership,
    asked: Proposal,  # noqa: F811
) -> None:
    robin, sam = arrive(mentee), arrive(mentor)
    sam.go(f"/asks/{asked.pk}/")
    sam.reads("Honesty")

    robin.go(f"/answers/{mentee.pk}/")
    robin.page.get_by_role("button", name="Only me : Values").click()
    robin.reads("Only me")
    sam.page.reload()

    sam.does_not_read("Honesty")


def test_somebody_keeps_away_from_somebody_for_good(
    arrive: Arrive,
    mentee: Membership,
    mentor: Membership,
    asked: Proposal,  # noqa: F811
) -> None:
    sam = arrive(mentor)

    sam.go(f"/apart/{mentee.pk}/")
    sam.press("Keep us apart")

    sam.reads("You two will not meet here again")
    assert Block.objects.get().blocked == mentee.user
    asked.refresh_from_db()
    assert asked.state not in Proposal.State.open()


def test_help_is_one_tap_away_signed_in_or_not(arrive: Arrive, mentee: Membership) -> None:
    for someone in (arrive(), arrive(mentee)):
        someone.go("/")
        someone.follow("Help now")
        someone.is_at("Somebody to talk to, now")
        someone.reads("Mentors and coordinators are not clinicians")


def test_exit_ends_the_session_and_leaves(arrive: Arrive, mentee: Membership, settings, live_server) -> None:
    settings.EXIT_ADDRESS = f"{live_server.url}/exit/how/?elsewhere"  # loopback stands in for the neutral site
    someone = arrive(mentee)
    someone.go("/")

    someone.page.get_by_role("banner").get_by_role("link", name="Exit", exact=True).click()
    someone.page.wait_for_url(settings.EXIT_ADDRESS)

    someone.go("/agreements/")
    assert "/account/login/" in someone.page.url


def test_the_home_page_says_what_is_waiting(
    arrive: Arrive,
    mentee: Membership,
    mentor: Membership,
    asked: Proposal,  # noqa: F811
) -> None:
    robin, sam = arrive(mentee), arrive(mentor)

    robin.go("/")
    sam.go("/")

    robin.reads("Your ask is on its way.")
    sam.reads("Somebody would like to meet you.")
