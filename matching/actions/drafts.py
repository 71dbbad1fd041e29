"""What a coordinator does with pairs before anybody hears of them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import trail
from accounts.models import Membership, User
from accounts.refusals import Refusal
from matching.actions import learning, moves
from matching.actions.moves import NoLongerOpen, State
from matching.models import PairEvent, Proposal
from mentorship.actions import places
from notices.models import Notice


class AlreadyOnTheWay(Refusal):
    sentence = _("These two are on their way to each other already.")


class CannotMeet(Refusal):
    """Paused, full, together or kept apart: a block is told to nobody, coordinators neither."""

    sentence = _("These two cannot be brought together at the moment.")


@transaction.atomic
def propose_by_hand(*, mentee: Membership, mentor: Membership, by: User, now: datetime) -> Proposal:
    """A coordinator brings two people together: a draft, kept on the next run, until it is published."""
    held = places.hold(mentee.pk, mentor.pk)
    mentee, mentor = held[mentee.pk], held[mentor.pk]
    if Proposal.objects.filter(mentee=mentee, mentor=mentor, state__in=State.open()).exists():
        raise AlreadyOnTheWay
    if not moves.can_meet(mentee, mentor):
        raise CannotMeet
    proposal = Proposal.objects.create(
        program=mentee.program,
        mentee=mentee,
        mentor=mentor,
        origin=Proposal.Origin.HAND,
        created_at=now,
        locked=True,
    )
    trail.record(act=trail.Act.PAIRED, by=by, row=proposal, program=proposal.program_id, now=now)
    return proposal


def lock(*, proposal: Proposal, by: User, now: datetime) -> None:
    """Keep this pair on the next run."""
    _mark(proposal, kept=True)


def unlock(*, proposal: Proposal, by: User, now: datetime) -> None:
    _mark(proposal, kept=False)


@transaction.atomic
def set_aside(*, proposal: Proposal, by: User, now: datetime) -> None:
    """Not these two: no later run or list brings them together either."""
    proposal = _draft(proposal)
    moves.move(proposal, State.WITHDRAWN, now, set_aside=True)
    trail.record(act=trail.Act.SET_ASIDE, by=by, row=proposal, program=proposal.program_id, now=now)


@transaction.atomic
def publish_one(*, proposal: Proposal, by: User, now: datetime) -> Proposal:
    """A coordinator publishes this pair alone."""
    proposal = tell_both(proposal=proposal, now=now)
    trail.record(act=trail.Act.PAIR_PUBLISHED, by=by, row=proposal, program=proposal.program_id, now=now)
    return proposal


@transaction.atomic
def tell_both(*, proposal: Proposal, now: datetime) -> Proposal:
    """Both are told and asked. Refuses where the two cannot meet any more."""
    proposal = _draft(proposal)
    if not moves.can_meet(proposal.mentee, proposal.mentor):
        raise CannotMeet
    moves.move(proposal, State.PUBLISHED, now, locked=False, **moves.clock(proposal, now))
    for member in (proposal.mentee, proposal.mentor):
        moves.tell(proposal, member, Notice.Kind.SUGGESTED, now)
    learning.happened(proposal, PairEvent.Kind.SHOWN, now)
    return proposal


def _draft(proposal: Proposal) -> Proposal:
    proposal = moves.hold(proposal)
    if proposal.state != State.DRAFT:
        raise NoLongerOpen
    return proposal


def _mark(proposal: Proposal, *, kept: bool) -> None:
    if not Proposal.objects.filter(pk=proposal.pk, state=State.DRAFT).update(locked=kept):
        raise NoLongerOpen
    proposal.locked = kept
