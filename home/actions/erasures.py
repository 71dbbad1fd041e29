"""Erasing oneself: asked for, taken back, and worked off once it is due. What goes is in `home.actions.traces`."""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Program, Role, Standing, User
from accounts.refusals import Refusal
from config.celery import ring
from home import erased
from home.actions import traces
from home.models import Erasure, Tally
from matching.actions import proposals
from matching.models import Proposal
from mentorship.actions import agreements, places
from mentorship.models import Agreement
from notices.actions import outbox
from notices.models import Notice

logger = logging.getLogger("kindred.erasures")

ERASE = "home.tasks.erase"
COOLING_OFF = timedelta(days=7)


class OnlyCoordinator(Refusal):
    """Somebody has to look after the people of a program."""

    sentence = _(
        "Nobody but you coordinates %(program)s, and people there count on it. Please find somebody who takes over "
        "first; whoever runs this place can let them in."
    )

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.program = program

    def __str__(self) -> str:
        return str(self.sentence) % {"program": self.program.name}


class Begun(Refusal):
    sentence = _("This has begun already and cannot be taken back any more.")


@transaction.atomic
def ask(*, user: User, now: datetime, at_once: bool = False) -> Erasure:
    """Erase somebody in a week, or as soon as a worker gets to it. They are told, so that nobody else can do this
    behind their back; asking again changes nothing but that it may come at once. Raises OnlyCoordinator."""
    for program in looked_after_alone(user):
        raise OnlyCoordinator(program)
    due_at = now if at_once else now + COOLING_OFF
    row, asked = Erasure.objects.get_or_create(user=user, defaults={"asked_at": now, "due_at": due_at})
    if at_once:
        Erasure.objects.filter(pk=row.pk, due_at__gt=now).update(due_at=now)
        ring(ERASE, str(row.pk))
    elif asked:
        outbox.queue(to=user, kind=Notice.Kind.MEMBERSHIP, about=row.pk, once=f"erasure:{row.pk}", now=now)
    return row


def take_back(*, user: User) -> None:
    """Stay after all; a second time does nothing. Raises Begun."""
    Erasure.objects.filter(user=user, begun_at=None).delete()
    if Erasure.objects.filter(user=user).exists():
        raise Begun


@transaction.atomic
def announce(*, now: datetime) -> int:
    """Ring for each who is due: a task for each, so that a fault with one keeps nobody else waiting. How many."""
    due = list(Erasure.objects.filter(due_at__lte=now).order_by("due_at", "id").values_list("pk", flat=True))
    for pk in due:
        ring(ERASE, str(pk))
    return len(due)


def carry_out(*, pk: uuid.UUID, now: datetime) -> bool:
    """Erase one who is due. From `begun_at` on there is no way back, so that who is remembered as erased will be;
    whoever finds a row that was begun and left goes on with it."""
    rows = Erasure.objects.filter(pk=pk, due_at__lte=now)
    rows.filter(begun_at=None).update(begun_at=now)
    row = rows.select_related("user").first()
    return row is not None and erase(user=row.user, now=now)


def erase(*, user: User, now: datetime) -> bool:
    """Remember it outside the database, then let go of everything at once. False if somebody else just did."""
    erased.remember(user.pk, now)
    with transaction.atomic():
        _hold(user)
        if not User.objects.select_for_update(no_key=True).filter(pk=user.pk).exists():
            return False
        _part(user, now)
        traces.remove(user=user)
        Tally.objects.get_or_create(pk=1)
        Tally.objects.filter(pk=1).update(erased=F("erased") + 1)
    logger.info("somebody was erased")
    return True


def replay(*, now: datetime) -> int:
    """Erase again whoever is here though they are remembered as erased: the database is older than that. How many."""
    known = erased.remembered()
    back = [user for user in User.objects.order_by("pk").iterator() if erased.is_among(user.pk, known)]
    return sum(erase(user=user, now=now) for user in back)


def looked_after_alone(user: User) -> list[Program]:
    """Programs with people in them that nobody else coordinates."""
    approved = Membership.objects.filter(role=Role.COORDINATOR, standing=Standing.APPROVED, user__is_active=True)
    theirs = Program.objects.filter(pk__in=approved.filter(user=user).values("program"))
    alone = theirs.exclude(pk__in=approved.exclude(user=user).values("program"))
    others = Membership.objects.exclude(user=user).exclude(standing=Standing.LEFT)
    return list(alone.filter(pk__in=others.values("program")).order_by("name", "id"))


def _hold(user: User) -> None:
    """Everybody whom something connects with them, in the one order in which people are held."""
    between = Q(mentee__user=user) | Q(mentor__user=user)
    sides = ("mentee__user", "mentor__user")
    pairs = [
        *Agreement.objects.filter(between).values_list(*sides),
        *Proposal.objects.filter(between).values_list(*sides),
    ]
    places.hold_people(user.pk, *{person for pair in pairs for person in pair})


def _part(user: User, now: datetime) -> None:
    """What lasts ends first, and who was in it is told as of every other end."""
    between = Q(mentee__user=user) | Q(mentor__user=user)
    for agreement in Agreement.objects.filter(between, state__in=Agreement.State.holding()).order_by("id"):
        agreements.end(agreement=agreement, by=user, now=now)
    waiting = Proposal.objects.filter(between, state__in=Proposal.State.open())
    for proposal in waiting.select_related("mentee", "mentor").order_by("id"):
        proposals.part(proposal=proposal, by=user, now=now)
