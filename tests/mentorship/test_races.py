"""Several at the same moment, on a real PostgreSQL. Each promise has a control that shows how it would break."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from accounts.models import Role
from accounts.refusals import Refusal
from config.triggers import Refuse
from home.actions.blocks import keep_apart
from mentorship import queries
from mentorship.actions import agreements, messages, places
from mentorship.models import Agreement
from notices.models import Notice
from safety.models import Block
from tests.cast import make_member
from tests.mentorship import scene

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
PATIENCE = 1.5


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run them in threads of their own; what each gave, or the refusal or IntegrityError that it met."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except (Refusal, agreements.IntegrityError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


class Meet:
    """Where threads wait for one another, so that they overlap; whoever comes alone goes on after a while."""

    def __init__(self, parties: int) -> None:
        self.barrier = threading.Barrier(parties)

    def __call__(self) -> None:
        with suppress(threading.BrokenBarrierError):
            self.barrier.wait(PATIENCE)


def in_transaction_until(meet: Meet, act: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with transaction.atomic():
            done = act()
            meet()
        return done

    return run


def serialising(name: str) -> list[Refuse]:
    found = [op for m in MigrationLoader(connection).disk_migrations.values() for op in m.operations]
    return [op for op in found if isinstance(op, Refuse) and op.serialise and op.name == name]


@pytest.fixture
def nobody_waits() -> Iterator[None]:
    """The planted defect: the triggers of pairs look, but do not wait for one another."""
    names = ("no_agreement_between_blocked_people", "no_block_between_people_with_an_agreement")
    kept = [op for name in names for op in serialising(name)]
    hasty = [Refuse(op.name, op.table, op.event, op.when) for op in kept]
    _swap(kept, hasty)
    yield
    _swap(hasty, kept)


def _swap(old: list[Refuse], new: list[Refuse]) -> None:
    for before, after in zip(old, new, strict=True):
        with connection.schema_editor() as editor:
            before.database_backwards("", editor, None, None)
            after.database_forwards("", editor, None, None)


def block_and_open(mentee, mentor, now) -> tuple[int, int]:
    """A block and an agreement between the same two, begun before either is committed: how many of each remain."""
    meet = Meet(2)
    block = in_transaction_until(meet, lambda: Block.objects.create(blocker=mentee.user, blocked=mentor.user))
    opening = in_transaction_until(meet, lambda: agreements.open_between(mentee=mentee, mentor=mentor, now=now))
    together(block, opening)
    return Block.objects.count(), Agreement.objects.count()


@pytest.mark.parametrize("attempt", range(3))
def test_of_a_block_and_an_agreement_at_once_only_one_remains(mentee, mentor, now, attempt):
    assert sum(block_and_open(mentee, mentor, now)) == 1


def test_control_without_waiting_both_remain(nobody_waits, mentee, mentor, now):
    assert block_and_open(mentee, mentor, now) == (1, 1)


def sign_at_once(agreement: Agreement, monkeypatch: pytest.MonkeyPatch, now) -> Agreement:
    """Both sign; each has looked for the other's signature before either is committed, if they can."""
    meet, look = Meet(2), queries.signers

    def look_and_wait(version: Any) -> Any:
        seen = look(version)
        meet()
        return seen

    monkeypatch.setattr(queries, "signers", look_and_wait)
    sides = (agreement.mentee, agreement.mentor)
    together(*(lambda by=by: agreements.sign(agreement=agreement, version_number=1, by=by, now=now) for by in sides))
    agreement.refresh_from_db()
    return agreement


def test_two_signatures_at_once_make_it_active_once(mentee, mentor, monkeypatch, now):
    agreement = sign_at_once(scene.written(mentee, mentor), monkeypatch, now)

    assert (agreement.state, agreement.active_at) == (Agreement.State.ACTIVE, now)
    assert agreement.versions.get().signatures.count() == 2


def test_control_without_holding_the_rows_neither_sees_the_other(mentee, mentor, monkeypatch, now):
    agreement = scene.written(mentee, mentor)
    related = Agreement.objects.select_related("mentee__user", "mentor__user", "mentee__program", "mentor__program")
    monkeypatch.setattr(places, "hold", lambda *_: {})
    monkeypatch.setattr(agreements, "_locked", lambda agreement: related.get(pk=agreement.pk))

    assert sign_at_once(agreement, monkeypatch, now).state == Agreement.State.WRITING


