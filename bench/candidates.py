"""What the candidates cost and buy: k of each mentee; and of the mentors who would be starved; and of all mentors.

    python -m bench candidates              20,000 x 5,000
    QUICK=1 python -m bench candidates      2,000 x 500

`short` is how much the best assignment over these candidates falls short of the best over all pairs, whose total the
engine certifies; `after` is the certified gap once the priced pass has taken in what they lacked. CPU's seconds.
"""

import os
import time
from dataclasses import replace

import numpy as np

from bench.pools import family
from matching.engine import candidates, match
from matching.engine.assign import worth
from matching.engine.candidates import SCALE, Blocks, Edges
from matching.engine.flow import solve
from matching.engine.pool import Step, pool
from matching.engine.threads import on_one_thread
from matching.engine.types import Settings

SEED = 20260325
KEEP = (10, 20, 50, 100)


def of_mentees(blocks: Blocks, keep: int) -> Edges:
    n, m = blocks.shape
    return blocks.scan(np.full(n, candidates.ANY), keep, np.zeros(m, np.float32))[0]


def of_the_starved(blocks: Blocks, keep: int) -> Edges:
    return candidates.best(blocks, keep)[0]


def of_all(blocks: Blocks, keep: int) -> Edges:
    m = blocks.shape[1]
    return candidates.merged(of_mentees(blocks, keep), blocks.scan_mentors(np.arange(m), keep), m)


WAYS = {"mentees": of_mentees, "and starved mentors": of_the_starved, "and all mentors": of_all}


@on_one_thread
def table(n: int, m: int, places: str) -> None:
    mentees, mentors, settings = family(n, m, SEED, places)
    here = pool(mentees, mentors, settings)
    blocks = here.blocks(SEED, Step(None, 1))
    capacity = here.places[blocks.lots.columns]
    best = match(mentees, mentors, replace(settings, keep=100, lift=0.0, tolerance=0.0), SEED)
    print(f"\n{n:,} mentees x {m:,} mentors, places {places}, seed {SEED}; best total {best.total:.4f}", end="")
    print(f", certified within {best.certificate.gap:.7f}")
    print(f"{'k':>4}  {'of':22}{'pairs':>12}{'find, s':>10}{'solve, s':>10}{'short':>12}{'after':>12}")
    for keep in KEEP:
        after = gap(mentees, mentors, settings, keep)
        for name, find in WAYS.items():
            started = time.process_time()
            edges = find(blocks, keep)
            found = time.process_time()
            total = worth(edges, solve(edges, n, capacity, 0).column, 0) / SCALE
            solved = time.process_time()
            short = 1 - total / best.total
            print(
                f"{keep:4}  {name:22}{len(edges):12,}{found - started:10.2f}{solved - found:10.2f}{short:12.7f}"
                + (f"{after:12.7f}" if find is of_the_starved else "")
            )


def gap(mentees: list, mentors: list, settings: Settings, keep: int) -> float:
    return match(mentees, mentors, replace(settings, keep=keep, lift=0.0), SEED).certificate.gap


def main() -> None:
    size = (2000, 500) if os.environ.get("QUICK") else (20_000, 5000)
    for places in ("scarce", "equal"):
        table(*size, places)
