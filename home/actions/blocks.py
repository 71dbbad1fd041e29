"""Keeping away from somebody: whatever connects the two ends first, in the same transaction."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from matching.actions import proposals
from matching.models import Proposal
from mentorship.actions import agreements, places
from mentorship.models import Agreement
from safety.actions import blocks


@transaction.atomic
def keep_apart(*, by: User, other: User, now: datetime) -> None:
    """These two never meet again; the other is not told, and what has ended ends in the same words as ever."""
    _part(by, other, now)
    blocks.block(blocker=by, blocked=other, now=now)


@transaction.atomic
def keep_address_apart(*, by: User, address: str, now: datetime) -> None:
    """The same for whoever has this address, now or later; it reads alike whether anybody has."""
    for person in blocks.people_at(address):
        _part(by, person, now)
    blocks.block_address(blocker=by, address=address, now=now)


def _part(by: User, other: User, now: datetime) -> None:
    places.hold_people(by.pk, other.pk)  # what opens between them right now is seen, or waits and is refused
    between = Q(mentee__user=by, mentor__user=other) | Q(mentee__user=other, mentor__user=by)
    for agreement in Agreement.objects.filter(between, state__in=Agreement.State.holding()):
        agreements.end(agreement=agreement, by=by, now=now)
    for proposal in Proposal.objects.filter(between, state__in=Proposal.State.open()):
        proposals.part(proposal=proposal, by=by, now=now)
