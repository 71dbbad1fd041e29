"""What a worker does for matching: ids in, one action out."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from consent.actions.answers import READ_TEXTS
from matching.actions import blocks, learning, proposals, runs, shortlists, texts, whatifs


@shared_task(name="matching.tasks.execute_run")
def execute_run(run_id: str) -> None:
    runs.execute(run_id=UUID(run_id))


@shared_task(name=blocks.HELP)
def help_run(run_id: str) -> None:
    blocks.help_out(run_id=UUID(run_id))


@shared_task(name="matching.tasks.compute_shortlists")
def compute_shortlists(program_id: str) -> None:
    shortlists.compute(program_id=UUID(program_id))


@shared_task(name=whatifs.ANSWER)
def answer_whatif(whatif_id: str) -> None:
    whatifs.answer(whatif_id=UUID(whatif_id))


@shared_task(name=READ_TEXTS)
def read_texts() -> None:
    """Rung when somebody wrote something, and every 30 seconds: only where there is a text model."""
    texts.read()


@shared_task(name="matching.tasks.sweep")
def sweep() -> None:
    """Every 30 seconds: whatever waits, whoever fell silent, clocks that ran out."""
    now = timezone.now()
    runs.give_back(now=now)
    blocks.sweep(now=now)
    shortlists.give_back(now=now)
    whatifs.give_back(now=now)
    proposals.run_clocks(now=now)
    learning.keep_ends(now=now)
