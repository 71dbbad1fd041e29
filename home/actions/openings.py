"""Breaking the glass: a coordinator opens answers that are closed to them, and the person is told."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import is_coordinator
from accounts.actions import trail
from accounts.models import Membership, User
from accounts.refusals import Refusal
from consent.models import Opening, SecondYes
from home.actions import second_yes
from home.actions.second_yes import What
from notices.actions import outbox
from notices.models import Notice

OPEN_FOR = timedelta(hours=1)
ALONE, WINDOW = 10, timedelta(hours=24)
"""So many people's answers may one coordinator open in a day without a colleague's yes."""


class NotYours(Refusal):
    sentence = _("Only a coordinator of this program can do that.")


class ReasonMissing(Refusal):
    sentence = _("Please say why. The person will read it.")


@transaction.atomic
def open_answers(*, membership: Membership, by: User, reason: str, now: datetime) -> Opening:
    """Open everything this person said, for an hour. Logged for good; the person is told and sees by whom and why.

    Raises NotYours, ReasonMissing; second_yes.Missing where a colleague has to say yes first. With their yes goes the
    reason that they read."""
    if not may_open(membership=membership, by=by):
        raise NotYours
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # what somebody opens is counted one by one
    yes = _yes(membership, by, now)
    words = yes.reason if yes else reason.strip()
    if not words:
        raise ReasonMissing
    opening = Opening.objects.create(
        membership=membership, by=by, reason=words, at=now, until=now + OPEN_FOR, second_yes=yes
    )
    outbox.queue(to=membership.user, kind=Notice.Kind.OPENED, about=opening.pk, now=now)
    trail.record(act=trail.Act.OPENED, by=by, row=opening, program=membership.program_id, now=now)
    return opening


def may_open(*, membership: Membership, by: User) -> bool:
    """By role: whoever runs the service may not, unless they are a coordinator as well; and nobody their own."""
    return membership.user_id != by.pk and is_coordinator(by, membership.program)


def needs_second_yes(*, membership: Membership, by: User, now: datetime) -> bool:
    """Whether this would be one person too many within a day, over all programs. Who was opened counts once."""
    lately = Opening.objects.filter(by=by, at__gt=now - WINDOW)
    people = lately.exclude(membership__user=membership.user_id).values("membership__user").distinct()
    return people.count() >= ALONE


def ask(*, membership: Membership, by: User, reason: str, now: datetime) -> SecondYes:
    """Ask a colleague for their yes to open these answers."""
    if not may_open(membership=membership, by=by):
        raise NotYours
    program = membership.program
    return second_yes.ask(what=What.OPENING, program=program, membership=membership, by=by, reason=reason, now=now)


def _yes(membership: Membership, by: User, now: datetime) -> SecondYes | None:
    if not needs_second_yes(membership=membership, by=by, now=now):
        return None
    return second_yes.use(what=What.OPENING, program=membership.program, membership=membership, by=by, now=now)
