"""A coordinator: welcomes people, starts a run, reviews it, publishes it."""

from collections.abc import Callable

import pytest

from accounts.models import Membership, Program, Role
from matching.models import MatchRun, Proposal
from tests import cast
from tests.journeys.conftest import Traveller

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Traveller]


def test_a_coordinator_checks_and_approves(arrive: Arrive, coordinator: Membership, applicant: Membership) -> None:
    mika = arrive(coordinator)

    mika.go("/coordination/")
    mika.follow("Look at them")
    mika.follow("Alex")
    mika.page.get_by_label("What was checked").fill("a talk of half an hour")
    mika.press("Record")
    mika.page.get_by_label("From now on").select_option("checked")
    mika.press("Change")
    mika.page.get_by_label("From now on").select_option("approved")
    mika.press("Change")

    applicant.refresh_from_db()
    assert applicant.standing == "approved"
    seen = applicant.steps.order_by("at", "id").values_list("kind", "standing", "note", "by__name_to_use")
    assert next(iter(seen)) == ("conversation", "", "a talk of half an hour", "Mika")
    mika.reads("a talk of half an hour")


@pytest.fixture
def people(program: Program) -> dict[str, Membership]:
    """Two mentees and two mentors who fit, and a mentee whom nobody can talk to."""
    found = {name: cast.make_member(program, Role.MENTEE, name) for name in ("Robin", "Noor", "Iris")}
    found |= {name: cast.make_member(program, Role.MENTOR, name) for name in ("Sam", "Ash")}
    for name, member in found.items():
        cast.give(member, "values", cast.chosen("honesty"))
        cast.give(member, "languages", cast.chosen("pt" if name == "Iris" else "en"))
    return found


def test_a_coordinator_starts_watches_reviews_locks_and_publishes_a_run(
    arrive: Arrive, coordinator: Membership, people: dict[str, Membership], work: Callable[[], None]
) -> None:
    mika = arrive(coordinator)

    mika.go("/coordination/")
    mika.follow("Start a run")
    mika.press("Start")
    mika.reads("Waiting for a worker.")
    work()
    mika.page.reload()
    mika.reads("2 pairs.")
    mika.reads("No shared language")
    mika.press("Lock")
    mika.press("Run again, keeping locked pairs")
    work()
    mika.page.reload()
    mika.follow("Publish")
    mika.press("Publish")

    assert MatchRun.objects.filter(state=MatchRun.State.PUBLISHED).count() == 1
    assert Proposal.objects.filter(state=Proposal.State.PUBLISHED).count() == 2


def at_a_finished_run(arrive: Arrive, coordinator: Membership, work: Callable[[], None]) -> Traveller:
    mika = arrive(coordinator)
    mika.go("/coordination/matching/matchrun/add/")
    mika.press("Start")
    work()
    mika.page.reload()
    return mika


def test_a_coordinator_asks_why_two_were_not_paired(
    arrive: Arrive, coordinator: Membership, people: dict[str, Membership], work: Callable[[], None]
) -> None:
    mika = at_a_finished_run(arrive, coordinator, work)

    mika.follow("Why not these two?")
    mika.page.get_by_label("Mentee").select_option(str(people["Iris"].pk))
    mika.page.get_by_label("Mentor").select_option(str(people["Sam"].pk))
    mika.press("Ask")
    mika.reads("Working out what it would cost the others")
    work()
    if not mika.way.scripts:
        mika.page.reload()
    mika.reads("No shared language")
    mika.follow("Back to the run")
    mika.follow("Iris · Sam")


def test_a_coordinator_sets_a_pair_aside_and_makes_another_by_hand(
    arrive: Arrive, coordinator: Membership, people: dict[str, Membership], work: Callable[[], None]
) -> None:
    mika = at_a_finished_run(arrive, coordinator, work)

    mika.press("Set aside")
    mika.press("Set aside")
    mika.follow("Pair two people by hand")
    set_aside = Proposal.objects.filter(state=Proposal.State.WITHDRAWN).values_list("mentee_id", "mentor_id")
    mentee, mentor = free_pair(people, set(set_aside))
    mika.page.get_by_label("Mentee").select_option(str(mentee.pk))
    mika.page.get_by_label("Mentor").select_option(str(mentor.pk))
    mika.press("Make the pair")

    assert Proposal.objects.get(origin=Proposal.Origin.HAND).mentee == mentee
    mika.press("Publish this pair")
    assert Proposal.objects.get(origin=Proposal.Origin.HAND).state == Proposal.State.PUBLISHED


def free_pair(people: dict[str, Membership], taken: set[tuple[object, object]]) -> tuple[Membership, Membership]:
    pairs = [(people[mentee], people[mentor]) for mentee in ("Robin", "Noor") for mentor in ("Sam", "Ash")]
    return next(pair for pair in pairs if (pair[0].pk, pair[1].pk) not in taken)
