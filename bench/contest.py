"""Runs the contenders at one size after the other: each run a fresh process, taking turns, stopped in good time."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bench import machine, peers, pools, tables
from bench.contenders import CONTENDERS, SEED
from bench.judge import Judge
from bench.tables import BEST, FLOOR, FLOW, KINDRED, PLAIN, Row, Size

SPARSE = {KINDRED, PLAIN, FLOW, FLOOR}  # neither their memory nor their time grows with the pairs alone
SPARSE_LIMIT = 600.0  # seconds for one run
ALIKE_UP_TO = 10_000_000  # pairs: these only show what the best total is; beyond, the certificate does
SHARE_OF_MEMORY = 0.7


class Contest:
    def __init__(self, times: int, *, limit: float, enough: float) -> None:
        """Seconds: what one run of a peer may take, and after how many in all, at one size, it runs no more."""
        self.times, self.limit, self.enough = times, limit, enough
        self.names = [*CONTENDERS, *peers.ADAPTERS]
        self.before: dict[str, tuple[Size, Row]] = {}  # the last size that a contender bore
        self.out: set[str] = set()  # who was stopped at an earlier one

    def at(self, size: Size) -> list[Row]:
        judge = Judge(*pools.family(size.n, size.m, SEED, places=size.places))
        runs: dict[str, list[dict[str, Any]]] = {name: [] for name in self.names}
        notes = {name: why for name in self.names if (why := self.hindrance(name, size))}
        with tempfile.TemporaryDirectory(prefix="kindred-bench-") as folder:
            if not notes.keys() >= peers.ADAPTERS.keys():
                judge.write(Path(folder))
            for name in self.names * self.times:
                spent = sum(run["seconds"] for run in runs[name])
                if name in notes or (name != KINDRED and spent > self.enough):
                    continue
                try:
                    runs[name].append(self._run(name, size, Path(folder)))
                except subprocess.TimeoutExpired as late:
                    notes[name] = f"stopped after {late.timeout:.0f} s"
                    self.out.add(name)
                except subprocess.CalledProcessError as failed:
                    if name == KINDRED:
                        raise
                    notes[name] = f"failed with exit code {failed.returncode}"
                    self.out.add(name)
                except peers.Absent as absent:
                    notes[name] = str(absent)
        rows = tables.rows(size, runs, notes, judge.verdicts(_pairs(runs)))
        self.before |= {row.contender: (size, row) for row in rows if not row.note}
        return rows

    def hindrance(self, name: str, size: Size) -> str:
        """Why it is not even started. Memory and time grow at least as the number of pairs does."""
        if name in {BEST, PLAIN} and size.pairs > ALIKE_UP_TO:
            return "not started: beyond this size the certificate says what the best is"
        late = "not started: it took too long at an earlier size" if name in self.out else ""
        if name in SPARSE or name not in self.before:
            return late
        last, row = self.before[name]
        megabytes, seconds = ((figure or 0) * size.pairs / last.pairs for figure in (row.MB, row.seconds))
        if megabytes > SHARE_OF_MEMORY * machine.memory():
            return f"not started: would need {megabytes / 1024:,.0f} GB"
        if seconds > self.limit:
            return late or f"not started: would need {seconds:,.0f} s or more"
        return late

    def _run(self, name: str, size: Size, folder: Path) -> dict[str, Any]:
        if name in peers.ADAPTERS:
            command = peers.command(name, folder)
        else:
            command = [sys.executable, "-m", "bench.contenders", name, str(size.n), str(size.m), size.places]
        limit = SPARSE_LIMIT if name in SPARSE else self.limit
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, timeout=limit)
        return json.loads(done.stdout)


def _pairs(runs: dict[str, list[dict[str, Any]]]) -> dict[str, np.ndarray]:
    """What is judged: the first run of each, for the same seed makes the same pairs."""
    made = {name: [run.pop("pairs") for run in done] for name, done in runs.items()}
    return {name: np.array(pairs[0], np.int64) for name, pairs in made.items() if pairs and name != FLOOR}
