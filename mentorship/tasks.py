"""What a worker does for agreements, every 30 seconds: rows that are due, no arguments."""

from celery import shared_task
from django.utils import timezone

from mentorship.actions import agreements, reviews


@shared_task(name="mentorship.tasks.sweep")
def sweep() -> None:
    now = timezone.now()
    agreements.end_where_somebody_left(now=now)
    reviews.remind(now=now)
