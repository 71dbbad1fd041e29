"""What a worker does for people who leave, and what is tidied up while nobody looks."""

import uuid

from celery import shared_task
from django.utils import timezone

from home import erased, retention
from home.actions import erasures


@shared_task(name=erasures.ERASE)
def erase(erasure_id: str) -> None:
    erasures.carry_out(pk=uuid.UUID(erasure_id), now=timezone.now())


@shared_task(name="home.tasks.sweep")
def sweep() -> None:
    """Every 30 seconds, no arguments."""
    now = timezone.now()
    erasures.announce(now=now)
    erased.forget_old(now)


@shared_task(name="home.tasks.forget")
def forget() -> None:
    """Every hour: what is past its time."""
    retention.forget(now=timezone.now())
