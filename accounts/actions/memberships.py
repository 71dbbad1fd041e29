"""Joining a program, being checked, pausing, leaving. Standings change through one door: `move`."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import coordinates
from accounts.actions import trail
from accounts.models import Membership, Program, Role, ScreeningStep, Standing, User
from accounts.refusals import Refusal

OFFERED = (Role.MENTEE, Role.MENTOR)
"""The roles that people may apply for by themselves."""

BY_THEMSELVES = frozenset({Standing.APPLIED, Standing.PAUSED, Standing.LEFT})
"""Where people may bring themselves. APPROVED too, but only back from a pause of their own."""


class Closed(Refusal):
    sentence = _("This program takes nobody new at the moment.")


class NotOffered(Refusal):
    sentence = _("This role cannot be chosen here. Please talk to the coordination of the program.")


class NotSettled(Refusal):
    sentence = _("Please say first that you are 18 or older, and which name to use.")


class AlreadyHere(Refusal):
    sentence = _("You are in this program in this role already.")


class NotYours(Refusal):
    sentence = _("Only the coordination of the program can do this.")


class YourOwn(Refusal):
    sentence = _("Somebody else has to look at your own membership.")


class NotACheck(Refusal):
    sentence = _("A change of standing is not a check.")


class NotChecked(Refusal):
    sentence = _("Please record first what was checked.")


class NotFromHere(Refusal):
    sentence = _("This is not the next step from where the membership stands now. Please look at it again.")


class PausedByCoordination(Refusal):
    sentence = _("The coordination of the program paused this. Please talk to them.")


@transaction.atomic
def apply(*, user: User, program: Program, role: str, now: datetime) -> Membership:
    """Somebody would like to take part; who has left may come back and is looked at again."""
    if not user.is_settled:
        raise NotSettled
    if role not in OFFERED:
        raise NotOffered
    if not Program.objects.filter(pk=program.pk, is_open=True).exists():
        raise Closed
    former = Membership.objects.filter(user=user, program=program, role=role).first()
    if former is None:
        return _begin(user, program, role, now)
    if former.standing != Standing.LEFT:
        raise AlreadyHere
    move(membership=former, to=Standing.APPLIED, by=user, now=now)
    return former


@transaction.atomic
def record_step(*, membership: Membership, kind: str, note: str, by: User, now: datetime) -> ScreeningStep:
    """A coordinator looked at something: a conversation, a reference, a training."""
    if kind not in ScreeningStep.Kind.values or kind == ScreeningStep.Kind.STANDING:
        raise NotACheck
    if membership.user_id == by.pk:
        raise YourOwn
    if not coordinates(by, membership.program):
        raise NotYours
    step = ScreeningStep.objects.create(membership=membership, kind=kind, note=note.strip(), by=by, at=now)
    trail.record(act=trail.Act.CHECKED, by=by, row=step, program=membership.program_id, now=now)
    return step


@transaction.atomic
def move(*, membership: Membership, to: Standing, by: User, now: datetime, note: str = "") -> None:
    """The one door of standings: who may, from where, after which checks; then the row and its log.

    Raises NotFromHere too when somebody else moved it meanwhile."""
    held = Membership.objects.select_related("program").get(pk=membership.pk)
    standing = Standing(held.standing)
    if membership.standing != standing or to not in standing.moves:
        raise NotFromHere
    _check_who(held, to, by)
    if to in {Standing.CHECKED, Standing.APPROVED} and not _is_checked(held):
        raise NotChecked
    claimed = Membership.objects.filter(pk=held.pk, standing=standing).update(standing=to, changed_at=now)
    if not claimed:
        raise NotFromHere
    membership.standing, membership.changed_at = to, now
    _log(membership, to, by, now, note)


def pause(*, membership: Membership, by: User, now: datetime) -> None:
    move(membership=membership, to=Standing.PAUSED, by=by, now=now)


def resume(*, membership: Membership, by: User, now: datetime) -> None:
    """Back from a pause; nobody comes back before they were approved."""
    if membership.standing != Standing.PAUSED:
        raise NotFromHere
    move(membership=membership, to=Standing.APPROVED, by=by, now=now)


def leave(*, membership: Membership, by: User, now: datetime) -> None:
    move(membership=membership, to=Standing.LEFT, by=by, now=now)


def paused_by_themselves(membership: Membership) -> bool:
    """Whether the last pause was the person's own: then it is theirs to end."""
    last = membership.steps.filter(standing=Standing.PAUSED).order_by("-at", "-id").first()
    return last is None or last.by_id == membership.user_id


def _begin(user: User, program: Program, role: str, now: datetime) -> Membership:
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                user=user, program=program, role=role, applied_at=now, changed_at=now
            )
    except IntegrityError:
        raise AlreadyHere from None
    _log(membership, Standing.APPLIED, user, now, "")
    return membership


def _check_who(membership: Membership, to: Standing, by: User) -> None:
    themselves = membership.user_id == by.pk
    if themselves and (to in BY_THEMSELVES or membership.standing == Standing.PAUSED):
        if to == Standing.APPROVED and not paused_by_themselves(membership):
            raise PausedByCoordination
        return
    if themselves:
        raise YourOwn
    if not coordinates(by, membership.program):
        raise NotYours


def _is_checked(membership: Membership) -> bool:
    """Somebody recorded what they looked at since the last application. A pause needs no second look."""
    if membership.standing == Standing.PAUSED:
        return True
    checks = membership.steps.exclude(kind=ScreeningStep.Kind.STANDING)
    applied = membership.steps.filter(standing=Standing.APPLIED).order_by("-at").first()
    return (checks.filter(at__gte=applied.at) if applied else checks).exists()


def _log(membership: Membership, to: Standing, by: User, now: datetime, note: str) -> None:
    """What somebody does about themselves is theirs; what others do about them goes on the trail."""
    step = ScreeningStep.objects.create(
        membership=membership, kind=ScreeningStep.Kind.STANDING, standing=to, note=note.strip(), by=by, at=now
    )
    if by.pk != membership.user_id:
        trail.record(act=trail.Act.MOVED, by=by, row=step, program=membership.program_id, now=now)
