"""Two saves at the same moment: one row, and the grants of one of them whole."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection

from accounts.models import Membership
from consent import gate
from consent.actions import answers
from consent.models import Answer, Grant, LedgerEntry
from consent.purposes import Reach
from tests.cast import NOW, chosen

pytestmark = pytest.mark.django_db(transaction=True)
REACHES = [Reach.ONLY_ME, Reach.HELP_MATCH, Reach.MATCHED, Reach.SUGGESTED] * 2


def save(member: Membership, reach: Reach) -> None:
    answers.save(membership=member, facet="values", value=chosen("honesty"), reach=reach, language="en", now=NOW)


def naive(member: Membership, reach: Reach) -> None:
    """Looks first and writes then, and nobody waits for anybody."""
    found = Answer.objects.filter(membership=member, facet="values").first()
    together.wait(timeout=20)
    answer = found or Answer(membership=member, facet="values", sealed=gate.seal_answer(member.pk, "values", chosen()))
    answer.save()
    Grant.objects.bulk_create(
        Grant(answer=answer, purpose=purpose, notice="n", language="en") for purpose in reach.purposes
    )


together = threading.Barrier(len(REACHES))


def at_once(write: Callable[[Membership, Reach], None], member: Membership) -> list[str]:
    failed: list[str] = []

    def run(reach: Reach) -> None:
        try:
            write(member, reach)
        except IntegrityError as error:
            failed.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[reach]) for reach in REACHES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return failed


def test_eight_saves_at_once_leave_one_answer_and_whole_grants(mentee):
    failed = at_once(save, mentee)

    answer = Answer.objects.get(membership=mentee)
    live = frozenset(answer.grants.values_list("purpose", flat=True))
    assert failed == []
    assert live in {frozenset(map(str, reach.purposes)) for reach in Reach}
    assert live == standing_by_the_ledger(mentee)


def standing_by_the_ledger(member: Membership) -> frozenset[str]:
    """What is granted if the entries are read in their order."""
    live: set[str] = set()
    for entry in LedgerEntry.objects.filter(membership_id=member.pk).order_by("id"):
        (live.add if entry.event == "granted" else live.discard)(entry.purpose)
    return frozenset(live)


def test_looking_first_and_writing_then_is_caught(mentee):
    assert at_once(naive, mentee)
