"""What is tidied up while nobody looks."""

from celery import shared_task
from django.utils import timezone

from accounts.actions import people


@shared_task(name="accounts.tasks.forget_unfinished")
def forget_unfinished() -> None:
    people.forget_unfinished(now=timezone.now())
