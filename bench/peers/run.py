"""Runs one peer in an environment of its own: `python bench/peers/run.py ADAPTER FOLDER`.

Both PyPI packages bring a module named `matching`, as we do, so this file and the adapters beside it must not see our
tree: they are started as scripts, and import nothing but the standard library and their peer."""

import importlib
import json
import resource
import sys
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Pairs = list[tuple[int, int]]
T = TypeVar("T")
SIDES = ("mutual", "forth", "back")


@dataclass(frozen=True)
class Given:
    """A pool as the peers get it: our fits, for neither compares tags or texts by itself. 0 is not possible."""

    capacity: list[int]  # of each mentor
    mutual: list[list[float]]  # [mentee][mentor]
    forth: list[list[float]]  # what the mentor is to the mentee
    back: list[list[float]]  # what the mentee is to the mentor


def read(folder: Path) -> Given:
    capacity = json.loads((folder / "capacity.json").read_text())
    return Given(capacity, *(_rows(folder / side, len(capacity)) for side in SIDES))


def _rows(path: Path, length: int) -> list[list[float]]:
    numbers = array("f", path.read_bytes()).tolist()
    return [numbers[start : start + length] for start in range(0, len(numbers), length)]


def timed(work: Callable[[], T]) -> tuple[T, dict[str, float]]:
    started, worked = time.perf_counter(), time.process_time()
    found = work()
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    return found, {"seconds": seconds, "work": worked, "MB": peak()}


def peak() -> float:
    """The most memory this process ever had, in MB. Linux' `ru_maxrss` counts the parent's, too; its /proc does not."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line[:6] == "VmHWM:") / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    adapter, folder = sys.argv[1:]
    given = read(Path(folder))
    module = importlib.import_module(adapter)
    pairs, measured = timed(lambda: module.pairs(given))
    print(json.dumps({**measured, "pairs": pairs}))
