"""Two workers against one on the blocks in which a large run looks for candidates: real worker processes on a broker
of files, one core and one thread each; on SQLite, and on PostgreSQL too where KINDRED_DATABASE_URL names a server.

`python -m bench workers`, about six minutes; QUICK=1 is the smaller pool, once. The setting KINDRED_SPREAD_PAIRS rests
on what it prints: at the smaller pool, where every pass is handed on for once, that hardly pays; at the larger one, of
which by default only the first pass is, it does."""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import findings
from bench.gate import database_of_its_own

QUICK = bool(os.environ.get("QUICK"))
SMALL, LARGE = (20_000, 10_000), (100_000, 20_000)
TIMES = 1 if QUICK else 3
GOAL = 1.7
PATIENCE = 300.0
INSIDE = "--inside"
COMMAND = ["-m", "celery", "-A", "bench._working", "worker", "--concurrency", "1", "--without-gossip"]
Found = dict[str, Any]


def main() -> int:
    found = [measured(pool, "") for pool in ([SMALL] if QUICK else [SMALL, LARGE])]
    server = os.environ.get("KINDRED_DATABASE_URL", "")
    if server and not QUICK:
        with database_of_its_own(server) as url:
            found.append(measured(LARGE, url))
    findings.keep("workers", found)
    for run in found:
        large = run["pool"] == list(LARGE)
        findings.tell("F4", sentence(run), reached=run["times"] >= GOAL if large else None)
    return int(any(run["times"] < GOAL for run in found if run["pool"] == list(LARGE)))


def sentence(run: Found) -> str:
    mentees, mentors = run["pool"]
    return (
        f"{mentees:,} x {mentors:,} on {run['database']}, {run['blocks']} blocks, median of {TIMES}: one worker "
        f"{run['one']:.2f} s, two {run['two']:.2f} s, {run['times']:.2f} times as fast; wanted {GOAL}. The CPU of the "
        f"first one works for {run['work']['one']:.2f} s alone, {run['work']['two']:.2f} s with help. One worker that "
        f"keeps the blocks to itself takes {run['alone']:.2f} s: two are {run['alone'] / run['two']:.2f} times as fast"
    )


def measured(pool: tuple[int, int], database: str) -> Found:
    with tempfile.TemporaryDirectory(prefix="kindred-bench-") as folder:
        surroundings = {
            **os.environ,
            "KINDRED_DATA": folder,
            "KINDRED_DATABASE_URL": database,
            "KINDRED_BROKER_URL": f"files://{folder}/broker",
            "KINDRED_SPREAD_PAIRS": "" if pool == LARGE else "0",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "BENCH_POOL": "x".join(map(str, pool)),
        }
        command = [sys.executable, "-m", "bench.workers", INSIDE]
        done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, check=True, text=True)
    return {"pool": list(pool), **json.loads(done.stdout.splitlines()[-1])}


def measure() -> Found:
    """In turn, so that a busy moment of the machine meets all. A worker that is not wanted is held still."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import Program

    call_command("migrate", verbosity=0)
    program = Program.objects.create(name="Bench")
    taken: dict[str, list[Found]] = {"alone": [], "one": [], "two": []}
    with worker(0), worker(1) as helper:
        for _ in range(TIMES):
            with held_still(helper):
                taken["alone"].append(worked_off(program, spread=False))
                taken["one"].append(worked_off(program, spread=True))
            taken["two"].append(worked_off(program, spread=True))
    every = [run for runs in taken.values() for run in runs]
    if len({run["found"] for run in every}) > 1:
        raise RuntimeError("what was found differs")
    seconds = {name: statistics.median(run["seconds"] for run in runs) for name, runs in taken.items()}
    work = {name: statistics.median(run["work"] for run in runs) for name, runs in taken.items()}
    times = statistics.median(
        one["seconds"] / two["seconds"] for one, two in zip(taken["one"], taken["two"], strict=True)
    )
    return {"database": connection.vendor, "blocks": every[0]["blocks"], "times": times, "work": work, **seconds}


def worked_off(program: Any, *, spread: bool) -> Found:
    from config.celery import ring
    from matching.actions import runs
    from matching.models import MatchRun

    run = MatchRun.objects.create(program=program, seed=7, settings={"spread": spread})
    ring(runs.EXECUTE, str(run.pk))
    end = time.monotonic() + PATIENCE
    while run.state != MatchRun.State.DONE:
        if time.monotonic() > end:
            raise RuntimeError(f"the run was still {run.state} after {PATIENCE} s")
        time.sleep(0.2)
        run.refresh_from_db()
    return run.summary


@contextmanager
def held_still(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """From a moment on at which it writes nothing: SQLite would let nobody else write until it goes on."""
    from django.db import transaction

    with transaction.atomic():
        os.killpg(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGCONT)


@contextmanager
def worker(core: int) -> Iterator[subprocess.Popen[bytes]]:
    ready = Path(os.environ["KINDRED_DATA"]) / f"ready-{core}"
    told = {**os.environ, "BENCH_READY": str(ready)}
    process = subprocess.Popen([sys.executable, *COMMAND], env=told, stdout=sys.stderr, start_new_session=True)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process.pid, {core})
    try:
        while not ready.exists():
            if process.poll() is not None:
                raise RuntimeError("the worker did not start")
            time.sleep(0.1)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


if __name__ == "__main__":
    if INSIDE in sys.argv:
        print(json.dumps(measure()))
    else:
        sys.exit(main())
