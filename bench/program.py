"""An ordinary program, 1,000 mentees and 500 mentors: from the start of a run to proposals in the database. Goal F3.

`python -m bench.program`, on SQLite in folders of their own, with the real actions: the people of `bench.pools`, of
whom the goal speaks, and beside them the demo's synthetic community with all its questions, wishes and hours, whose
texts no model has read."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from typing import Any
from unittest import mock

from bench import findings

QUICK = bool(os.environ.get("QUICK"))
MENTEES, MENTORS = (200, 100) if QUICK else (1000, 500)
APPLICANTS = 4, 2  # of those drawn for the demo, the last few have only just applied
TIMES = 2 if QUICK else 5
SEED, WEEK = 7, date(2026, 3, 25)
IN_ALL, ENGINE = 2.0, 0.1  # seconds
FAMILY, DEMO = "family", "demo"
NAMES = {FAMILY: "the people of this bench", DEMO: "the demo's people with all their questions"}


def main() -> None:
    found = {kind: measured(kind) for kind in NAMES}
    findings.keep("program", found)
    for kind, run in found.items():
        reached = run["seconds"] <= IN_ALL and run["engine"] <= ENGINE
        findings.tell("F3", sentence(kind, run), reached=None if QUICK or kind == DEMO else reached)


def sentence(kind: str, run: dict[str, Any]) -> str:
    return (
        f"{run['mentees']:,} x {run['mentors']:,} on SQLite, {NAMES[kind]}, median of {TIMES}: {run['proposals']:,} "
        f"proposals in the database {run['seconds']:.2f} s after the start, {run['engine']:.3f} s of it in the engine"
        + (f"; wanted {IN_ALL:.0f} s, {ENGINE} s of it" if kind == FAMILY else "")
    )


def measured(kind: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="kindred-bench-") as folder:
        surroundings = {
            **os.environ,
            "KINDRED_DATA": folder,
            "KINDRED_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        command = [sys.executable, "-m", "bench.program", kind]
        done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(kind: str) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from bench import _enrolled
    from matching.engine import meaning
    from matching.models import Proposal

    call_command("migrate", verbosity=0)
    label = {FAMILY: _enrolled.MODEL, DEMO: ""}[kind]
    with mock.patch.object(meaning, "label", return_value=label):
        program, coordinator = enrolled(kind, timezone.now())
        engine = [in_the_engine(program) for _ in range(TIMES + 1)][1:]  # the first loads what a worker has loaded
        taken = []
        for _ in range(TIMES):
            Proposal.objects.all().delete()
            started = time.perf_counter()
            run = worked_off(program, coordinator)
            taken.append(time.perf_counter() - started)
    return {
        "mentees": run.summary["mentees"],
        "mentors": run.summary["mentors"],
        "proposals": Proposal.objects.filter(run=run).count(),
        "seconds": statistics.median(taken),
        "engine": statistics.median(engine),
    }


def enrolled(kind: str, now: Any) -> Any:
    from bench import _enrolled
    from home import synthetic
    from home.actions import community

    if kind == FAMILY:
        return _enrolled.write(MENTEES, MENTORS, SEED, now)
    drawn = synthetic.draw(SEED, mentees=MENTEES + APPLICANTS[0], mentors=MENTORS + APPLICANTS[1])
    return community.write(community=drawn, now=now)


def worked_off(program: Any, coordinator: Any) -> Any:
    from django.utils import timezone

    from matching.actions import runs

    run = runs.start(program=program, by=coordinator, now=timezone.now())
    runs.execute(run_id=run.pk)
    run.refresh_from_db()
    return run


def in_the_engine(program: Any) -> float:
    from matching import engine, pool

    here = pool.load(program, for_lists=False, week=WEEK)
    started = time.perf_counter()
    engine.match(here.mentees, here.mentors, here.settings, SEED, forbidden=here.forbidden, earlier=here.earlier)
    return time.perf_counter() - started


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()
