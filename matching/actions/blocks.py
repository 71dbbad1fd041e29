"""A large run, spread over as many workers as there are.

Whoever holds the run works on the blocks of each pass, lays some of them out as rows and parcels (what goes in,
sealed), and rings for help. Whoever hears the bell takes the next block that waits, by update, as long as there are
any. What was found lies there until the run ends, however it ends: a worker that dies costs the block it was at, and a
run that changes hands goes on with the blocks that are done, where they came of the very same answers."""

import hashlib
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from config.celery import ring
from consent.parcels import open_parcel, seal_parcel
from matching.actions import claims
from matching.actions.claims import Beat, Clock
from matching.models import MatchRun, Parcel, RunBlock

if TYPE_CHECKING:
    from matching.engine.passes import Pass
    from matching.engine.sides import Found, Part, Side

HELP = "matching.tasks.help_run"
MOST_HELPERS = 32
SPELL = timedelta(seconds=10)
"""So long somebody helps before whatever else waits for a worker has its turn."""
GLANCE = 0.02
"""Seconds between two looks at what others have done."""
PATIENCE = 25
PIECE = 4 << 20
MARK = 32
State = RunBlock.State
Taken = tuple[RunBlock, uuid.UUID]


class Spread:
    """For `engine.match`: works off a pass with whoever helps, and gives what was found block by block, in order.

    A small one is done here: to hand it on would take longer. Of a large one the holder does the blocks from the
    first one on, and lays out a few from the last one on: more of them, the more is taken."""

    def __init__(self, run_id: uuid.UUID, beat: Beat) -> None:
        self.run_id, self.beat = run_id, beat
        self.desk = Desk(run_id)
        with self._held():
            self.desk.clear()

    def __call__(self, pass_: "Pass") -> "Iterator[Found]":
        from matching.engine.passes import on_threads

        if pass_.pairs <= settings.SPREAD_PAIRS:
            yield from on_threads(pass_)
            return
        self._begin(pass_)
        for number in range(pass_.blocks):
            while not self._is_done(number):
                self._work_or_wait()
            yield self._found(number)

    def _begin(self, pass_: "Pass") -> None:
        self.pass_, self.step = pass_, pass_.number
        self.left = deque(range(pass_.blocks))
        self.own: dict[int, Found] = {}
        self.ahead = 1
        right = pass_.right.to_bytes()
        self.mark_of_right = hashlib.sha256(right)
        if pass_.blocks > 1:
            with self._held():
                ring(HELP, str(self.run_id))  # whoever hears it is there when the first block is
                self.desk.write(_right(self.step), right)
                self.desk.keep(self.step, pass_.right)

    def _is_done(self, number: int) -> bool:
        """What a holder before us has found does not count until its mark was looked at."""
        if number in self.left:
            return False
        done = self.desk.blocks.filter(step=self.step, number=number, state=State.DONE)
        return number in self.own or done.exists()

    def _found(self, number: int) -> "Found":
        from matching.engine.sides import Found

        if number in self.own:
            return self.own.pop(number)
        return Found.from_bytes(self.desk.read(_found(self.step, number))[MARK:])

    def _work_or_wait(self) -> None:
        from matching.engine.passes import cores

        self._lay_out(beside=cores())
        now = self.beat.clock()
        if self.left:
            self._work_on([self.left.popleft() for _ in range(min(cores(), len(self.left)))])
        elif not self.desk.work("number", now):
            claims.silent(self.desk.blocks, now).update(state=State.QUEUED, claim=None)
            time.sleep(GLANCE)
        self.beat.again()

    def _lay_out(self, beside: int) -> None:
        """Beside those that we are about to do ourselves."""
        waiting = self.desk.blocks.filter(state=State.QUEUED).count()
        if not waiting:
            self.ahead = min(2 * self.ahead, MOST_HELPERS)
        while len(self.left) > beside and waiting < self.ahead:
            number = self.left.pop()
            mark, packed, _ = self._marked(number)
            with self._held():
                if self._makes_room(number, mark):
                    self.desk.write(_part(self.step, number), mark + packed)
                    RunBlock.objects.create(run_id=self.run_id, step=self.step, number=number)
                    ring(HELP, str(self.run_id))
                    waiting += 1
            self.beat.again()

    def _work_on(self, numbers: list[int]) -> None:
        from matching.engine.passes import Pass, at_once

        marked = {number: self._marked(number) for number in numbers}
        with self._held():
            wanted = [number for number, (mark, *_) in marked.items() if self._makes_room(number, mark)]
        some = Pass(self.step, len(wanted), 0, self.pass_.right, lambda at: marked[wanted[at]][2])
        for number, found in zip(wanted, at_once(some) if wanted else (), strict=True):
            with self._held():
                RunBlock.objects.create(run_id=self.run_id, step=self.step, number=number, state=State.DONE)
                self.desk.write(_found(self.step, number), marked[number][0] + found.to_bytes())
            self.own[number] = found

    def _marked(self, number: int) -> "tuple[bytes, bytes, Part]":
        """What goes into a block, packed and as it is, after the mark of it, which what was found bears."""
        part, mark = self.pass_.part(number), self.mark_of_right.copy()
        packed = part.to_bytes()
        mark.update(packed)
        return mark.digest(), packed, part

    def _makes_room(self, number: int, mark: bytes) -> bool:
        """Whether there is something to do: nothing lies there, or it came of something else."""
        if (self.desk.find(_found(self.step, number)) or b"").startswith(mark):
            return False
        self.desk.blocks.filter(step=self.step, number=number).delete()
        self.desk.parcels.filter(name=_found(self.step, number)).delete()
        return True

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Nothing is written for a run that is not ours any more: nobody would take it away again."""
        with transaction.atomic():
            if self.beat.rows.select_for_update(no_key=True).first() is None:
                raise claims.Lost
            yield


class Desk:
    """Where one process works on the blocks of one run. What all blocks of a pass share is opened once."""

    def __init__(self, run_id: uuid.UUID) -> None:
        self.run_id = run_id
        self.blocks = RunBlock.objects.filter(run=run_id)
        self.parcels = Parcel.objects.filter(run=run_id)
        self.opened: dict[tuple[int, ...], Side] = {}

    def clear(self) -> None:
        """All but what was found. Whoever is still at a block finds it gone, and writes nothing."""
        self.blocks.exclude(state=State.DONE).delete()
        self.parcels.exclude(name__startswith=FOUND).delete()

    def work(self, order: str, now: datetime) -> int:
        """Take the next blocks that wait, one for each core, and do them. How many there were."""
        from matching.engine.passes import cores

        taken: list[Taken] = []
        waiting = self.blocks.filter(state=State.QUEUED, run__state=MatchRun.State.RUNNING)
        for block in waiting.order_by(order)[:MOST_HELPERS]:
            claim = claims.take(self.blocks.filter(pk=block.pk), now)
            if claim:
                taken.append((block, claim))
            if len(taken) == cores():
                break
        if taken:
            self._work_on(taken)
        return len(taken)

    def _work_on(self, taken: list[Taken]) -> None:
        """Blocks of one pass: of the next one there is none before all of this are done."""
        from matching.engine.passes import Pass, at_once
        from matching.engine.sides import Part

        step = taken[0][0].step
        parts = [self.read(_part(step, block.number)) for block, _claim in taken]
        some = Pass(step, len(parts), 0, self._right(step), lambda number: Part.from_bytes(parts[number][MARK:]))
        for (block, claim), part, found in zip(taken, parts, at_once(some), strict=True):
            self._record(block, claim, part[:MARK] + found.to_bytes())

    @transaction.atomic
    def _record(self, block: RunBlock, claim: uuid.UUID, found: bytes) -> None:
        """If it took so long that somebody else was given the block, theirs counts; it is the same."""
        if self.blocks.filter(pk=block.pk, claim=claim).update(state=State.DONE, claim=None):
            self.parcels.filter(name=_part(block.step, block.number)).delete()
            self.write(_found(block.step, block.number), found)

    def keep(self, step: int, right: "Side") -> None:
        """It lies there now, and need not be opened by whoever wrote it."""
        self.opened = {self._lying(_right(step)): right}

    def _right(self, step: int) -> "Side":
        from matching.engine.sides import Side

        name = _right(step)
        rows = self._lying(name)
        if rows not in self.opened:
            self.opened = {rows: Side.from_bytes(self.read(name))}
        return self.opened[rows]

    def _lying(self, name: str) -> tuple[int, ...]:
        return tuple(self.parcels.filter(name=name).order_by("piece").values_list("pk", flat=True))

    def write(self, name: str, content: bytes) -> None:
        starts = range(0, max(len(content), 1), PIECE)
        for piece, start in enumerate(starts, start=1):
            sealed = seal_parcel(self.run_id, _bound(name, piece, len(starts)), content[start : start + PIECE])
            Parcel.objects.create(run_id=self.run_id, name=name, piece=piece, of=len(starts), sealed=sealed)

    def find(self, name: str) -> bytes | None:
        pieces = list(self.parcels.filter(name=name).order_by("piece").values_list("piece", "of", "sealed"))
        if not pieces:
            return None
        return b"".join(open_parcel(self.run_id, _bound(name, piece, of), sealed) for piece, of, sealed in pieces)

    def read(self, name: str) -> bytes:
        """Raises Lost if it is not there: the run has ended, or has changed hands."""
        content = self.find(name)
        if content is None:
            raise claims.Lost
        return content


def help_out(*, run_id: uuid.UUID, clock: Clock = timezone.now) -> int:
    """Work on a run's blocks as they come, and for no longer than a spell. How many were done.

    Who has helped waits a moment for the next pass, which mostly follows at once: to be rung for takes longer."""
    desk, done, waits = Desk(run_id), 0, 0
    end = clock() + SPELL
    try:
        while waits < PATIENCE and MatchRun.objects.filter(pk=run_id, state=MatchRun.State.RUNNING).exists():
            if clock() >= end:
                ring(HELP, str(run_id))
                break
            some = desk.work("-number", clock())
            done, waits = done + some, 0 if some else waits + 1
            if not some:
                time.sleep(GLANCE)
    except claims.Lost:
        pass
    return done


def sweep(*, now: datetime) -> None:
    """Blocks whose worker has fallen silent wait again, help is rung for once more, and no run that has ended leaves
    anything behind."""
    forget(MatchRun.objects.exclude(state__in=MatchRun.State.ahead()))
    claims.silent(RunBlock.objects.all(), now).update(state=State.QUEUED, claim=None)
    waiting = RunBlock.objects.filter(state=State.QUEUED, run__state=MatchRun.State.RUNNING)
    for pk in waiting.order_by("run").values_list("run", flat=True).distinct():
        ring(HELP, str(pk))


def forget(runs: QuerySet[MatchRun]) -> None:
    """The blocks first: whoever is at one then finds it gone, and writes nothing."""
    RunBlock.objects.filter(run__in=runs).delete()
    Parcel.objects.filter(run__in=runs).delete()


FOUND = "found "


def _right(step: int) -> str:
    return f"right {step}"


def _part(step: int, number: int) -> str:
    return f"part {step}.{number}"


def _found(step: int, number: int) -> str:
    return f"{FOUND}{step}.{number}"


def _bound(name: str, piece: int, of: int) -> str:
    return f"{name} {piece}/{of}"
