"""How a worker takes a row that waits, shows that it is alive, and how a row is given back when it is not.

The row is the queue. A claim is a number that only its worker knows: whoever writes with a claim that no longer stands
in the row has lost it, and writes nothing."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from matching.models import MatchRun, RunBlock, Shortlist, WhatIf

Clock = Callable[[], datetime]
Queue = QuerySet[MatchRun] | QuerySet[Shortlist] | QuerySet[WhatIf]

MOST_TRIES = 3
BEAT = timedelta(seconds=1)


class Lost(Exception):
    """Somebody else has the row now, or it was called off: there is nothing more to do."""


def take(waiting: Queue | QuerySet[RunBlock], now: datetime) -> uuid.UUID | None:
    """Claim all of these rows that still wait; None if there are none."""
    claim = uuid.uuid4()
    taken = waiting.filter(state="queued").update(state="running", claim=claim, beat_at=now, tries=F("tries") + 1)
    return claim if taken else None


def silent(rows: QuerySet, now: datetime) -> QuerySet:
    """Those whose worker has given no sign of life for too long."""
    return rows.filter(state="running", beat_at__lt=now - timedelta(seconds=settings.STALE_SECONDS))


def give_back(rows: Queue, now: datetime) -> int:
    """Rows whose worker has fallen silent wait again, or stop after so many tries. How many wait again."""
    stale = silent(rows, now)
    stale.filter(tries__gte=MOST_TRIES).update(state="failed", claim=None)
    return stale.filter(tries__lt=MOST_TRIES).update(state="queued", claim=None)


class Beat:
    """A sign of life at most once a second, with how far the work has come. Raises Lost when the claim is gone."""

    def __init__(self, rows: Queue, claim: uuid.UUID, clock: Clock = timezone.now) -> None:
        self.rows, self.claim, self.clock = rows.filter(claim=claim, state="running"), claim, clock
        self.last = clock()
        self.counted: dict[str, int] = {}

    def __call__(self, done: int, of: int) -> None:
        if self.rows.model is not Shortlist:
            self.counted = {"done": done, "of": of}
        self.again()

    def again(self) -> None:
        """While others do the work."""
        now = self.clock()
        if now - self.last < BEAT:
            return
        self.last = now
        if not self.rows.update(beat_at=now, **self.counted):
            raise Lost
