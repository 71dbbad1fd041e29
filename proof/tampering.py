"""TRAIL: whoever writes into the database without a key of ours cannot change what stands on the trail unseen."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

from django.db import connection, models

from accounts.actions import trail
from accounts.models import Membership, TrailEntry
from proof.goal import Defect, Goal, Look, Size
from tests import cast
from tests.routes.visit import rolled_back

LENGTH = 12
SAID = ("number", "at", "act", "actor_id", "kind", "row_id", "program_id")
SEEDS = {Size.FULL: 100, Size.SHORT: 3, Size.LEAST: 1}
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
Act = TrailEntry.Act
Rows = models.QuerySet[TrailEntry]
Tamper = Callable[[Rows, int], None]
"""Takes the whole trail and the number of an entry in its middle."""


def change(**fields: Any) -> Tamper:
    def tamper(rows: Rows, at: int) -> None:
        rows.filter(number=at).update(**fields)

    return tamper


def drop(place: Callable[[int], int]) -> Tamper:
    def tamper(rows: Rows, at: int) -> None:
        rows.filter(number=place(at)).delete()

    return tamper


def shift_time(rows: Rows, at: int) -> None:
    entry = rows.get(number=at)
    rows.filter(number=at).update(at=entry.at + timedelta(microseconds=1))


def swap_two(rows: Rows, at: int) -> None:
    """What two entries say, each under the other's number."""
    one, other = rows.get(number=at), rows.get(number=at + 1)
    rows.filter(number__in=[at, at + 1]).delete()
    one.number, other.number = other.number, one.number
    rows.bulk_create([one, other])


def insert_one(rows: Rows, at: int) -> None:
    """One more in the middle, and all that follow moved on by one."""
    _renumber(rows, at, by=1)
    rows.bulk_create([_forged(rows, at)])


def append_one(rows: Rows, at: int) -> None:
    rows.bulk_create([_forged(rows, LENGTH + 1)])


def append_one_with_an_old_seal(rows: Rows, at: int) -> None:
    entry = _forged(rows, LENGTH + 1)
    entry.seal = rows.get(number=at).seal
    rows.bulk_create([entry])


def replay_one(rows: Rows, at: int) -> None:
    """An act of before, once more, with its own link and seal."""
    entry = rows.get(number=at)
    entry.number, entry.link = LENGTH + 1, entry.link[::-1]
    rows.bulk_create([entry])


def leave_a_gap(rows: Rows, at: int) -> None:
    _renumber(rows, at, by=5)


def cut_out_and_close_up(rows: Rows, at: int) -> None:
    """Without the entry, and every link after it computed anew."""
    rows.filter(number=at).delete()
    _renumber(rows, at, by=-1)
    _link_anew(rows, at - 1)


def change_and_link_anew(rows: Rows, at: int) -> None:
    rows.filter(number=at).update(actor_id=uuid.uuid4())
    _link_anew(rows, at)


def begin_anew(rows: Rows, at: int) -> None:
    """The first ones gone, the rest numbered and linked from the beginning."""
    rows.filter(number__lt=at).delete()
    _renumber(rows, at, by=-at)
    _link_anew(rows, 0)


def seal_with_a_guess(rows: Rows, at: int) -> None:
    entry = rows.get(number=at)
    key_id = entry.seal.partition(":")[0]
    rows.filter(number=at).update(seal=f"{key_id}:{trail._digest(entry.link, 'a guess')}")


def swap_seals(rows: Rows, at: int) -> None:
    one, other = rows.get(number=at), rows.get(number=at + 1)
    rows.filter(number=at).update(seal=other.seal)
    rows.filter(number=at + 1).update(seal=one.seal)


def cut_off_the_end(rows: Rows, at: int) -> None:
    rows.filter(number__gt=at).delete()


def take_all_away(rows: Rows, at: int) -> None:
    rows.all().delete()


def written_anew_with_the_key(rows: Rows, at: int) -> None:
    """By somebody who has it, too: one changed, then everything linked and sealed as we do."""
    change_and_link_anew(rows, at)
    for entry in rows.filter(number__gte=at):
        rows.filter(pk=entry.pk).update(seal=trail._seal(entry.link))


WITHOUT_A_HEAD: dict[str, Tamper] = {
    "another time": shift_time,
    "another actor": change(actor_id=uuid.UUID(int=7)),
    "no actor": change(actor_id=None),
    "another act": change(act=Act.CONCERN_HANDLED),
    "another kind of row": change(kind="consent.Answer"),
    "another row": change(row_id=uuid.UUID(int=8)),
    "another program": change(program_id=uuid.UUID(int=9)),
    "another link": change(link="0" * 64),
    "another seal": change(seal="k1:" + "0" * 64),
    "a guessed key": seal_with_a_guess,
    "seals of two swapped": swap_seals,
    "the first taken out": drop(lambda at: 0),
    "one in the middle taken out": drop(lambda at: at),
    "the last act moved on": lambda rows, at: _renumber(rows, LENGTH, by=1),
    "one put in": insert_one,
    "one put at the end": append_one,
    "one put at the end with an old seal": append_one_with_an_old_seal,
    "one played again": replay_one,
    "two swapped": swap_two,
    "numbers left out": leave_a_gap,
    "one cut out, links computed anew": cut_out_and_close_up,
    "one changed, links computed anew": change_and_link_anew,
    "begun anew in the middle": begin_anew,
}
WITH_A_HEAD: dict[str, Tamper] = {
    "the last taken out": drop(lambda at: LENGTH),
    "the end cut off": cut_off_the_end,
    "all taken away": take_all_away,
    "one changed, linked and sealed with the key": written_anew_with_the_key,
}


