"""Two workers who come for the same lists at the same moment, on a real PostgreSQL."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import Membership, Program
from matching import queries
from matching.actions import claims, shortlists
from matching.models import Shortlist
from tests.cast import NOW

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def joined(program_id: uuid.UUID) -> QuerySet[Shortlist]:
    """The planted defect: the same lists, found through a join."""
    return Shortlist.objects.filter(mentee__program=program_id)


def taken_by_two(rows: QuerySet[Shortlist]) -> int:
    """How many of two workers hold a claim, of whom the second has to wait until the first has written its own."""
    first_wrote = threading.Event()

    def first() -> uuid.UUID | None:
        with transaction.atomic():
            claim = claims.take(rows, NOW)
            first_wrote.set()
            waiting.wait(30)
        connection.close()
        return claim

    def second() -> uuid.UUID | None:
        first_wrote.wait(30)
        threading.Timer(0.5, waiting.set).start()
        claim = claims.take(rows, NOW)
        connection.close()
        return claim

    waiting = threading.Event()
    with ThreadPoolExecutor(2) as workers:
        return sum(claim.result() is not None for claim in [workers.submit(first), workers.submit(second)])


def test_lists_are_claimed_by_one_of_two_workers(program: Program, mentee: Membership):
    shortlists.want(mentee=mentee, now=NOW)

    assert taken_by_two(queries.lists_of(program.pk)) == 1


def test_control_through_a_join_both_would_claim_them(program: Program, mentee: Membership):
    shortlists.want(mentee=mentee, now=NOW)

    assert taken_by_two(joined(program.pk)) == 2
