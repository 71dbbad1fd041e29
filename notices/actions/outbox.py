"""The outbox. What is to be said is written down here, in the transaction of what happened, and sent by a worker."""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import getaddresses
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from config.celery import ring
from consent.letters import seal_letter
from consent.sealing import Unopenable
from notices import letters
from notices.models import Manner, Notice
from notices.queries import manner_of, untold_standings

logger = logging.getLogger("kindred.outbox")

SEND = "notices.tasks.send"
STALE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
TRIES = 12
# A code is of no use after a quarter of an hour.
MOST_TRIES: dict[str, int] = {Notice.Kind.ACCOUNT: 5}
NOTHING_KEPT: dict[str, Any] = {"address": "", "sealed": b""}
COPIES = {"to", "cc", "bcc"}


class NotOneRecipient(Exception):
    """An envelope that others would read their names on is not handed over."""


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
    waiting = _waiting(now).select_related("to__manner").filter(pk=pk).first()
    if waiting is None or not _has_its_time(waiting, now):
        return True
    claim = _claim(waiting, now)
    return claim is None or _send(claim, now)


def give_back(now: datetime) -> int:
    """Notices whose sender died in between wait again. One that had just been sent goes out a second time, under the
    same message id: better twice than never."""
    stale = Notice.objects.filter(state=Notice.State.SENDING, claimed_at__lt=now - STALE)
    return stale.update(state=Notice.State.WAITING, claimed_at=None)


@dataclass(frozen=True)
class Claim:
    """What goes out as one mail: one notice, or all that waited for somebody's day."""

    notice: Notice
    pks: list[uuid.UUID]
    at: datetime

    def release(self, **values: Any) -> None:
        """Only while it is still ours: it may have been given back to somebody else."""
        ours = Notice.objects.filter(pk__in=self.pks, state=Notice.State.SENDING, claimed_at=self.at)
        ours.update(claimed_at=None, **values)

    def give_up(self) -> None:
        self.release(state=Notice.State.GIVEN_UP, **NOTHING_KEPT)


def _waiting(now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(state=Notice.State.WAITING, due_at__lte=now)


def _has_its_time(notice: Notice, now: datetime) -> bool:
    """Whether its person wants it now. What somebody waits for at the sign-in page always has."""
    if notice.to is None:
        return True
    manner, still = manner_of(notice.to), _waiting(now).filter(pk=notice.pk)
    if manner.often == Manner.Often.NEVER:
        still.update(state=Notice.State.GIVEN_UP, **NOTHING_KEPT)
        return False
    earliest = manner.earliest(notice.created_at, now)
    if earliest > now:
        still.update(due_at=earliest)
    return earliest <= now


def _claim(notice: Notice, now: datetime) -> Claim | None:
    """One of however many workers gets it."""
    if notice.to and manner_of(notice.to).often == Manner.Often.DAILY:
        pks = _claim_day(notice.to, notice.created_at, now)
    else:
        pks = [notice.pk] * _mark(_waiting(now).filter(pk=notice.pk), now)
    return Claim(Notice.objects.select_related("to__manner").get(pk=pks[0]), pks, now) if pks else None


@transaction.atomic
def _claim_day(user: User, created_at: datetime, now: datetime) -> list[uuid.UUID]:
    """All that waits for somebody; nothing while another worker is at it, or once it was sent."""
    manner = Manner.objects.select_for_update().select_related("user").get(user=user)
    theirs = Notice.objects.filter(to=user)
    if theirs.filter(state=Notice.State.SENDING).exists() or manner.earliest(created_at, now) > now:
        return []
    pks = list(_waiting(now).filter(to=user).order_by("pk").values_list("pk", flat=True))
    _mark(theirs.filter(pk__in=pks), now)
    return pks


def _mark(rows: QuerySet[Notice], now: datetime) -> int:
    return rows.update(state=Notice.State.SENDING, claimed_at=now, tries=F("tries") + 1)


def _send(claim: Claim, now: datetime) -> bool:
    if not letters.address_of(claim.notice):
        claim.give_up()
        return True
    try:
        _hand_over(letters.compose(claim.notice))
    except (Unopenable, NotOneRecipient) as error:
        logger.error("a notice was given up (%s)", type(error).__name__)
        claim.give_up()
        return True
    except (SMTPException, OSError) as error:
        _put_off(claim, now, error)
        return False
    _record(claim, now)
    return True


def _hand_over(letter: EmailMessage) -> None:
    """The one place that mail leaves from: one envelope, one recipient, nobody copied."""
    copied = letter.cc or letter.bcc or COPIES & {name.lower() for name in letter.extra_headers}
    if copied or len(getaddresses(letter.recipients())) != 1:
        raise NotOneRecipient
    letter.send()


@transaction.atomic
def _record(claim: Claim, now: datetime) -> None:
    claim.release(state=Notice.State.SENT, sent_at=now, **NOTHING_KEPT)
    Manner.objects.filter(user=claim.notice.to_id, often=Manner.Often.DAILY).update(told_at=now)


def _put_off(claim: Claim, now: datetime, error: Exception) -> None:
    tries = claim.notice.tries
    if tries >= MOST_TRIES.get(claim.notice.kind, TRIES):
        logger.warning("a notice was given up after %d tries (%s)", tries, type(error).__name__)
        claim.give_up()
        return
    pause = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
    claim.release(state=Notice.State.WAITING, due_at=now + pause)