def look(size: Size, seed: int) -> Look:
    wrong: list[str] = []
    cells = 0
    for number in range(SEEDS[size]):
        random = Random(f"{seed} {number}")
        with rolled_back():
            _write(random)
            wrong += _untouched()
            for name, tamper in {**WITHOUT_A_HEAD, **WITH_A_HEAD}.items():
                wrong += _unseen(name, tamper, random.randrange(2, LENGTH - 1))
                cells += 1
    return Look(cells, wrong)


def _untouched() -> list[str]:
    """Nothing is wrong with what nobody touched, with and without a head of before."""
    found = trail.check()
    last = TrailEntry.objects.order_by("-number").values_list("number", flat=True).first()
    heads = [trail.head_of(entry) for entry in TrailEntry.objects.order_by("number")]
    false = [*found.wrong, *(said for head in heads for said in trail.check(against=head).wrong)]
    miscounted = [f"{found.acts} acts counted of {LENGTH}"] * ((found.acts, last) != (LENGTH, LENGTH))
    return [*(f"a false alarm: {said}" for said in false), *miscounted]


def _unseen(name: str, tamper: Tamper, at: int) -> list[str]:
    head = trail.check().head
    with rolled_back(), unguarded():
        tamper(TrailEntry.objects.all(), at)
        found = trail.check(against=head if name in WITH_A_HEAD else "")
    return [] if found.wrong else [f"not seen: {name}, at {at}"]


def _write(random: Random) -> None:
    """Acts of several people in two programs; a few of them by nobody, as from the command line."""
    programs = [cast.make_program(name) for name in ("Harbour", "Lighthouse")]
    people = [cast.make_member(program, "coordinator", "Kay") for program in programs]
    acts = [act for act in Act if act != Act.BEGUN]
    for number in range(LENGTH):
        member: Membership = random.choice(people)
        by = None if number == 0 else member.user
        about = {"by": by, "row": member, "program": member.program, "now": NOW + number * timedelta(hours=1)}
        trail.record(act=random.choice(acts[:-1]), **about)


def _forged(rows: Rows, number: int) -> TrailEntry:
    """As good as one gets without a key: the right number, the right link."""
    before = rows.get(number=number - 1)
    entry = TrailEntry(number=number, at=NOW, act=Act.OPENED, actor_id=uuid.uuid4(), kind="consent.Opening")
    entry.link = trail.link(entry, before.link)
    entry.seal = f"{before.seal.partition(':')[0]}:{'0' * 64}"
    return entry


def _renumber(rows: Rows, start: int, by: int) -> None:
    for entry in rows.filter(number__gte=start).order_by("-number" if by > 0 else "number"):
        rows.filter(pk=entry.pk).update(number=entry.number + by)


def _link_anew(rows: Rows, start: int) -> None:
    before = rows.filter(number=start - 1).values_list("link", flat=True).first() or ""
    for entry in rows.filter(number__gte=start).order_by("number"):
        before = trail.link(entry, before)
        rows.filter(pk=entry.pk).update(link=before)


@contextmanager
def unguarded() -> Iterator[None]:
    """Whoever may write into the database may take its triggers away. Put back by the rollback around it."""
    with connection.cursor() as cursor:
        for name in ("the_trail_is_never_changed", "the_trail_is_never_shortened"):
            on = " ON accounts_trailentry" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")
        yield


def _links_without_the_one_before() -> AbstractContextManager[Any]:
    link = trail.link
    return mock.patch.object(trail, "link", lambda entry, before: link(entry, ""))


def _links_without(field: str) -> Callable[[], AbstractContextManager[Any]]:
    link = trail.link

    def partial(entry: TrailEntry, before: str) -> str:
        kept = {name: getattr(entry, name) for name in SAID}
        return link(TrailEntry(**kept | {field: NOW if field == "at" else None}), before)

    return lambda: mock.patch.object(trail, "link", partial)


def _a_seal_that_is_not_looked_at() -> AbstractContextManager[Any]:
    return mock.patch.object(trail, "_is_sealed", return_value=True)


def _a_head_that_is_not_looked_for() -> AbstractContextManager[Any]:
    check = trail.check

    def without(*, against: str = "") -> trail.Found:
        return check()

    return mock.patch.object(trail, "check", without)


GOAL = Goal(
    key="TRAIL",
    sentence=f"0 of {len(WITHOUT_A_HEAD) + len(WITH_A_HEAD)} ways to tamper with the trail unseen, 0 false alarms",
    look=look,
    defects=(
        Defect("links that do not hold the one before", _links_without_the_one_before),
        Defect("links without the time", _links_without("at")),
        Defect("links without the actor", _links_without("actor_id")),
        Defect("links without the row", _links_without("row_id")),
        Defect("a seal that is not looked at", _a_seal_that_is_not_looked_at),
        Defect("a head that is not looked for", _a_head_that_is_not_looked_for),
    ),
)
