"""Many yeses at the same moment, on a real PostgreSQL, each with a connection of its own."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, transaction

from accounts.models import Membership, Program, Role
from accounts.refusals import Refusal
from matching.actions import proposals
from matching.models import Proposal
from mentorship.models import Agreement
from tests import cast
from tests.matching.conftest import propose

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
THREADS, ASKS, PLACES = 20, 200, 3
Answer = Callable[[Proposal], object]


def at_once(answer: Answer, asked: list[Proposal]) -> Counter[str]:
    """What each came to: the name of a refusal, of a fault of the database, or “yes”."""
    together = threading.Barrier(THREADS)
    first = threading.local()

    def run(proposal: Proposal) -> str:
        if not hasattr(first, "came"):
            first.came = True
            together.wait(30)
        try:
            answer(proposal)
        except (Refusal, connection.Database.Error) as met:
            return type(met).__name__
        finally:
            connection.close()
        return "yes"

    with ThreadPoolExecutor(THREADS) as threads:
        return Counter(threads.map(run, asked))


@pytest.fixture
def wanted(program: Program) -> Membership:
    return cast.make_member(program, Role.MENTOR, "Sam", capacity=PLACES)


@pytest.fixture
def asked(program: Program, wanted: Membership) -> list[Proposal]:
    mentees = [cast.make_member(program, Role.MENTEE, f"Robin {number}") for number in range(ASKS)]
    return [propose(mentee, wanted) for mentee in mentees]


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """The planted defect: without the promises of the database."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE mentorship_agreement DISABLE TRIGGER USER")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mentorship_agreement")
        cursor.execute("ALTER TABLE mentorship_agreement ENABLE TRIGGER USER")


def test_of_200_yeses_at_once_as_many_count_as_there_are_places(
    asked: list[Proposal], wanted: Membership, now: datetime
) -> None:
    came = at_once(lambda row: proposals.answer(proposal=row, by=wanted, accepted=True, now=now), asked)

    assert came == {"yes": PLACES, "NoPlaceLeft": ASKS - PLACES}
    assert Agreement.objects.filter(mentor=wanted).count() == PLACES
    assert Proposal.objects.filter(state="agreed").count() == PLACES
    assert Proposal.objects.filter(state="published", mentor_yes_at=None).count() == ASKS - PLACES


def test_control_looking_first_and_writing_then_gives_more_than_there_are(
    asked: list[Proposal], wanted: Membership, nothing_kept: None, now: datetime
) -> None:
    seats = itertools.count(1)

    @transaction.atomic
    def naive(proposal: Proposal) -> None:
        if Agreement.objects.filter(mentor=wanted).count() < wanted.capacity:
            seat = {"mentor_seat": next(seats), "mentee_seat": 1}
            Agreement.objects.create(program=proposal.program, mentee=proposal.mentee, mentor=wanted, **seat)

    at_once(naive, asked)

    assert Agreement.objects.filter(mentor=wanted).count() > PLACES


def test_one_mentee_and_many_mentors_who_say_yes_at_once_come_to_one_agreement_without_a_deadlock(
    program: Program, now: datetime
) -> None:
    """Each yes lets go of the other proposals, which others are answering at that moment."""
    mentees = [cast.make_member(program, Role.MENTEE, f"Robin {number}") for number in range(10)]
    mentors = [cast.make_member(program, Role.MENTOR, f"Sam {number}", capacity=10) for number in range(6)]
    rows = [propose(mentee, mentor, origin="run") for mentee in mentees for mentor in mentors]
    Proposal.objects.update(mentee_yes_at=now)

    came = at_once(lambda row: proposals.answer(proposal=row, by=row.mentor, accepted=True, now=now), rows)

    assert set(came) <= {"yes", "NoLongerOpen", "TheyFoundSomebody"}
    assert came["yes"] == Agreement.objects.count() == len(mentees)
    assert Proposal.objects.filter(state="withdrawn").count() == len(rows) - len(mentees)


def test_answers_asks_and_clocks_at_once_meet_no_deadlock(
    asked: list[Proposal], wanted: Membership, now: datetime
) -> None:
    """The clock runs out for all while they are answered: each ends once, one way or the other."""

    def answer_or_sweep(row: Proposal) -> None:
        if row.pk.int % 10:
            proposals.answer(proposal=row, by=wanted, accepted=bool(row.pk.int % 2), now=now)
        else:
            proposals.run_clocks(now=now)

    came = at_once(answer_or_sweep, asked[:60])

    assert set(came) <= {"yes", "NoLongerOpen", "NoPlaceLeft"}
    assert Agreement.objects.filter(mentor=wanted).count() <= PLACES
    assert Proposal.objects.filter(state="agreed").count() == Agreement.objects.count()
