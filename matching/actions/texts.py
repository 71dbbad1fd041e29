"""Free texts that the text model reads once, so that two may be alike without sharing a word.

An answer without numbers is the queue. Two workers may read the same one: they find the same, and write it once. A text
that was changed, or taken back from matching, while it was read is left as it is. Only here is the model loaded."""

from time import monotonic

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import Membership
from consent import gate, queries, vocabulary
from consent.models import Answer
from consent.purposes import Purpose

PAGE = 200
PATIENCE = 20.0
"""Seconds, less than from one sweep to the next: what is left then is the next one's."""


def read() -> int:
    """Read what is due, the oldest first. How many texts have numbers now."""
    if not settings.TEXT_MODEL:
        return 0
    from matching.engine import meaning  # here, so that only workers load the model

    model, begun, written = meaning.label(settings.TEXT_MODEL), monotonic(), 0
    due = queries.unread_texts(vocabulary.load().texts, model)
    while monotonic() - begun < PATIENCE and (page := list(due[:PAGE])):
        read_now = _read(page, model)
        if not read_now:
            break
        written += read_now
    return written


def _read(page: list[Answer], model: str) -> int:
    from matching.engine import meaning

    people = Membership.objects.filter(pk__in={answer.membership_id for answer in page})
    opened = gate.read(Purpose.MATCH, people, facets={answer.facet for answer in page})
    still = [answer for answer in page if answer.facet in opened[answer.membership_id]]
    written = [str(opened[answer.membership_id][answer.facet]) for answer in still]
    found = meaning.numbers(written, settings.TEXT_MODEL)
    return sum(
        _unchanged(answer).update(
            numbers=gate.seal_numbers(answer.membership_id, answer.facet, model, numbers), model=model
        )
        for answer, numbers in zip(still, found, strict=True)
    )


def _unchanged(answer: Answer) -> QuerySet[Answer]:
    return Answer.objects.filter(pk=answer.pk, sealed=answer.sealed, grants__purpose=Purpose.MATCH)
