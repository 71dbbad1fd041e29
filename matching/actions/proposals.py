"""One pair on its way to each other: asked, answered, withdrawn, passed on. States change in `moves` alone; what a
coordinator does before anybody hears of a pair is in `drafts`."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Standing, User
from accounts.refusals import Refusal
from consent.letters import seal_letter
from matching import queries
from matching.actions import learning, moves
from matching.actions.drafts import (
    AlreadyOnTheWay,
    CannotMeet,
    lock,
    propose_by_hand,
    publish_one,
    set_aside,
    unlock,
)
from matching.actions.moves import NoLongerOpen, NotYours, State
from matching.models import PairEvent, Proposal, Suggestion
from mentorship.actions import agreements, places
from mentorship.models import Agreement
from notices.models import Notice

__all__ = [
    "AlreadyAnswered", "AlreadyAsked", "AlreadyOnTheWay", "CannotMeet", "NoLongerOpen", "NoPlaceLeft",
    "NoPlaceOfYours", "NotAvailable", "NotJustNow", "NotOnYourList", "NotYours", "TheyFoundSomebody", "answer", "ask",
    "lock", "part", "propose_by_hand", "publish_one", "run_clocks", "set_aside", "unlock", "withdraw",
]  # fmt: skip

AT_A_TIME = 500
"""So many clocks one sweep looks at; the next one goes on."""


class NotAvailable(Refusal):
    """Paused, full, gone or kept apart: the same words, for which of these it is is nobody's business."""

    sentence = _("They cannot take on anybody new just now. Your list shows who can.")


class NotOnYourList(Refusal):
    sentence = _("Your list has changed. Please have a look at it again.")


class AlreadyAsked(Refusal):
    sentence = _("You have asked somebody already. You can ask another once this is answered, or withdraw it.")


class NoPlaceOfYours(Refusal):
    sentence = _("You have found somebody already. You can ask again once that has ended.")


class AlreadyAnswered(Refusal):
    sentence = _("You have answered this already.")


class NoPlaceLeft(Refusal):
    sentence = _("You have no free place right now.")


class NotJustNow(Refusal):
    sentence = _("This is not possible at the moment.")


class TheyFoundSomebody(Refusal):
    sentence = _("They have found somebody in the meantime, so there is nothing left to do.")


@transaction.atomic
def ask(*, mentee: Membership, mentor: Membership, note: str, now: datetime) -> Proposal:
    """A mentee asks somebody on her list. One ask at a time; it has a clock."""
    held = places.hold(mentee.pk, mentor.pk)
    mentee, mentor = held[mentee.pk], held[mentor.pk]
    suggestion = Suggestion.objects.filter(shortlist__mentee=mentee, mentor=mentor).first()
    if suggestion is None:
        raise NotOnYourList
    _expect_askable(mentee, mentor, now)
    proposal = Proposal(program=mentee.program, mentee=mentee, mentor=mentor, reasons=suggestion.reasons)
    proposal.origin, proposal.state = Proposal.Origin.ASK, State.PUBLISHED
    proposal.note = seal_letter(proposal.pk, note.strip(), "note") if note.strip() else b""
    proposal.created_at = proposal.mentee_yes_at = now
    for name, moment in moves.clock(proposal, now).items():
        setattr(proposal, name, moment)
    proposal.save(force_insert=True)
    moves.tell(proposal, mentor, Notice.Kind.ASKED, now)
    learning.happened(proposal, PairEvent.Kind.ASKED, now)
    return proposal


@transaction.atomic
def withdraw(*, proposal: Proposal, by: Membership, now: datetime) -> None:
    """The mentee takes her ask back."""
    proposal = moves.hold(proposal)
    if by.pk != proposal.mentee_id or proposal.origin != Proposal.Origin.ASK:
        raise NotYours
    moves.close(proposal, State.WITHDRAWN, now, telling=[proposal.mentor])


@transaction.atomic
def answer(*, proposal: Proposal, by: Membership, accepted: bool, now: datetime, reason: str = "") -> Agreement | None:
    """Yes, or pass on softly; the reason is for coordinators alone. The second yes opens the agreement, in the same
    transaction, and lets go of whatever else the mentee had under way."""
    proposal = moves.hold(proposal)
    _expect_answerable(proposal, by)
    other = proposal.mentor if by.pk == proposal.mentee_id else proposal.mentee
    if not accepted:
        passing = seal_letter(proposal.pk, reason.strip(), "passing") if reason.strip() else b""
        moves.move(proposal, State.PASSED, now, passing=passing)
        moves.tell(proposal, other, Notice.Kind.ANSWERED, now)
        learning.happened(proposal, PairEvent.Kind.PASSED, now, by=by)
        return None
    _say_yes(proposal, by, now)
    if proposal.mentee_yes_at is None or proposal.mentor_yes_at is None:
        return None
    agreement = _open_agreement(proposal, by, now)
    moves.move(proposal, State.AGREED, now)
    moves.tell(proposal, other, Notice.Kind.ANSWERED, now)
    _let_go_of_the_rest(proposal.mentee, now)
    return agreement


