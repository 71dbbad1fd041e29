"""One goal in a process of its own, started by proof/__main__.py: looks, plants each defect and looks again, and looks
without one under other seeds. What came out is written to a file as JSON."""

import importlib
import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from config import lifeline
from proof.goal import Defect, Goal, Look, Size

SMALLER = {Size.FULL: Size.SHORT, Size.SHORT: Size.LEAST, Size.LEAST: Size.LEAST}


@dataclass
class Result:
    key: str
    sentence: str = ""
    seed: int = 0
    cells: int = 0
    wrong: list[str] = field(default_factory=list)
    caught: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    clean: int = 0
    alarms: list[str] = field(default_factory=list)
    broken: str = ""
    """Why it could not be shown at all."""
    seconds: float = 0.0
    worked: float = 0.0
    """Seconds of the processor, without what other processes did for it."""

    @property
    def defects(self) -> int:
        return len(self.caught) + len(self.missed)

    @property
    def reached(self) -> bool:
        """A goal that looked nowhere, or has no defect that it catches, is not shown."""
        return bool(self.cells and self.caught) and not (self.wrong or self.missed or self.alarms or self.broken)


def show(goal: Goal, size: Size, seed: int, clean: int, most: int = sys.maxsize) -> Result:
    """`most`: so many of the defects are planted, drawn by lot."""
    started = time.monotonic()
    look = _look(goal, size, seed)
    result = Result(goal.key, goal.sentence, seed, look.cells, look.wrong)
    calm = _look(goal, Size.LEAST, seed)
    others = [_look(goal, SMALLER[size], seed + number) for number in range(1, clean)]
    result.alarms = [line for found in (calm, *others) for line in found.wrong]
    result.clean = 1 + len(others)
    for defect in random.Random(seed).sample(goal.defects, min(most, len(goal.defects))):
        (result.caught if _catches(goal, defect, seed, calm) else result.missed).append(defect.name)
    result.seconds, result.worked = time.monotonic() - started, time.process_time()
    return result


def _catches(goal: Goal, defect: Defect, seed: int, calm: Look) -> bool:
    """By saying what the same look does not say without it; a look that breaks has caught nothing."""
    try:
        with _told(f"planted: {defect.name}"), defect.plant():
            return bool(set(_look(goal, Size.LEAST, seed).wrong) - set(calm.wrong))
    except Exception:
        traceback.print_exc()
        return False


def _look(goal: Goal, size: Size, seed: int) -> Look:
    from django.core import mail
    from django.core.cache import cache

    cache.clear()
    mail.outbox = []
    with _told(f"a look of size {size}, seed {seed}"):
        return goal.look(size, seed)


@contextmanager
def _told(step: str) -> Iterator[None]:
    """The last line of a goal that hung or broke says where."""
    started = time.monotonic()
    print(step, flush=True)
    yield
    print(f"    {time.monotonic() - started:.1f} s", flush=True)


@contextmanager
def database(key: str) -> Iterator[None]:
    """A test database of its own, wherever KINDRED_DATABASE_URL says, and nothing of it afterwards."""
    import django
    from django.db import connection
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    django.setup()
    setup_test_environment()
    if connection.vendor == "postgresql":
        # Named by the process, too: the same goal may be shown twice at once.
        name = f"proof_{connection.settings_dict['NAME']}_{key.lower()}_{os.getpid()}"
        connection.settings_dict["TEST"]["NAME"] = name
    # Ended in the middle, it would leave a database that nobody takes away.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    made = setup_databases(verbosity=0, interactive=False)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        yield
    finally:
        teardown_databases(made, verbosity=0)


def main(key: str, module: str, size: str, seed: str, clean: str, most: str, out: str) -> None:
    lifeline.end_with(os.getppid(), signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended from outside."))
    try:
        with database(key):
            goal: Goal = importlib.import_module(module).GOAL
            result = show(goal, Size(size), int(seed), int(clean), int(most))
    except Exception as error:
        traceback.print_exc()
        result = Result(key, seed=int(seed), broken=f"{type(error).__name__}: {error}")
    Path(out).write_text(json.dumps(asdict(result)))


if __name__ == "__main__":
    main(*sys.argv[1:])
