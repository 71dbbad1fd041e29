"""Telling the coordination that somebody needs care or did harm.

Who is told about it is decided above, where notices are: `home.actions.concerns`."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import coordinates
from accounts.actions import trail
from accounts.models import Membership, Program, Standing, User
from accounts.refusals import Refusal
from consent.letters import open_letter, seal_letter
from safety.models import Concern


class WordsMissing(Refusal):
    sentence = _("Please write a few words, so that the coordination knows what this is about.")


class NotHere(Refusal):
    sentence = _("Only people of the program can write to its coordination.")


class NotYours(Refusal):
    sentence = _("Only the coordination of the program can do this.")


@transaction.atomic
def raise_concern(*, program: Program, by: User, about: User | None, words: str, now: datetime) -> Concern:
    """Words for the coordination alone; `about` is somebody in particular, or nobody."""
    if not words.strip():
        raise WordsMissing
    here = Membership.objects.filter(program=program).exclude(standing=Standing.LEFT)
    if not here.filter(user=by).exists():
        raise NotHere
    pk = uuid.uuid4()
    sealed = seal_letter(pk, words.strip())
    return Concern.objects.create(pk=pk, program=program, by=by, about=about, sealed=sealed, at=now)


def words_of(*, concern: Concern, by: User) -> str:
    """What was written, for those whom it is for."""
    _check_who(concern, by)
    return str(open_letter(concern.pk, bytes(concern.sealed)))


@transaction.atomic
def handle(*, concern: Concern, by: User, now: datetime) -> None:
    """Somebody took care of it. The first one counts."""
    _check_who(concern, by)
    handled = {"state": Concern.State.HANDLED, "handled_by": by, "handled_at": now}
    if Concern.objects.filter(pk=concern.pk, state=Concern.State.OPEN).update(**handled):
        concern.state, concern.handled_by, concern.handled_at = Concern.State.HANDLED, by, now
        trail.record(act=trail.Act.CONCERN_HANDLED, by=by, row=concern, program=concern.program_id, now=now)


def _check_who(concern: Concern, by: User) -> None:
    if concern.about_id == by.pk or not coordinates(by, concern.program):
        raise NotYours
