"""How many people somebody accompanies at a time, and who sits where.

A seat is a number from 1 to the places somebody has: unique in the database, so that it can keep the count. Whatever
takes, frees or renumbers seats first holds the rows of the people concerned, always in the order of their ids: so two
of us may wait for one another, but never for each other."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Membership, Role
from accounts.refusals import Refusal
from mentorship.models import Agreement

MOST = 20


class NotAMentor(Refusal):
    sentence = _("Only mentors have places to offer.")


class TooMany(Refusal):
    sentence = _("Please choose 20 or fewer. Twenty people at a time is a lot.")


class StillTaken(Refusal):
    """More people are accompanied now than the new number has room for."""

    sentence = _("You accompany more people than that right now.")

    def __init__(self, taken: int) -> None:
        super().__init__(taken)
        self.taken = taken

    def __str__(self) -> str:
        words = ngettext(
            "You accompany %(taken)d person right now, so please choose %(taken)d or more.",
            "You accompany %(taken)d people right now, so please choose %(taken)d or more.",
            self.taken,
        )
        return words % {"taken": self.taken}


class Gone(Refusal):
    """In the words of every other reason: that somebody was erased a moment ago is told to nobody."""

    sentence = _("This is not possible at the moment.")


def hold(*memberships: uuid.UUID) -> dict[uuid.UUID, Membership]:
    """The rows of these memberships as they are now, and nobody else's to change until the transaction ends. Raises
    Gone where one of them is not there any more."""
    held = {row.pk: row for row in _held(Membership.objects.filter(pk__in=memberships))}
    if len(held) < len(set(memberships)):
        raise Gone
    return held


def hold_people(*people: uuid.UUID) -> None:
    """The same for all memberships of these people: for what may span programs."""
    list(_held(Membership.objects.filter(user__in=people)))


def free_seat(taken: "QuerySet[Agreement, int | None]") -> int:
    """The lowest number that is not taken."""
    numbers = set(taken)
    return next(number for number in range(1, len(numbers) + 2) if number not in numbers)


@transaction.atomic
def set_capacity(*, membership: Membership, capacity: int, now: datetime) -> Membership:
    """Offer this many places. Fewer than are taken is refused; otherwise whoever sits too high moves down."""
    held = hold(membership.pk)[membership.pk]
    if held.role != Role.MENTOR:
        raise NotAMentor
    if not 0 <= capacity <= MOST:
        raise TooMany
    seated = list(
        Agreement.objects.filter(mentor=held, state__in=Agreement.State.holding()).order_by("mentor_seat", "id")
    )
    if len(seated) > capacity:
        raise StillTaken(len(seated))
    for number, agreement in enumerate(seated, start=1):
        _move_down(agreement, number)
    held.capacity = capacity
    held.save(update_fields=["capacity"])
    return held


def _move_down(agreement: Agreement, number: int) -> None:
    """In order and only downwards, so that no two ever share a number on the way."""
    if agreement.mentor_seat != number:
        agreement.mentor_seat = number
        agreement.save(update_fields=["mentor_seat"])


def _held(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """`no_key`: rows that merely point at these (an answer, a message) need not wait."""
    return rows.select_for_update(no_key=True, of=("self",)).select_related("user", "program").order_by("pk")
