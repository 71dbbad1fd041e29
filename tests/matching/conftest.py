from datetime import datetime

import pytest

from accounts.models import Membership, Program, Role
from matching.models import MatchRun, Proposal, Shortlist, Suggestion
from tests import cast
from tests.matching.markets import five_mentors, looks  # noqa: F401  fixtures


@pytest.fixture
def pair(mentee: Membership, mentor: Membership) -> tuple[Membership, Membership]:
    """Two people who have something in common and let everybody concerned know it."""
    for member in (mentee, mentor):
        cast.give(member, "values", cast.chosen("honesty", "courage"))
        cast.give(member, "languages", cast.chosen("en"))
    return mentee, mentor


@pytest.fixture
def suggestion(pair: tuple[Membership, Membership]) -> Suggestion:
    """The mentor stands on the mentee's list."""
    return suggest(*pair)


@pytest.fixture
def reviewed(program: Program, coordinator: Membership, now: datetime) -> MatchRun:
    """A run that is done and found nobody."""
    settings = {"objective": "most_then_fit", "include_waiting": False, "week": "2026-03-02"}
    about = {"state": "done", "seed": 7, "settings": settings, "finished_at": now, "started_by": coordinator.user}
    return MatchRun.objects.create(program=program, **about)


def suggest(mentee: Membership, *mentors: Membership) -> Suggestion:
    row, _ = Shortlist.objects.get_or_create(
        mentee=mentee, defaults={"seed": 1, "state": "ready", "computed_at": cast.NOW, "wanted_at": cast.NOW}
    )
    why = [{"facet": "values", "kind": "shared", "whose": "both"}]
    first = row.suggestions.count() + 1
    rows = [
        Suggestion(shortlist=row, mentor=mentor, position=place, reasons=why)
        for place, mentor in enumerate(mentors, start=first)
    ]
    return Suggestion.objects.bulk_create(rows)[0]


def propose(
    mentee: Membership, mentor: Membership, *, origin: str = "ask", state: str = "published", now: datetime = cast.NOW
) -> Proposal:
    """A proposal as a row."""
    fields: dict[str, object] = {"created_at": now}
    if state != "draft":
        fields |= {"published_at": now, "due_at": now, "mentee_yes_at": now if origin == "ask" else None}
    if state not in {"draft", "published"}:
        fields["closed_at"] = now
    return Proposal.objects.create(
        program=mentee.program, mentee=mentee, mentor=mentor, origin=origin, state=state, **fields
    )


def crowd(program: Program, count: int) -> tuple[list[Membership], list[Membership]]:
    """As many mentees as mentors, all alike but for their names."""
    sides = {}
    for role in (Role.MENTEE, Role.MENTOR):
        sides[role] = [cast.make_member(program, role, f"{role.label.title()} {n}") for n in range(count)]
        for member in sides[role]:
            cast.give(member, "values", cast.chosen("honesty", "courage"))
    return sides[Role.MENTEE], sides[Role.MENTOR]
