"""All pairs of the pool, looked at in blocks that anybody can do.

What this promises to whoever spreads the work:

- A `Pass` is one look at all pairs. A run makes one after another, and needs all of one before it can say what the next
  one is. They are numbered from 0, their blocks too.
- `scan(part, right)` is pure: it knows nothing but its arguments, and the same bytes give the same bytes, on any
  machine of one kind, however often and in whatever order blocks are done. It runs on one thread.
- `right` is the same for all blocks of a pass, `part(number)` is a few MB; both, and what is found, are plain arrays.
- `Spread` takes a pass and gives back what was found for each block, in the order of the blocks.

    right = work.right.to_bytes()
    found = [Found.from_bytes(worked(work.part(i).to_bytes(), right)) for i in range(work.blocks)]

    def worked(part: bytes, right: bytes) -> bytes:
        return scan(Part.from_bytes(part), Side.from_bytes(right)).to_bytes()
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from matching.engine.scan import scan
from matching.engine.sides import Found, Part, Side
from matching.engine.threads import on_one_thread


@dataclass(frozen=True, slots=True)
class Pass:
    number: int
    blocks: int
    pairs: int
    right: Side
    part: Callable[[int], Part]


Spread = Callable[[Pass], Iterable[Found]]


def on_threads(work: Pass) -> Iterator[Found]:
    """On the threads of this process, one for each core."""
    if work.blocks == 1:
        yield scan(work.part(0), work.right)
        return
    with ThreadPoolExecutor(cores()) as threads:
        yield from threads.map(lambda number: scan(work.part(number), work.right), range(work.blocks))


@on_one_thread
def at_once(work: Pass) -> list[Found]:
    """For whoever does some blocks of a pass for somebody else."""
    return list(on_threads(work))


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
