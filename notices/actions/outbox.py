"""The outbox. What is to be said is written down here, in the transaction of what happened, and sent by a worker."""

import logging
import uuid
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from config.celery import ring
from consent.letters import seal_letter
from consent.sealing import Unopenable
from notices import letters
from notices.models import Notice
from notices.queries import untold_standings

logger = logging.getLogger("kindred.outbox")

SEND = "notices.tasks.send"
STALE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
TRIES = 12
# A code is of no use after a quarter of an hour.
MOST_TRIES: dict[str, int] = {Notice.Kind.ACCOUNT: 5}
NOTHING_KEPT: dict[str, Any] = {"address": "", "sealed": b""}


def queue(
    *,
    to: User,
    kind: Notice.Kind,
    now: datetime,
    about: uuid.UUID | None = None,
    once: str = "",
    due_at: datetime | None = None,
) -> Notice | None:
    """One message to one person. `once` names the occasion: a repeat does nothing and gives None."""
    row = Notice(to=to, kind=kind, about=about, once=once, due_at=due_at or now, created_at=now)
    return _add(row, now)


def queue_mail(*, address: str, subject: str, body: str, now: datetime) -> Notice:
    """Account mail, such as a code: sealed until it is sent, and gone once it was."""
    row = Notice(address=address, kind=Notice.Kind.ACCOUNT, due_at=now, created_at=now)
    row.sealed = seal_letter(row.pk, {"subject": subject, "body": body})
    row.save(force_insert=True)
    ring(SEND, str(row.pk))
    return row


@transaction.atomic
def _add(row: Notice, now: datetime) -> Notice | None:
    """The database decides which of two repeats came first."""
    added = Notice.objects.bulk_create([row], ignore_conflicts=bool(row.once))[0]
    if row.once and not Notice.objects.filter(pk=row.pk).exists():
        return None
    if row.due_at <= now:
        ring(SEND, str(row.pk))
    return added


def tell_standings(*, now: datetime) -> None:
    """Approved, paused or let go by the coordination: said once, however often this runs."""
    for step in untold_standings(now):
        queue(to=step.membership.user, kind=Notice.Kind.MEMBERSHIP, about=step.pk, once=f"standing:{step.pk}", now=now)


def deliver(*, pk: uuid.UUID, now: datetime) -> bool:
    """Send one notice that is due, if nobody else is at it. False only if the mail system did not take it."""
    notice = _claim(pk, now)
    if notice is None:
        return True
    if not letters.address_of(notice):
        _give_up(notice)
        return True
    try:
        letters.compose(notice).send()
    except Unopenable:
        logger.error("a notice was given up: none of our keys opens it")
        _give_up(notice)
        return True
    except (SMTPException, OSError) as error:
        _put_off(notice, now, error)
        return False
    _release(notice, state=Notice.State.SENT, sent_at=now, **NOTHING_KEPT)
    return True


def give_back(now: datetime) -> int:
    """Notices whose sender died in between wait again. One that had just been sent goes out a second time, under the
    same message id: better twice than never."""
    stale = Notice.objects.filter(state=Notice.State.SENDING, claimed_at__lt=now - STALE)
    return stale.update(state=Notice.State.WAITING, claimed_at=None)


def _claim(pk: uuid.UUID, now: datetime) -> Notice | None:
    """One of however many workers gets it."""
    waiting = Notice.objects.filter(pk=pk, state=Notice.State.WAITING, due_at__lte=now)
    if waiting.update(state=Notice.State.SENDING, claimed_at=now, tries=F("tries") + 1) != 1:
        return None
    return Notice.objects.select_related("to").get(pk=pk)


def _put_off(notice: Notice, now: datetime, error: Exception) -> None:
    if notice.tries >= MOST_TRIES.get(notice.kind, TRIES):
        logger.warning("a notice was given up after %d tries (%s)", notice.tries, type(error).__name__)
        _give_up(notice)
        return
    pause = min(FIRST_PAUSE * 2 ** (notice.tries - 1), LONGEST_PAUSE)
    _release(notice, state=Notice.State.WAITING, due_at=now + pause)


def _give_up(notice: Notice) -> None:
    _release(notice, state=Notice.State.GIVEN_UP, **NOTHING_KEPT)


def _release(notice: Notice, **values: Any) -> None:
    """Only while the claim is still ours: it may have been given back to somebody else."""
    ours = Notice.objects.filter(pk=notice.pk, state=Notice.State.SENDING, claimed_at=notice.claimed_at)
    ours.update(claimed_at=None, **values)