def test_twelve_at_once_fill_three_places_and_no_more(program, now):
    mentor = make_member(program, Role.MENTOR, "Sam", capacity=3)
    mentees = [make_member(program, Role.MENTEE, f"M{number}") for number in range(12)]

    met = together(*(lambda m=m: agreements.open_between(mentee=m, mentor=mentor, now=now) for m in mentees))

    seats = Agreement.objects.filter(mentor=mentor).order_by("mentor_seat").values_list("mentor_seat", flat=True)
    assert list(seats) == [1, 2, 3]
    assert sum(isinstance(one, agreements.NoPlaceLeft) for one in met) == 9


def test_whoever_writes_past_the_action_is_stopped_by_the_database(program, now):
    """The control: check, then insert, without holding anything. All see a free seat; the database lets one have it."""
    mentor = make_member(program, Role.MENTOR, "Sam", capacity=1)
    mentees = [make_member(program, Role.MENTEE, f"M{number}") for number in range(4)]
    meet, free = Meet(4), []

    def naive(mentee: Any) -> Agreement:
        free.append(not Agreement.objects.filter(mentor=mentor).exists())
        meet()
        seats = {"mentor_seat": 1, "mentee_seat": 1}
        with agreements.in_our_words():
            return Agreement.objects.create(program=program, mentee=mentee, mentor=mentor, **seats)

    met = together(*(lambda m=m: naive(m) for m in mentees))

    assert free == [True] * 4
    assert Agreement.objects.filter(mentor=mentor).count() == 1
    assert sum(isinstance(one, agreements.NoPlaceLeft) for one in met) == 3


def test_everything_at_once_never_waits_in_a_ring(program, now):
    """Opening, signing, ending and changing places, criss-cross: a deadlock would end the test with its error."""
    program.agreements_per_mentee = 3
    program.save()
    mentors = [make_member(program, Role.MENTOR, f"R{number}", capacity=2) for number in range(3)]
    mentees = [make_member(program, Role.MENTEE, f"E{number}") for number in range(3)]

    def wander(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(25):
            with suppress(Refusal):
                step(dice)

    def step(dice: random.Random) -> None:
        mentee, mentor = dice.choice(mentees), dice.choice(mentors)
        held = queries.held_between(mentee, mentor).select_related("mentee__user", "mentor__user").first()
        if dice.random() < 0.3:
            places.set_capacity(membership=mentor, capacity=dice.randint(1, 3), now=now)
        elif held is None:
            agreements.open_between(mentee=mentee, mentor=mentor, now=now)
        elif dice.random() < 0.5:
            agreements.end(agreement=held, by=mentee.user, now=now)
        else:
            messages.send(agreement=held, by=mentor, text="Hello", now=now)

    together(*(lambda seed=seed: wander(seed) for seed in range(6)))

    for mentor in mentors:
        mentor.refresh_from_db()
        assert queries.held_by(mentor).count() <= mentor.capacity


def test_two_messages_at_once_bring_one_notice(mentee, mentor, now):
    agreement = scene.written(mentee, mentor)

    together(*(lambda: messages.send(agreement=agreement, by=mentee, text="Hello", now=now) for _ in range(4)))

    assert agreement.messages.count() == 4
    assert Notice.objects.filter(kind=Notice.Kind.MESSAGE).count() == 1


def one_before_the_other_commits(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """The second begins when the first has written and not yet committed."""
    written = threading.Event()

    def lead() -> Any:
        with transaction.atomic():
            done = first()
            written.set()
            time.sleep(0.5)
        return done

    def follow() -> Any:
        written.wait(PATIENCE)
        return second()

    return together(lead, follow)


@pytest.mark.parametrize("apart_first", [False, True])
def test_keeping_apart_while_an_agreement_opens_ends_apart(mentee, mentor, now, apart_first):
    """Whichever comes first: the block stands without an error, and nothing lasts between the two."""
    acts = [
        lambda: agreements.open_between(mentee=mentee, mentor=mentor, now=now),
        lambda: keep_apart(by=mentee.user, other=mentor.user, now=now),
    ]

    met = one_before_the_other_commits(*(reversed(acts) if apart_first else acts))

    assert not any(isinstance(one, agreements.IntegrityError) for one in met)
    assert (Block.objects.count(), queries.held_between(mentee, mentor).exists()) == (1, False)
