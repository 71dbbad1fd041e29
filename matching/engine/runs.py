"""A whole pool matched at once: what a coordinator starts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from matching.engine.assign import assign
from matching.engine.audit import audit
from matching.engine.candidates import Blocks
from matching.engine.certify import certificate
from matching.engine.explain import DIGITS, Explainer
from matching.engine.flow import NOBODY
from matching.engine.lift import Fits, Lifting, groups
from matching.engine.passes import Spread, on_threads
from matching.engine.pool import Pool, Step, pool
from matching.engine.sides import Floats, Ints
from matching.engine.threads import on_one_thread
from matching.engine.types import Certificate, Pair, Pairing, Person, Progress, Result, Settings, Unmatched


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
    lifting = _lifting(here, blocks)
    found = assign(blocks, capacity, settings.objective, settings.keep, settings.tolerance, lifting)
    step.forward()
    before, after = (_made(here, blocks, column) for column in (found.before, found.column))
    fits = here.score.pairs(*after)
    total = float(np.round(fits, DIGITS).sum(dtype=np.float64))
    proof = certificate(here.mentors, blocks, capacity, found, total)
    del blocks, found  # as large as all that is told of the pairs
    result = _result(here, seed, before, after, fits, proof)
    step.finish()
    return result


def _lifting(here: Pool, blocks: Blocks) -> Lifting | None:
    """None where nobody lets themselves be counted."""
    found = groups(here.mentees)
    if not here.settings.lift or len(found.member) < 2:
        return None
    fixed = np.full(len(here.mentees), np.nan)
    locked = np.array(here.locked, np.int64).reshape(-1, 2).T
    fixed[locked[0]] = here.score.pairs(*locked)
    again = bool(blocks.previous)
    return Lifting(found, blocks.lots.rows, fixed, here.settings.lift, here.settings.lift_within, again)


def _made(here: Pool, blocks: Blocks, column: Ints) -> Ints:
    """(2, pairs) row and column, by row, the locked ones among them"""
    placed = np.flatnonzero(column != NOBODY)
    made = np.stack([blocks.lots.rows[placed], blocks.lots.columns[column[placed]]])
    both = np.concatenate([made, np.array(here.locked, np.int64).reshape(-1, 2).T], axis=1)
    return both[:, np.argsort(both[0])]


def _result(here: Pool, seed: int, before: Ints, after: Ints, fits: Floats, proof: Certificate) -> Result:
    pairings = _pairings(here, after, fits)
    alone = np.setdiff1d(np.arange(len(here.mentees)), after[0])
    return Result(
        pairings=pairings,
        unmatched=tuple(
            Unmatched(here.mentees[row].id, why)
            for row, why in zip(alone.tolist(), here.eligible.hindrances_of(alone), strict=True)
        ),
        total=round(sum(pairing.fit for pairing in pairings), DIGITS),
        seed=seed,
        counts={
            "mentees": len(here.mentees),
            "mentors": len(here.mentors),
            "places": sum(mentor.capacity for mentor in here.mentors),
            "matched": len(pairings),
            "locked": len(here.locked),
            "kept": len(set(zip(*after.tolist(), strict=True)) & set(here.previous)),
            "previous": len(here.previous),
        },
        certificate=proof,
        audit=audit(
            here.mentees,
            before=_of_each(here, before, _before(here, before, after, fits)),
            after=_of_each(here, after, fits),
        ),
    )


def _before(here: Pool, before: Ints, after: Ints, fits: Floats) -> Floats:
    """(pairs,) fits before the lift, which moves few and leaves nobody without a mentor."""
    moved = before[1] != after[1]
    found = fits.copy()
    found[moved] = here.score.pairs(*before[:, moved])
    return found


def _of_each(here: Pool, made: Ints, fits: Floats) -> Fits:
    """(mentees,) what each has, nan for nobody"""
    each = np.full(len(here.mentees), np.nan)
    each[made[0]] = fits
    return each


def _pairings(here: Pool, made: Ints, fits: Floats) -> tuple[Pairing, ...]:
    """With reasons, in the order given."""
    locked = {row for row, _ in here.locked}
    reasons = Explainer(here.score, here.mentees, here.mentors, here.settings).reasons(*made)
    return tuple(
        Pairing(here.mentees[row].id, here.mentors[column].id, round(fit, DIGITS), why, row in locked)
        for row, column, fit, why in zip(*made.tolist(), fits.tolist(), reasons, strict=True)
    )
