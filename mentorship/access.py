"""Who may open which agreement: the two people it is between, and nobody else, a coordinator neither.

Once it has ended, by whatever way, it shows the same to both: that and when it ended, what both had signed, one's own
words. Nothing of the other that is alive today: no name, no answers. So a block reads like every other end."""

import uuid
from datetime import datetime, timedelta

from django.http import Http404

from accounts.access import membership_for
from accounts.models import Membership, Role, User
from mentorship import queries
from mentorship.models import Agreement, Meeting

# Long enough to tell a coordinator what was written; then the thread is closed for both.
LOOK_BACK = timedelta(days=30)


def agreement_for(user: User, pk: uuid.UUID) -> Agreement:
    """An agreement of theirs, whether it lasts or has ended."""
    agreement = queries.of_user(user).filter(pk=pk).first()
    if agreement is None:
        raise Http404
    return agreement


def lasting_agreement_for(user: User, pk: uuid.UUID) -> Agreement:
    """One that has not ended: what can still be written, signed, planned."""
    agreement = agreement_for(user, pk)
    if agreement.state == Agreement.State.ENDED:
        raise Http404
    return agreement


def thread_for(user: User, pk: uuid.UUID, *, now: datetime) -> Agreement:
    """One whose messages can be read: while it lasts, and for a while after."""
    agreement = agreement_for(user, pk)
    if not can_look_back(agreement, now=now):
        raise Http404
    return agreement


def can_look_back(agreement: Agreement, *, now: datetime) -> bool:
    return agreement.ended_at is None or agreement.ended_at >= now - LOOK_BACK


def meeting_for(user: User, pk: uuid.UUID, meeting_pk: uuid.UUID) -> Meeting:
    """A meeting of a lasting agreement of theirs, planned or called off."""
    agreement = lasting_agreement_for(user, pk)
    meeting = agreement.meetings.filter(pk=meeting_pk).first()
    if meeting is None:
        raise Http404
    meeting.agreement = agreement
    return meeting


def mentor_membership_for(user: User, pk: uuid.UUID) -> Membership:
    """Their own membership as a mentor."""
    membership = membership_for(user, pk)
    if membership.role != Role.MENTOR:
        raise Http404
    return membership


def own_side(agreement: Agreement, user: User) -> Membership:
    """The membership with which `user` is part of it."""
    return agreement.mentee if agreement.mentee.user_id == user.pk else agreement.mentor


def other_side(agreement: Agreement, membership: Membership) -> Membership:
    return agreement.mentor if agreement.mentee_id == membership.pk else agreement.mentee