@transaction.atomic
def part(*, proposal: Proposal, by: User, now: datetime) -> None:
    """One of the two keeps away from the other: for the other it reads like an ask whose time ran out."""
    places.hold_people(proposal.mentee.user_id, proposal.mentor.user_id)
    proposal = moves.locked(proposal)
    if proposal.state == State.DRAFT:
        moves.move(proposal, State.WITHDRAWN, now)
    elif proposal.state == State.PUBLISHED:
        sides = (proposal.mentee, proposal.mentor)
        moves.close(proposal, State.EXPIRED, now, telling=[side for side in sides if side.user_id != by.pk])


def run_clocks(*, now: datetime) -> int:
    """Remind once, then pass on softly; also where somebody has left. One transaction each, oldest first."""
    published = Proposal.objects.filter(state=State.PUBLISHED)
    gone = Q(mentee__standing=Standing.LEFT) | Q(mentor__standing=Standing.LEFT)
    ended = published.filter(Q(due_at__lte=now) | gone).order_by("due_at", "id")[:AT_A_TIME]
    due = published.filter(remind_at__lte=now, due_at__gt=now).order_by("remind_at", "id")[:AT_A_TIME]
    return sum(_let_expire(row, now) for row in ended) + sum(_remind(row, now) for row in due)


def _expect_askable(mentee: Membership, mentor: Membership, now: datetime) -> None:
    between = Proposal.objects.filter(mentee=mentee, mentor=mentor)
    on_the_way = Q(origin=Proposal.Origin.ASK) | Q(mentor=mentor)
    if Proposal.objects.filter(on_the_way, mentee=mentee, state=State.PUBLISHED).exists():
        raise AlreadyAsked
    if not queries.has_room(mentee):
        raise NoPlaceOfYours
    closed = Q(state__in=[State.PASSED, State.EXPIRED]) | Q(set_aside=True)
    if between.filter(closed).exists() or not moves.can_meet(mentee, mentor):
        raise NotAvailable
    # What a coordinator has only drafted neither stands in her way nor shows.
    for draft in between.filter(state=State.DRAFT):
        moves.move(draft, State.WITHDRAWN, now)


def _expect_answerable(proposal: Proposal, by: Membership) -> None:
    if by.pk not in {proposal.mentee_id, proposal.mentor_id}:
        raise NotYours
    if proposal.mentee_yes_at if by.pk == proposal.mentee_id else proposal.mentor_yes_at:
        raise AlreadyAnswered
    if proposal.state != State.PUBLISHED:
        raise NoLongerOpen


def _say_yes(proposal: Proposal, by: Membership, now: datetime) -> None:
    field = "mentee_yes_at" if by.pk == proposal.mentee_id else "mentor_yes_at"
    setattr(proposal, field, now)
    proposal.save(update_fields=[field])
    learning.happened(proposal, PairEvent.Kind.YES, now, by=by)


def _open_agreement(proposal: Proposal, by: Membership, now: datetime) -> Agreement:
    try:
        return agreements.open_between(mentee=proposal.mentee, mentor=proposal.mentor, now=now)
    except agreements.NoPlaceLeft:
        own = queries.has_place(proposal.mentor) if by.pk == proposal.mentor_id else queries.has_room(proposal.mentee)
        raise (TheyFoundSomebody if own else NoPlaceLeft) from None
    except (agreements.NotHere, agreements.Apart):
        raise NotJustNow from None
    except agreements.AlreadyTogether:
        raise NoLongerOpen from None


def _let_go_of_the_rest(mentee: Membership, now: datetime) -> None:
    """She has found somebody: nobody else should go on thinking about it."""
    if queries.has_room(mentee):
        return
    others = Proposal.objects.filter(mentee=mentee, state__in=State.open()).select_related("mentor__user")
    for other in others.select_for_update(no_key=True, of=("self",)).order_by("id"):
        telling = [other.mentor] if other.state == State.PUBLISHED else []
        moves.close(other, State.WITHDRAWN, now, telling=telling)


@transaction.atomic
def _let_expire(row: Proposal, now: datetime) -> bool:
    proposal = moves.hold(row)
    if proposal.state != State.PUBLISHED:
        return False
    moves.close(proposal, State.EXPIRED, now, telling=[proposal.mentee, proposal.mentor])
    return True


@transaction.atomic
def _remind(row: Proposal, now: datetime) -> bool:
    """Whoever takes the reminder away may send it."""
    if not Proposal.objects.filter(pk=row.pk, state=State.PUBLISHED, remind_at=row.remind_at).update(remind_at=None):
        return False
    proposal = moves.locked(row)
    for member, said_yes in (
        (proposal.mentee, proposal.mentee_yes_at),
        (proposal.mentor, proposal.mentor_yes_at),
    ):
        if said_yes is None:
            moves.tell(proposal, member, Notice.Kind.REMINDER, now)
    return True
