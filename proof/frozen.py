"""A clock that stands still and chance that repeats itself: then the same rows give the same bytes, tokens and ids
included, and nothing has to be left out where bytes are compared."""

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, tzinfo
from typing import Self
from unittest import mock

CLOCKS = ("django.utils.timezone.datetime", "notices.calendar.datetime")


class Chance:
    """In the place of the system's: the same bytes after each `begin`."""

    def __init__(self) -> None:
        self.begin("")

    def begin(self, seed: object) -> None:
        self._source = random.Random(str(seed))

    def __call__(self, number: int) -> bytes:
        return self._source.randbytes(number)


@contextmanager
def frozen(now: datetime) -> Iterator[Chance]:
    """It is `now`, and ids, tokens and nonces come from the chance that this gives."""

    class Still(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(now.timestamp(), tz)

    chance = Chance()
    with ExitStack() as stack:
        for clock in CLOCKS:
            stack.enter_context(mock.patch(clock, Still))
        stack.enter_context(mock.patch("time.time", now.timestamp))
        stack.enter_context(mock.patch("os.urandom", chance))
        stack.enter_context(mock.patch("random._urandom", chance))  # that of `secrets`
        yield chance
