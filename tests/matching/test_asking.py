"""A mentee asks, waits, takes it back."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership, Role, Standing
from consent.letters import open_letter
from matching.actions import proposals
from matching.models import Proposal, Suggestion
from notices.models import Notice
from safety.models import Block
from tests import cast
from tests.matching.conftest import propose, suggest

Pair = tuple[Membership, Membership]


def told(proposal: Proposal) -> list[tuple[str, str]]:
    rows = (
        Notice.objects.filter(about=proposal.pk).select_related("to").order_by("created_at", "kind", "to__name_to_use")
    )
    return [(str(notice.to), notice.kind) for notice in rows]


def test_an_ask_is_open_with_a_clock_and_the_mentor_is_told(pair: Pair, suggestion: Suggestion, now: datetime) -> None:
    mentee, mentor = pair

    proposal = proposals.ask(mentee=mentee, mentor=mentor, note=" Hello ", now=now)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.origin, proposal.mentee_yes_at) == ("published", "ask", now)
    assert (proposal.remind_at, proposal.due_at) == (now + timedelta(days=4), now + timedelta(days=10))
    assert proposal.reasons == suggestion.reasons
    assert told(proposal) == [("Sam", "asked")]


def test_a_note_is_sealed_and_bound_to_its_ask(pair: Pair, suggestion: Suggestion, now: datetime) -> None:
    mentee, mentor = pair

    proposal = proposals.ask(mentee=mentee, mentor=mentor, note="wren-in-the-hedge", now=now)

    assert b"wren" not in bytes(proposal.note)
    assert open_letter(proposal.pk, bytes(proposal.note), "note") == "wren-in-the-hedge"


def test_somebody_who_is_not_on_the_list_cannot_be_asked(pair: Pair, now: datetime) -> None:
    mentee, mentor = pair

    with pytest.raises(proposals.NotOnYourList):
        proposals.ask(mentee=mentee, mentor=mentor, note="", now=now)

    assert Proposal.objects.count() == 0


def test_one_ask_at_a_time(pair: Pair, suggestion: Suggestion, now: datetime) -> None:
    mentee, mentor = pair
    second = cast.make_member(mentee.program, Role.MENTOR, "Ash")
    suggest(mentee, second)
    proposals.ask(mentee=mentee, mentor=mentor, note="", now=now)

    with pytest.raises(proposals.AlreadyAsked):
        proposals.ask(mentee=mentee, mentor=second, note="", now=now)


def test_the_database_itself_refuses_a_second_ask(pair: Pair, now: datetime) -> None:
    mentee, mentor = pair
    propose(mentee, mentor)
    second = cast.make_member(mentee.program, Role.MENTOR, "Ash")

    with pytest.raises(IntegrityError, match=r"one_open_ask_per_mentee|proposal.mentee_id"), transaction.atomic():
        propose(mentee, second)


@pytest.mark.parametrize("hindrance", ["paused", "full", "apart", "passed", "left"])
def test_whoever_cannot_be_asked_is_so_in_the_same_words(
    pair: Pair, suggestion: Suggestion, hindrance: str, now: datetime
) -> None:
    mentee, mentor = pair
    if hindrance in {"paused", "left"}:
        Membership.objects.filter(pk=mentor.pk).update(standing=hindrance)
    if hindrance == "full":
        Membership.objects.filter(pk=mentor.pk).update(capacity=0)
    if hindrance == "apart":
        Block.objects.create(blocker=mentor.user, blocked=mentee.user)
    if hindrance == "passed":
        propose(mentee, mentor, state="passed")

    with pytest.raises(proposals.NotAvailable) as refused:
        proposals.ask(mentee=mentee, mentor=mentor, note="", now=now)

    assert str(refused.value) == "They cannot take on anybody new just now. Your list shows who can."


def test_who_has_found_somebody_does_not_ask_another(
    pair: Pair, suggestion: Suggestion, matched_mentor: Membership, now: datetime
) -> None:
    mentee, mentor = pair

    with pytest.raises(proposals.NoPlaceOfYours):
        proposals.ask(mentee=mentee, mentor=mentor, note="", now=now)


def test_a_draft_of_the_coordination_neither_stops_an_ask_nor_shows(
    pair: Pair, suggestion: Suggestion, now: datetime
) -> None:
    mentee, mentor = pair
    draft = propose(mentee, mentor, origin="run", state="draft")

    proposals.ask(mentee=mentee, mentor=mentor, note="", now=now)

    draft.refresh_from_db()
    assert (draft.state, draft.closed_at) == ("withdrawn", now)


def test_an_ask_can_be_taken_back_and_the_mentor_hears_only_that_it_ended(
    pair: Pair, suggestion: Suggestion, now: datetime
) -> None:
    mentee, mentor = pair
    proposal = proposals.ask(mentee=mentee, mentor=mentor, note="", now=now)

    proposals.withdraw(proposal=proposal, by=mentee, now=now)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.closed_at, proposal.remind_at) == ("withdrawn", now, None)
    assert told(proposal) == [("Sam", "asked"), ("Sam", "closed")]
    again = proposals.ask(mentee=mentee, mentor=mentor, note="", now=now)
    assert again.pk != proposal.pk


def test_only_who_asked_takes_it_back(pair: Pair, suggestion: Suggestion, now: datetime) -> None:
    mentee, mentor = pair
    proposal = proposals.ask(mentee=mentee, mentor=mentor, note="", now=now)

    with pytest.raises(proposals.NotYours):
        proposals.withdraw(proposal=proposal, by=mentor, now=now)


def test_the_clock_reminds_once(pair: Pair, suggestion: Suggestion, now: datetime) -> None:
    mentee, mentor = pair
    proposal = proposals.ask(mentee=mentee, mentor=mentor, note="", now=now)

    for days in (3, 4, 5):
        proposals.run_clocks(now=now + timedelta(days=days))

    assert told(proposal) == [("Sam", "asked"), ("Sam", "reminder")]


def test_when_time_runs_out_both_are_told_and_another_can_be_asked(
    pair: Pair, suggestion: Suggestion, now: datetime
) -> None:
    mentee, mentor = pair
    second = cast.make_member(mentee.program, Role.MENTOR, "Ash")
    suggest(mentee, second)
    proposal = proposals.ask(mentee=mentee, mentor=mentor, note="", now=now)
    later = now + timedelta(days=10)

    assert proposals.run_clocks(now=later) == 1
    assert proposals.run_clocks(now=later) == 0

    proposal.refresh_from_db()
    assert proposal.state == "expired"
    assert told(proposal) == [("Sam", "asked"), ("Robin", "closed"), ("Sam", "closed")]
    assert proposals.ask(mentee=mentee, mentor=second, note="", now=later).state == "published"


def test_an_ask_ends_when_somebody_has_left(pair: Pair, suggestion: Suggestion, now: datetime) -> None:
    mentee, mentor = pair
    proposal = proposals.ask(mentee=mentee, mentor=mentor, note="", now=now)
    Membership.objects.filter(pk=mentor.pk).update(standing=Standing.LEFT)

    proposals.run_clocks(now=now)

    proposal.refresh_from_db()
    assert proposal.state == "expired"


def test_keeping_apart_reads_for_the_other_like_time_that_ran_out(
    pair: Pair, suggestion: Suggestion, now: datetime
) -> None:
    mentee, mentor = pair
    proposal = proposals.ask(mentee=mentee, mentor=mentor, note="", now=now)

    proposals.part(proposal=proposal, by=mentor.user, now=now)

    proposal.refresh_from_db()
    assert proposal.state == "expired"
    assert told(proposal) == [("Sam", "asked"), ("Robin", "closed")]
