"""The one door through which proposals change, and what guards it.

Every action first holds the rows of both people (in the order of `places.hold`), then the proposal: so two yeses can
wait for one another, and neither can overlook what the other did."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, Standing
from accounts.refusals import Refusal
from matching import queries
from matching.actions import learning
from matching.models import PairEvent, Proposal
from mentorship.actions import places
from mentorship.queries import held_between
from notices.actions import outbox
from notices.models import Notice
from safety.queries import are_apart

State = Proposal.State


class NoLongerOpen(Refusal):
    sentence = _("This has ended in the meantime, so there is nothing left to do.")


class NotYours(Refusal):
    sentence = _("This is for somebody else to answer.")


def move(proposal: Proposal, to: Proposal.State, now: datetime, **changes: Any) -> None:
    """Along the moves of the states, and only if nobody was faster."""
    state = State(proposal.state)
    if to not in state.moves:
        raise NoLongerOpen
    if to not in State.open():
        changes = {**changes, "closed_at": now, "remind_at": None, "locked": False}
    if not Proposal.objects.filter(pk=proposal.pk, state=state).update(state=to, **changes):
        raise NoLongerOpen
    for name, value in {**changes, "state": to}.items():
        setattr(proposal, name, value)
    if state == State.PUBLISHED and to in {State.EXPIRED, State.WITHDRAWN}:
        learning.happened(proposal, PairEvent.Kind.ENDED, now)


def close(proposal: Proposal, to: Proposal.State, now: datetime, *, telling: Iterable[Membership]) -> None:
    """Both sides read the same few words about an end, and never why."""
    move(proposal, to, now)
    for member in telling:
        tell(proposal, member, Notice.Kind.CLOSED, now)


def tell(proposal: Proposal, member: Membership, kind: Notice.Kind, now: datetime) -> None:
    once = f"{kind}:{proposal.pk}:{member.role}"
    outbox.queue(to=member.user, kind=kind, about=proposal.pk, once=once, now=now)


def hold(proposal: Proposal) -> Proposal:
    """The proposal as it is now; nobody else's to change until the transaction ends, nor the two people's seats."""
    places.hold(proposal.mentee_id, proposal.mentor_id)
    return locked(proposal)


def locked(proposal: Proposal) -> Proposal:
    related = Proposal.objects.select_related("program", "mentee__user", "mentee__program", "mentor__user")
    return related.select_for_update(no_key=True, of=("self",)).get(pk=proposal.pk)


def clock(proposal: Proposal, now: datetime) -> dict[str, datetime]:
    """When it was published, when to remind, and until when there is time to answer."""
    remind, ask = (timedelta(days=days) for days in (proposal.program.remind_days, proposal.program.ask_days))
    return {"published_at": now, "remind_at": now + remind, "due_at": now + ask}


def can_meet(mentee: Membership, mentor: Membership) -> bool:
    """Both here, with a place each, nothing between them yet, and neither keeps away from the other."""
    here = all(one.standing == Standing.APPROVED and one.user.is_active for one in (mentee, mentor))
    in_place = (mentee.role, mentor.role) == (Role.MENTEE, Role.MENTOR) and mentee.program_id == mentor.program_id
    free = (
        here
        and in_place
        and mentee.user_id != mentor.user_id
        and queries.has_place(mentor)
        and queries.has_room(mentee)
    )
    return free and not held_between(mentee, mentor).exists() and not are_apart(mentee.user, mentor.user)
