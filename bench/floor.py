"""The least work there is: to score every pair by float32 products, on all cores."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import Queue

import numpy as np

from bench.peers.run import timed
from matching.engine.passes import Pass, cores, on_threads
from matching.engine.sides import Found
from matching.engine.threads import on_one_thread

ROWS = 256


class Looks:
    """Counts what the engine multiplies: a `Spread` that does the work as it is done by default."""

    def __init__(self) -> None:
        self.pairs = 0
        self.width = 0  # columns of numbers by which a pair is scored, both directions together

    def __call__(self, work: Pass) -> Iterable[Found]:
        self.pairs += work.pairs
        self.width = work.right.forth.shape[1] + work.right.back.shape[1]
        return on_threads(work)


@on_one_thread
def product(n: int, m: int, width: int) -> dict[str, float]:
    """What it takes to score every pair once, with one thread of our own for each core, as the engine does."""
    left, right = np.ones((n, width), np.float32), np.ones((m, width), np.float32)
    buffers = Queue[np.ndarray]()
    for _ in range(cores()):
        buffers.put(np.empty((ROWS, m), np.float32))

    def multiply(start: int) -> None:
        rows, out = left[start : start + ROWS], buffers.get()
        np.matmul(rows, right.T, out=out[: len(rows)])
        buffers.put(out)

    with ThreadPoolExecutor(cores()) as threads:
        return timed(lambda: list(threads.map(multiply, range(0, n, ROWS))))[1]
