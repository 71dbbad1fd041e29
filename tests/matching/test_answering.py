"""Yes, or passing on softly."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership, Program, Role
from matching.actions import proposals
from matching.models import Proposal, Suggestion
from matching.reasons import passing_of
from mentorship.models import Agreement
from notices.models import Notice
from tests import cast
from tests.matching.conftest import propose

Pair = tuple[Membership, Membership]


@pytest.fixture
def asked(pair: Pair, suggestion: Suggestion, now: datetime) -> Proposal:
    return proposals.ask(mentee=pair[0], mentor=pair[1], note="Hello", now=now)


@pytest.fixture
def proposed(pair: Pair, coordinator: Membership, now: datetime) -> Proposal:
    """Published by the coordination: both are asked."""
    draft = proposals.propose_by_hand(mentee=pair[0], mentor=pair[1], by=coordinator.user, now=now)
    return proposals.publish_one(proposal=draft, by=coordinator.user, now=now)


def test_the_second_yes_opens_the_agreement(asked: Proposal, mentor: Membership, now: datetime) -> None:
    agreement = proposals.answer(proposal=asked, by=mentor, accepted=True, now=now)

    asked.refresh_from_db()
    assert asked.state == "agreed"
    assert agreement == Agreement.objects.get(mentee=asked.mentee, mentor=mentor, state="writing")
    assert Notice.objects.filter(to=asked.mentee.user, kind="answered", about=asked.pk).count() == 1


def test_passing_on_needs_no_reason(asked: Proposal, mentor: Membership, now: datetime) -> None:
    assert proposals.answer(proposal=asked, by=mentor, accepted=False, now=now) is None

    asked.refresh_from_db()
    assert (asked.state, bytes(asked.passing)) == ("passed", b"")
    assert Notice.objects.filter(to=asked.mentee.user, kind="answered").count() == 1


def test_a_reason_is_sealed_for_the_coordination(asked: Proposal, mentor: Membership, now: datetime) -> None:
    proposals.answer(proposal=asked, by=mentor, accepted=False, reason="wren-in-the-hedge", now=now)

    asked.refresh_from_db()
    assert b"wren" not in bytes(asked.passing)
    assert passing_of(asked) == "wren-in-the-hedge"


def test_whoever_asked_cannot_answer_for_the_other(asked: Proposal, mentee: Membership, now: datetime) -> None:
    with pytest.raises(proposals.AlreadyAnswered):
        proposals.answer(proposal=asked, by=mentee, accepted=True, now=now)


def test_nobody_else_answers(asked: Proposal, matched_mentor: Membership, now: datetime) -> None:
    with pytest.raises(proposals.NotYours):
        proposals.answer(proposal=asked, by=matched_mentor, accepted=True, now=now)


def test_what_has_ended_cannot_be_answered(
    asked: Proposal, mentee: Membership, mentor: Membership, now: datetime
) -> None:
    proposals.withdraw(proposal=asked, by=mentee, now=now)

    with pytest.raises(proposals.NoLongerOpen):
        proposals.answer(proposal=asked, by=mentor, accepted=True, now=now)


def test_without_a_place_the_yes_is_refused_and_nothing_is_written(
    asked: Proposal, program: Program, mentor: Membership, now: datetime
) -> None:
    Membership.objects.filter(pk=mentor.pk).update(capacity=0)

    with pytest.raises(proposals.NoPlaceLeft):
        proposals.answer(proposal=asked, by=mentor, accepted=True, now=now)

    asked.refresh_from_db()
    assert (asked.state, asked.mentor_yes_at) == ("published", None)
    assert Agreement.objects.count() == 0


def test_what_a_coordinator_proposes_needs_both_yeses(
    proposed: Proposal, mentee: Membership, mentor: Membership, now: datetime
) -> None:
    assert proposals.answer(proposal=proposed, by=mentee, accepted=True, now=now) is None
    assert Agreement.objects.count() == 0

    assert proposals.answer(proposal=proposed, by=mentor, accepted=True, now=now) is not None


def test_saying_yes_twice_is_refused(proposed: Proposal, mentee: Membership, now: datetime) -> None:
    proposals.answer(proposal=proposed, by=mentee, accepted=True, now=now)

    with pytest.raises(proposals.AlreadyAnswered):
        proposals.answer(proposal=proposed, by=mentee, accepted=True, now=now)


def test_a_yes_lets_go_of_what_else_the_mentee_had_under_way(
    asked: Proposal, mentee: Membership, mentor: Membership, now: datetime
) -> None:
    others = [cast.make_member(mentee.program, Role.MENTOR, name) for name in ("Ash", "Kim")]
    published = propose(mentee, others[0], origin="run")
    draft = propose(mentee, others[1], origin="run", state="draft")

    proposals.answer(proposal=asked, by=mentor, accepted=True, now=now)

    published.refresh_from_db()
    draft.refresh_from_db()
    assert (published.state, draft.state) == ("withdrawn", "withdrawn")
    assert [notice.to for notice in Notice.objects.filter(kind="closed")] == [others[0].user]


def test_a_mentee_who_found_somebody_is_out_of_reach_for_the_next_yes(
    asked: Proposal, mentee: Membership, mentor: Membership, now: datetime
) -> None:
    cast.agree(mentee, cast.make_member(mentee.program, Role.MENTOR, "Ash"))

    with pytest.raises(proposals.TheyFoundSomebody):
        proposals.answer(proposal=asked, by=mentor, accepted=True, now=now)


def test_where_mentees_may_have_several_mentors_the_rest_stays_open(
    asked: Proposal, mentee: Membership, mentor: Membership, now: datetime
) -> None:
    Program.objects.update(agreements_per_mentee=2)
    other = propose(mentee, cast.make_member(mentee.program, Role.MENTOR, "Ash"), origin="run")

    proposals.answer(proposal=asked, by=mentor, accepted=True, now=now)

    other.refresh_from_db()
    assert other.state == "published"


def test_a_coordinators_drafts_are_kept_set_aside_and_published(
    pair: Pair, coordinator: Membership, now: datetime
) -> None:
    by = {"by": coordinator.user, "now": now}
    draft = proposals.propose_by_hand(mentee=pair[0], mentor=pair[1], **by)
    proposals.unlock(proposal=draft, **by)
    proposals.lock(proposal=draft, **by)
    proposals.set_aside(proposal=draft, **by)

    draft.refresh_from_db()
    assert (draft.state, draft.set_aside, draft.locked) == ("withdrawn", True, False)
    with pytest.raises(proposals.NoLongerOpen):
        proposals.publish_one(proposal=draft, **by)


def test_two_people_kept_apart_are_not_paired_by_hand(
    mentee: Membership, blocked_mentor: Membership, coordinator: Membership, now: datetime
) -> None:
    with pytest.raises(proposals.CannotMeet):
        proposals.propose_by_hand(mentee=mentee, mentor=blocked_mentor, by=coordinator.user, now=now)


def test_nobody_answers_a_draft(pair: Pair, coordinator: Membership, now: datetime) -> None:
    draft = proposals.propose_by_hand(mentee=pair[0], mentor=pair[1], by=coordinator.user, now=now)

    with pytest.raises(proposals.NoLongerOpen):
        proposals.answer(proposal=draft, by=pair[1], accepted=True, now=now)


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        ({"state": "agreed", "mentee_yes_at": None, "closed_at": cast.NOW}, "agreed_means_two_yeses"),
        ({"due_at": None}, "a_published_proposal_has_a_clock"),
        ({"state": "passed"}, "a_closed_proposal_says_when"),
        ({"set_aside": True}, "only_what_has_ended_was_set_aside"),
    ],
)
def test_the_database_keeps_the_promise(asked: Proposal, broken: dict[str, object], promise: str) -> None:
    with pytest.raises(IntegrityError, match=promise), transaction.atomic():
        Proposal.objects.filter(pk=asked.pk).update(**broken)


def test_two_people_have_one_open_proposal(pair: Pair) -> None:
    propose(*pair, origin="run", state="draft")

    with pytest.raises(IntegrityError, match=r"one_open_proposal_per_pair|mentee_id.*mentor_id"), transaction.atomic():
        propose(*pair, origin="hand")
