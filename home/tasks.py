"""What is tidied up while nobody looks."""

from celery import shared_task
from django.utils import timezone

from home import retention


@shared_task(name="home.tasks.forget")
def forget() -> None:
    """Every hour: what is past its time."""
    retention.forget(now=timezone.now())
