"""When people are free, as stretches of UTC minutes on the circle of one reference week.

Local hours are turned into UTC with the offsets of that very week, so that a change of the clocks counts, and
somebody's Monday morning may well be another's Sunday evening.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from matching.engine.types import MINUTES_PER_DAY, MINUTES_PER_WEEK, Slot

Stretch = tuple[int, int]
"""Start in [0, 10080), end after it; the end may lie beyond the week and then continues at its beginning."""


def stretches(slots: Iterable[Slot], zone: str, week: date) -> tuple[Stretch, ...]:
    """Merged, disjoint on the circle, sorted by start."""
    monday = week - timedelta(days=week.weekday())
    return _merge(sorted({_in_utc(slot, zone, monday) for slot in slots}))


def room_for(free: Iterable[Stretch], minutes: int) -> tuple[Stretch, ...]:
    """The minutes at which a meeting of that length may begin."""
    return tuple(
        (start, end if end - start == MINUTES_PER_WEEK else end - minutes + 1)
        for start, end in free
        if end - start >= minutes
    )


def grid(*sides: list[tuple[Stretch, ...]]) -> tuple[NDArray[np.int64], list[NDArray[np.float32]]]:
    """Lengths (cells,) of the elementary cells between any two neighbouring ends, and for each side which cells
    each person fills, (people, cells) of 0 and 1. Products of two sides are exact minutes."""
    flat = [
        np.array([(row, *piece) for row, person in enumerate(side) for s in person for piece in pieces(s)], np.int64)
        for side in sides
    ]
    flat = [found.reshape(-1, 3).T for found in flat]
    ends = np.unique(np.concatenate([found[1:].reshape(-1) for found in flat]))
    ends = ends if len(ends) else np.array([0, 1])
    filled = []
    for side, (rows, starts, stops) in zip(sides, flat, strict=True):
        steps = np.zeros((len(side), len(ends)), np.float32)
        np.add.at(steps, (rows, np.searchsorted(ends, starts)), 1)
        np.add.at(steps, (rows, np.searchsorted(ends, stops)), -1)
        filled.append(np.cumsum(steps, axis=1)[:, :-1])
    return np.diff(ends), filled


@lru_cache(maxsize=65536)
def _in_utc(slot: Slot, zone: str, monday: date) -> Stretch:
    start = _utc_minute(monday, slot.day, slot.start, zone)
    end = _utc_minute(monday, slot.day, slot.end, zone)
    first = start % MINUTES_PER_WEEK
    return first, first + max(end - start, 0)  # an hour that the clocks skip has no length


def _utc_minute(monday: date, day: int, minute: int, zone: str) -> int:
    day, minute = day + minute // MINUTES_PER_DAY, minute % MINUTES_PER_DAY
    local = datetime.combine(monday + timedelta(days=day), time(*divmod(minute, 60)), ZoneInfo(zone))
    since = local.astimezone(UTC) - datetime.combine(monday, time(), UTC)
    return int(since.total_seconds()) // 60


def _merge(found: list[Stretch]) -> tuple[Stretch, ...]:
    merged: list[Stretch] = []
    for start, end in found:
        if start == end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return _close(merged)


def _close(merged: list[Stretch]) -> tuple[Stretch, ...]:
    """Join what runs over the end of the week to what begins it."""
    while len(merged) > 1 and merged[-1][1] >= merged[0][0] + MINUTES_PER_WEEK:
        first = merged.pop(0)
        merged[-1] = merged[-1][0], max(merged[-1][1], first[1] + MINUTES_PER_WEEK)
    if merged and merged[-1][1] - merged[-1][0] >= MINUTES_PER_WEEK:
        return ((0, MINUTES_PER_WEEK),)
    return tuple(merged)


def pieces(stretch: Stretch) -> list[Stretch]:
    start, end = stretch
    if end <= MINUTES_PER_WEEK:
        return [stretch]
    return [(start, MINUTES_PER_WEEK), (0, end - MINUTES_PER_WEEK)]
