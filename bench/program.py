"""An ordinary program, 1,000 mentees and 500 mentors: from the start of a run to proposals in the database.

`python -m bench.program`, on SQLite in a folder of its own, with people drawn from a seed and the real actions."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from typing import Any

from bench import findings

QUICK = bool(os.environ.get("QUICK"))
MENTEES, MENTORS = (200, 100) if QUICK else (1000, 500)
APPLICANTS = 4, 2  # of those drawn, the last few have only just applied
TIMES = 2 if QUICK else 5
SEED, WEEK = 7, date(2026, 3, 25)
IN_ALL, ENGINE = 2.0, 0.1  # seconds
INSIDE = "--inside"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kindred-bench-") as folder:
        surroundings = {
            **os.environ,
            "KINDRED_DATA": folder,
            "KINDRED_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        command = [sys.executable, "-m", "bench.program", INSIDE]
        done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, check=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    findings.keep("program", found)
    sentence = (
        f"{found['mentees']:,} x {found['mentors']:,} on SQLite, median of {TIMES}: {found['proposals']:,} proposals "
        f"in the database {found['seconds']:.2f} s after the start, {found['engine']:.3f} s of it in the engine; "
        f"wanted {IN_ALL:.0f} s, {ENGINE} s of it"
    )
    reached = found["seconds"] <= IN_ALL and found["engine"] <= ENGINE
    findings.tell("F3", sentence, reached=None if QUICK else reached)


def measure() -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from home import synthetic
    from home.actions import community
    from matching.actions import runs
    from matching.models import Proposal

    call_command("migrate", verbosity=0)
    drawn = synthetic.draw(7, mentees=MENTEES + APPLICANTS[0], mentors=MENTORS + APPLICANTS[1])
    program, coordinator = community.write(community=drawn, now=timezone.now())
    engine = [in_the_engine(program) for _ in range(TIMES + 1)][1:]  # the first loads what a worker has loaded
    taken = []
    for _ in range(TIMES):
        Proposal.objects.all().delete()
        started = time.perf_counter()
        run = runs.start(program=program, by=coordinator, now=timezone.now())
        runs.execute(run_id=run.pk)
        taken.append(time.perf_counter() - started)
    run.refresh_from_db()
    return {
        "mentees": run.summary["mentees"],
        "mentors": run.summary["mentors"],
        "proposals": Proposal.objects.filter(run=run).count(),
        "seconds": statistics.median(taken),
        "engine": statistics.median(engine),
    }


def in_the_engine(program: Any) -> float:
    from matching import engine, pool

    here = pool.load(program, for_lists=False, week=WEEK)
    started = time.perf_counter()
    engine.match(here.mentees, here.mentors, here.settings, SEED, forbidden=here.forbidden, earlier=here.earlier)
    return time.perf_counter() - started


if __name__ == "__main__":
    if INSIDE in sys.argv:
        print(json.dumps(measure()))
    else:
        main()
