"""A second yes: what one coordinator alone should not be able to do, another of the same program agrees to first."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.access import is_coordinator
from accounts.actions import trail
from accounts.models import Membership, Program, User
from accounts.refusals import Refusal
from consent.models import SecondYes
from notices.actions import outbox
from notices.models import Notice

GOOD_FOR = timedelta(days=1)
What = SecondYes.What
State = SecondYes.State


class NotYours(Refusal):
    sentence = _("Only a coordinator of this program can do that.")


class ReasonMissing(Refusal):
    sentence = _("Please say why. The people whom it is about will read it.")


class NobodyElse(Refusal):
    sentence = _(
        "You are the only coordinator of this program, so nobody can give a second yes. Please ask whoever runs this "
        "service to make somebody else a coordinator, too. If somebody is in danger now, call the help lines."
    )


class YourOwn(Refusal):
    sentence = _("You asked for this yourself. Somebody else has to say yes.")


class AboutYou(Refusal):
    sentence = _("This is about your own answers. Another coordinator has to look at it.")


class TooLate(Refusal):
    sentence = _("This has been answered already, or its day is over. It can be asked for anew.")


class Missing(Refusal):
    sentence = _("Another coordinator has to say yes first.")


@transaction.atomic
def ask(
    *, what: What, program: Program, by: User, reason: str, now: datetime, membership: Membership | None = None
) -> SecondYes:
    """Ask the other coordinators; what was asked already and still counts is not asked twice."""
    _check_asking(program, by, reason)
    about = {"what": what, "program": program, "membership": membership, "asked_by": by}
    live = SecondYes.objects.filter(**about, state__in=[State.WAITING, State.GIVEN], until__gt=now).first()
    if live:
        return live
    row = SecondYes.objects.create(**about, reason=reason.strip(), asked_at=now, until=now + GOOD_FOR)
    trail.record(act=trail.Act.YES_ASKED, by=by, row=row, program=program, now=now)
    for colleague in _colleagues(program, by, membership):
        outbox.queue(to=colleague, kind=Notice.Kind.CONCERN, about=row.pk, now=now)
    return row


@transaction.atomic
def answer(*, row: SecondYes, by: User, yes: bool, now: datetime) -> None:
    """A colleague says yes or no. The first answer counts; a yes is good for a day."""
    _check_answering(row, by)
    said = {"state": State.GIVEN if yes else State.REFUSED, "answered_by": by, "answered_at": now}
    waiting = SecondYes.objects.filter(pk=row.pk, state=State.WAITING, until__gt=now)
    if not waiting.update(**said, until=now + GOOD_FOR):
        raise TooLate
    act = trail.Act.YES_GIVEN if yes else trail.Act.YES_REFUSED
    trail.record(act=act, by=by, row=row, program=row.program_id, now=now)


@transaction.atomic
def use(*, what: What, program: Program, by: User, now: datetime, membership: Membership | None = None) -> SecondYes:
    """Take up a yes that was given, once. Raises Missing where there is none."""
    row = given(what=what, program=program, by=by, now=now, membership=membership)
    if row is None:
        raise Missing
    if not SecondYes.objects.filter(pk=row.pk, state=State.GIVEN).update(state=State.USED, used_at=now):
        raise Missing
    return row


def given(
    *, what: What, program: Program, by: User, now: datetime, membership: Membership | None = None
) -> SecondYes | None:
    """A yes that somebody has now and did not use yet, from whoever still coordinates."""
    about = {"what": what, "program": program, "membership": membership, "asked_by": by, "state": State.GIVEN}
    row = SecondYes.objects.filter(**about, until__gt=now).select_related("answered_by").order_by("-until").first()
    return row if row and row.answered_by and is_coordinator(row.answered_by, program) else None


def _check_asking(program: Program, by: User, reason: str) -> None:
    if not is_coordinator(by, program):
        raise NotYours
    if not reason.strip():
        raise ReasonMissing
    if not queries.coordinators(program).exclude(pk=by.pk).exists():
        raise NobodyElse


def _check_answering(row: SecondYes, by: User) -> None:
    if not is_coordinator(by, row.program):
        raise NotYours
    if row.asked_by_id == by.pk:
        raise YourOwn
    if row.membership and row.membership.user_id == by.pk:
        raise AboutYou


def _colleagues(program: Program, by: User, membership: Membership | None) -> list[User]:
    """Who may answer."""
    apart = [by.pk, *([membership.user_id] if membership else [])]
    return list(queries.coordinators(program).exclude(pk__in=apart))
