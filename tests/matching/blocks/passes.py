"""A pass that stands for the engine's, and a worker that holds a run."""

from datetime import datetime, timedelta

from matching.actions import blocks, claims, runs
from matching.models import MatchRun

CANARY = b"wren in the hedge"


class Plain(bytes):
    """Stands for what the engine packs: what people said, what was found."""

    to_bytes = bytes.__bytes__
    from_bytes = classmethod(lambda cls, data: cls(data))


class Pass:
    """One look at all pairs, without pairs."""

    def __init__(self, number: int = 0, parts: tuple[str, ...] = ("a", "b", "c"), right: bytes = CANARY) -> None:
        self.number, self.blocks, self.parts, self.right = number, len(parts), parts, Plain(right)
        self.pairs = len(parts)

    def part(self, number: int) -> Plain:
        return Plain(self.parts[number].encode())


class Moments:
    """A clock that goes on by a second whenever somebody looks at it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def hold(run: MatchRun, clock: Moments) -> blocks.Spread:
    rows = MatchRun.objects.filter(pk=run.pk)
    claim = claims.take(rows, clock())
    return blocks.Spread(run.pk, claims.Beat(rows, claim, clock))


def fall_silent(run: MatchRun, clock: Moments) -> None:
    clock.now += timedelta(minutes=2)
    runs.give_back(now=clock.now)
