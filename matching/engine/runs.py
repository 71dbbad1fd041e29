"""A whole pool matched at once: what a coordinator starts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from matching.engine.assign import Assignment, assign
from matching.engine.audit import audit
from matching.engine.candidates import Blocks
from matching.engine.certify import certificate
from matching.engine.explain import DIGITS, Explainer
from matching.engine.flow import NOBODY
from matching.engine.lift import Fits, Lifting, groups
from matching.engine.passes import Spread, on_threads
from matching.engine.pool import Pool, Step, pool
from matching.engine.sides import Ints
from matching.engine.threads import on_one_thread
from matching.engine.types import Pair, Pairing, Person, Progress, Result, Settings, Unmatched


@on_one_thread
def match(
    mentees: Iterable[Person],
    mentors: Iterable[Person],
    settings: Settings,
    seed: int,
    *,
    locked: Iterable[Pair] = (),
    forbidden: Iterable[Pair] = (),
    earlier: Iterable[Pair] = (),
    previous: Iterable[Pair] = (),
    progress: Progress | None = None,
    spread: Spread = on_threads,
) -> Result:
    """Pair every mentee with at most one mentor, every mentor with at most `capacity` mentees.

    `locked` pairs (mentee id, mentor id) are kept whatever the rules say, save a boundary or `forbidden`;
    `forbidden` and `earlier` are never made; `previous` ones of an earlier run get a small bonus.
    `spread` does the blocks of each pass, on the threads of this process by default. Raises PoolError.
    """
    here = pool(mentees, mentors, settings, locked=locked, forbidden=forbidden, earlier=earlier, previous=previous)
    step = Step(progress, 20)
    step.forward()
    blocks = here.blocks(seed, step, spread)
    capacity = here.places[blocks.lots.columns]
    found = assign(
        blocks, capacity, settings.objective, settings.keep, settings.tolerance, _lifting(here, blocks.lots.rows)
    )
    step.forward()
    result = _result(here, seed, blocks, found)
    step.finish()
    return result


def _lifting(here: Pool, rows: Ints) -> Lifting | None:
    """None where nobody lets themselves be counted."""
    found = groups(here.mentees)
    if not here.settings.lift or len(found.member) < 2:
        return None
    fixed = np.full(len(here.mentees), np.nan)
    locked = np.array(here.locked, np.int64).reshape(-1, 2).T
    fixed[locked[0]] = here.score.pairs(*locked)
    return Lifting(found, rows, fixed, here.settings.lift, here.settings.lift_within)


def _pairs(here: Pool, blocks: Blocks, column: Ints) -> list[tuple[int, int, bool]]:
    """Row, column and whether locked, by row."""
    placed = np.flatnonzero(column != NOBODY)
    rows, columns = blocks.lots.rows[placed], blocks.lots.columns[column[placed]]
    made = [(int(a), int(b), False) for a, b in zip(rows, columns, strict=True)]
    return sorted(made + [(a, b, True) for a, b in here.locked])


def _result(here: Pool, seed: int, blocks: Blocks, found: Assignment) -> Result:
    pairs = _pairs(here, blocks, found.column)
    pairings = pairings_of(here, [(row, column) for row, column, _ in pairs], {row for row, _, fixed in pairs if fixed})
    alone = np.setdiff1d(np.arange(len(here.mentees)), [row for row, _, _ in pairs])
    total = round(sum(pairing.fit for pairing in pairings), DIGITS)
    return Result(
        pairings=pairings,
        unmatched=tuple(
            Unmatched(here.mentees[row].id, why)
            for row, why in zip(alone.tolist(), here.eligible.hindrances_of(alone), strict=True)
        ),
        total=total,
        seed=seed,
        counts={
            "mentees": len(here.mentees),
            "mentors": len(here.mentors),
            "places": sum(mentor.capacity for mentor in here.mentors),
            "matched": len(pairings),
            "locked": len(here.locked),
            "kept": len({(row, column) for row, column, _ in pairs} & set(here.previous)),
            "previous": len(here.previous),
        },
        certificate=certificate(here.mentors, blocks, here.places[blocks.lots.columns], found, total),
        audit=audit(here.mentees, before=_fits(here, blocks, found.before), after=_fits(here, blocks, found.column)),
    )


def _fits(here: Pool, blocks: Blocks, column: Ints) -> Fits:
    """(mentees,) what each has, nan for nobody"""
    rows, columns, _ = np.array(_pairs(here, blocks, column), np.int64).reshape(-1, 3).T
    fits = np.full(len(here.mentees), np.nan)
    fits[rows] = here.score.pairs(rows, columns)
    return fits


def pairings_of(here: Pool, pairs: list[tuple[int, int]], locked: set[int]) -> tuple[Pairing, ...]:
    """With fits and reasons, in the order given."""
    rows, columns = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    fits = here.score.pairs(rows, columns)
    reasons = Explainer(here.score, here.mentees, here.mentors, here.settings).reasons(rows, columns)
    return tuple(
        Pairing(here.mentees[a].id, here.mentors[b].id, round(float(fit), DIGITS), why, a in locked)
        for (a, b), fit, why in zip(pairs, fits, reasons, strict=True)
    )
