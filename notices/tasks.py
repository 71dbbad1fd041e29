"""What a worker does with the outbox: ids in, one action out."""

import uuid

from celery import shared_task
from django.utils import timezone

from notices.actions import outbox
from notices.queries import due

FAILURES = 3
"""After so many in a row the mail system is away: the rest waits for the next sweep."""


@shared_task(name="notices.tasks.send")
def send(notice_id: str) -> None:
    outbox.deliver(pk=uuid.UUID(notice_id), now=timezone.now())


@shared_task(name="notices.tasks.sweep")
def sweep() -> None:
    """Whatever no bell was heard for, or did not go out the first time."""
    outbox.tell_standings(now=timezone.now())
    outbox.give_back(timezone.now())
    failures = 0
    for pk in due(timezone.now()):
        failures = 0 if outbox.deliver(pk=pk, now=timezone.now()) else failures + 1
        if failures == FAILURES:
            return
