"""Starts the goals, two at a time, each in a process group of its own that is ended when its time is over."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from proof.goal import Size
from proof.showing import Result

AT_ONCE = 2
ROOT = Path(__file__).resolve().parent.parent
GRACE = 30.0
"""Seconds to finish making a database, and to take it away."""
SAID = 12
"""Lines of the steps that a broken goal took last, and as many of what it complained of."""


def run(
    modules: Mapping[str, str], *, size: Size, seed: int, clean: int, minutes: float, most: int = sys.maxsize
) -> Iterator[Result]:
    """Results as they come."""
    with tempfile.TemporaryDirectory(prefix="kindred-proof-") as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        places: SimpleQueue[int] = SimpleQueue()
        for place in range(AT_ONCE):
            places.put(place)
        runs = [_Run(key, module, Path(folder), places) for key, module in modules.items()]
        waiting = [pool.submit(one.show, size, seed, clean, minutes, most) for one in runs]
        try:
            yield from (done.result() for done in as_completed(waiting))
        finally:
            for future in waiting:
                future.cancel()
            for one in runs:
                one.end()


class _Run:
    def __init__(self, key: str, module: str, folder: Path, places: "SimpleQueue[int]") -> None:
        self.key, self.module, self.places = key, module, places
        self.out, self.steps, self.complaints = (folder / f"{key}.{ending}" for ending in ("json", "steps", "log"))
        self.data = folder / key
        self.process: subprocess.Popen[bytes] | None = None

    def show(self, size: Size, seed: int, clean: int, minutes: float, most: int) -> Result:
        started, place = time.monotonic(), self.places.get()
        told = (self.key, self.module, size, str(seed), str(clean), str(most), str(self.out))
        try:
            self._start(told, place)
            result = self._ended_by(started + 60 * minutes) or Result(self.key, broken=f"not done in {minutes:g} min")
        finally:
            self.end()
            self.places.put(place)
        result.seed, result.seconds = seed, time.monotonic() - started
        if result.broken or result.missed:
            result.broken = "\n".join([*self.said(), result.broken])
        return result

    def _start(self, told: tuple[str, ...], place: int) -> None:
        around: dict[str, Any] = {"cwd": ROOT, "env": self._surroundings(place), "start_new_session": True}
        command = [sys.executable, "-m", "proof.showing", *told]
        with self.steps.open("wb") as steps, self.complaints.open("wb") as complaints:
            self.process = subprocess.Popen(command, stdout=steps, stderr=complaints, **around)

    def _ended_by(self, end: float) -> Result | None:
        assert self.process is not None
        try:
            code = self.process.wait(max(end - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            return None
        if code or not self.out.exists():
            return Result(self.key, broken=f"ended with status {code}")
        return Result(**json.loads(self.out.read_text()))

    def end(self) -> None:
        """With all that it started."""
        if self.process is None:
            return
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _surroundings(self, place: int) -> dict[str, str]:
        """Those of the tests (tests/settings.py), in a folder and on a Redis database of its own."""
        apart = {"KINDRED_TEST_DATA": str(self.data), "PYTEST_XDIST_WORKER": f"gw{place}"}
        inherited = {name: value for name, value in os.environ.items() if name != "KINDRED_SET_APART"}
        return {**inherited, **apart, "DJANGO_SETTINGS_MODULE": "tests.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}

    def said(self) -> list[str]:
        written = (file.read_text(errors="replace").splitlines() for file in (self.steps, self.complaints))
        return [line for lines in written for line in lines[-SAID:]]
