"""Two people write, sign, meet, write to each other, and end it."""

from collections.abc import Callable

import pytest

from accounts.models import Membership
from mentorship.models import Agreement
from tests import cast
from tests.journeys.conftest import Traveller

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Traveller]


@pytest.fixture
def agreement(mentee: Membership, mentor: Membership) -> Agreement:
    cast.give(mentor, "pronouns", "they/them", cast.Reach.MATCHED)
    return cast.agree(mentee, mentor, state=Agreement.State.WRITING)


def test_it_is_active_with_the_second_signature_and_ends_without_a_reason(
    arrive: Arrive, agreement: Agreement, mentee: Membership, mentor: Membership
) -> None:
    robin, sam = arrive(mentee), arrive(mentor)

    robin.go(f"/agreements/{agreement.pk}/")
    robin.follow("Begin")
    robin.press("Save and read it once more")
    robin.press("I agree, and sign")
    agreement.refresh_from_db()
    assert agreement.state == Agreement.State.WRITING

    sam.go("/agreements/")
    sam.follow("Write and sign")
    sam.follow("Read and sign")
    sam.press("I agree, and sign")
    agreement.refresh_from_db()
    assert agreement.state == Agreement.State.ACTIVE

    robin.go(f"/agreements/{agreement.pk}/")
    robin.reads("they/them")
    robin.page.get_by_role("link", name="End").first.click()
    robin.press("End it now")
    agreement.refresh_from_db()
    assert (agreement.state, agreement.mentor_seat) == (Agreement.State.ENDED, None)


def test_they_write_to_each_other_and_plan_a_meeting_in_both_zones(
    arrive: Arrive, mentee: Membership, matched_mentor: Membership
) -> None:
    matched_mentor.user.time_zone = "America/New_York"
    matched_mentor.user.save(update_fields=["time_zone"])
    agreement = Agreement.objects.get()
    robin, ash = arrive(mentee), arrive(matched_mentor)

    robin.go(f"/agreements/{agreement.pk}/messages/")
    robin.page.get_by_role("textbox").first.fill("Shall we say Friday?")
    robin.press("Send")
    ash.go("/")
    ash.follow("Read it")
    ash.reads("Shall we say Friday?")
    ash.go(f"/agreements/{agreement.pk}/meetings/")
    ash.page.get_by_label("Day").fill("2027-01-15")
    ash.page.get_by_label("Time").first.fill("09:00")
    ash.press("Plan it")
    robin.go(f"/agreements/{agreement.pk}/meetings/")

    robin.reads("14:00")
    assert agreement.meetings.get().said_in == "America/New_York"
