"""Kindred's worker whose runs look for candidates in a pool drawn from a seed: `celery -A bench._working worker`.

A run of it writes no proposals, but how long its blocks took, and a digest of what was found."""

import hashlib
import os
import signal
import time
from pathlib import Path
from typing import Any
from unittest import mock

import django
from celery.signals import worker_init, worker_ready

from bench import pools
from config import lifeline
from config.celery import app
from matching.engine import candidates
from matching.engine.passes import Pass, Spread, on_threads
from matching.engine.pool import Step, pool
from matching.engine.sides import Found
from matching.engine.threads import on_one_thread

__all__ = ["app"]

SEED = 7
MENTEES, MENTORS = (int(count) for count in os.environ["BENCH_POOL"].split("x"))
mentees, mentors, settings = pools.family(MENTEES, MENTORS, seed=SEED)
here = pool(mentees, mentors, settings)


@on_one_thread
def look_for_candidates(beat: Any, spread: Spread) -> dict[str, Any]:
    taken: list[tuple[int, float, float]] = []

    def timed(work: Pass) -> list[Found]:
        begun, at_work = time.perf_counter(), time.process_time()
        found = list(spread(work))
        taken.append((work.blocks, time.perf_counter() - begun, time.process_time() - at_work))
        return found

    edges, _known = candidates.best(here.blocks(SEED, Step(beat, 20), timed), settings.keep)
    digest = hashlib.sha256(edges.rows.tobytes() + edges.columns.tobytes() + edges.weight.tobytes())
    blocks, seconds, at_work = map(sum, zip(*taken, strict=True))
    return {"blocks": blocks, "seconds": seconds, "work": at_work, "found": digest.hexdigest()}


@worker_init.connect
def put_in_place(**_: object) -> None:
    lifeline.end_with(os.getppid(), signal.SIGKILL)
    django.setup()
    from matching.actions import blocks, runs
    from matching.models import MatchRun

    def compute(run: MatchRun, beat: Any) -> tuple[None, Any]:
        spread = blocks.Spread(run.pk, beat) if run.settings["spread"] else on_threads
        return None, look_for_candidates(beat, spread)

    def record(*, run: MatchRun, claim: Any, pool: None, result: Any, now: Any) -> None:
        rows = MatchRun.objects.filter(pk=run.pk, claim=claim)
        rows.update(state="done", claim=None, finished_at=now, summary=result)
        blocks.forget(MatchRun.objects.filter(pk=run.pk))

    mock.patch.multiple(runs, _compute=compute, record=record).start()


@worker_ready.connect
def say_so(**_: object) -> None:
    Path(os.environ["BENCH_READY"]).touch()
