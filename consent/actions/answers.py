"""What a person says about themselves, and how far each answer may travel."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Standing
from accounts.refusals import Refusal
from config.celery import ring
from consent import gate, notice, queries, vocabulary
from consent.actions import grants
from consent.facets import Facet
from consent.models import Answer, LedgerEntry, Wish
from consent.purposes import Purpose, Reach

READ_TEXTS = "matching.tasks.read_texts"
"""Only a bell: the answer without numbers is the queue."""


class NotAsked(Refusal):
    sentence = _("This question is not asked here. Your other answers are as they were.")


class NothingSaid(Refusal):
    sentence = _("There is nothing here yet. Say something, or skip the question.")


class NothingToShare(Refusal):
    sentence = _("You have not answered this question, so there is nothing that could travel.")


class HasLeft(Refusal):
    sentence = _("You have left this program. You can still take back what you said, but not add to it.")


@transaction.atomic
def save(
    *,
    membership: Membership,
    facet: str,
    value: Any,
    reach: Reach,
    language: str,
    now: datetime,
    circles: bool | None = None,
    statistics: bool | None = None,
) -> Answer:
    """Keep an answer and how far it may travel. `circles` and `statistics` stay as they are where not given.

    Raises NotAsked, NothingSaid, HasLeft; AnswerError where the value does not fit the facet."""
    held = hold(membership)
    if held.standing == Standing.LEFT:
        raise HasLeft
    asked = facet_asked(held, facet)
    cleaned = asked.clean(value)
    if asked.is_empty(cleaned):
        raise NothingSaid
    answer = Answer.objects.filter(membership=held, facet=facet).first() or Answer(membership=held, facet=facet)
    anew = gate.own_value(answer) != cleaned
    if anew:
        answer.kind, answer.sealed, answer.saved_at = Answer.Kind.GIVEN, gate.seal_answer(held.pk, facet, cleaned), now
        answer.drop_numbers()
        answer.save()
    _let_travel(held, answer, reach, circles, statistics, anew=anew, language=language, now=now)
    return answer


@transaction.atomic
def skip(*, membership: Membership, facet: str, now: datetime) -> None:
    """Pass over a question. What was said before stays as it is."""
    held = hold(membership)
    facet_asked(held, facet)
    Answer.objects.get_or_create(membership=held, facet=facet, defaults={"kind": Answer.Kind.SKIPPED, "saved_at": now})


@transaction.atomic
def not_say(*, membership: Membership, facet: str, now: datetime) -> None:
    """Prefer not to say: an answer given before is gone, with all its grants."""
    held = hold(membership)
    facet_asked(held, facet)
    answer = Answer.objects.filter(membership=held, facet=facet).first() or Answer(membership=held, facet=facet)
    if answer.sealed:
        grants.end(answer=answer, grants=answer.grants.all(), now=now)
    answer.kind, answer.sealed, answer.saved_at = Answer.Kind.NOT_SAID, b"", now
    answer.drop_numbers()
    answer.save()


@transaction.atomic
def set_reach(
    *,
    membership: Membership,
    facet: str,
    reach: Reach,
    language: str,
    now: datetime,
    circles: bool | None = None,
    statistics: bool | None = None,
) -> None:
    """Change how far an answer may travel; what was said stays. Raises NothingToShare."""
    held = hold(membership)
    answer = Answer.objects.filter(membership=held, facet=facet, kind=Answer.Kind.GIVEN).first()
    if answer is None:
        raise NothingToShare
    _let_travel(held, answer, reach, circles, statistics, anew=False, language=language, now=now)


@transaction.atomic
def forget(*, membership: Membership, facet: str, now: datetime) -> None:
    """Take an answer back, as if the question had never been asked."""
    for answer in Answer.objects.filter(membership=hold(membership), facet=facet):
        grants.end(answer=answer, grants=answer.grants.all(), now=now)
        answer.delete()


@transaction.atomic
def keep_to_self(*, membership: Membership, now: datetime) -> None:
    """Withdraw every grant and consent of a membership at once. The answers stay, for the person alone; wishes act
    nowhere but on the person's own list and where a coordinator matches."""
    held = hold(membership)
    for answer in Answer.objects.filter(membership=held).prefetch_related("grants").order_by("facet"):
        grants.end(answer=answer, grants=answer.grants.all(), now=now)
    for consent in grants.consents_of(held):
        grants.end_consent(consent=consent, now=now)
    for wish in Wish.objects.filter(membership=held, on_lists=True).order_by("facet", "id"):
        wish.on_lists = False
        wish.save(update_fields=["on_lists"])
        grants.record(
            membership_id=held.pk,
            facet=queries.WISH + wish.facet,
            purposes=[Purpose.SHOW_SUGGESTED],
            event=LedgerEntry.Event.WITHDRAWN,
            notice=notice.version_for(held.program),
            language=held.user.language,
            now=now,
        )


def hold(membership: Membership) -> Membership:
    """The membership, locked until the end of the transaction: one person's answers are written one after the other."""
    rows = Membership.objects.select_related("program", "user").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=membership.pk)


def facet_asked(membership: Membership, key: str) -> Facet:
    for facet in vocabulary.for_program(membership.program.vocabulary).asked_of(membership.role):
        if facet.key == key:
            return facet
    raise NotAsked


def _let_travel(
    held: Membership,
    answer: Answer,
    reach: Reach,
    circles: bool | None,
    statistics: bool | None,
    *,
    anew: bool,
    language: str,
    now: datetime,
) -> None:
    """What is kept to oneself is not counted either."""
    live = {Purpose(grant.purpose) for grant in answer.grants.all()}
    counted = statistics if reach != Reach.ONLY_ME else False
    beside = {Purpose.CIRCLES: circles, Purpose.STATISTICS: counted}
    kept = {purpose for purpose, wanted in beside.items() if wanted or (wanted is None and purpose in live)}
    grants.settle(
        answer=answer,
        wanted=Reach(reach).purposes | kept,
        anew=anew,
        notice=notice.version_for(held.program),
        language=language,
        now=now,
    )
    if settings.TEXT_MODEL and not answer.model and answer.facet in vocabulary.load().texts:
        ring(READ_TEXTS)
