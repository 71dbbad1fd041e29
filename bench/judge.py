"""What each contender's pairs are worth by our mutual fit, whatever it looked at itself: one judge for all."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matching.engine.pool import Pool, pool
from matching.engine.types import Person, Settings

NOBODY = -1
ROWS = 256
ROUNDING = 1e-6  # single precision: so much more is no more
LOOKED_AT = 100_000_000  # pairs, at most; of a larger pool, some mentees drawn by lot stand for all


@dataclass(frozen=True)
class Verdict:
    matched: int
    total: float
    weakest: float  # mean fit of the tenth that fits least
    blocking: int  # pairs of which both would rather have each other than whom they got
    sampled: bool  # whether `blocking` is an estimate


class Judge:
    def __init__(self, mentees: list[Person], mentors: list[Person], settings: Settings) -> None:
        self.pool: Pool = pool(mentees, mentors, settings)
        self.places = np.array([mentor.capacity for mentor in mentors])
        self.spoken: list[list[Any]] = [[person.answers["languages"] for person in side] for side in (mentees, mentors)]
        self.shape = len(mentees), len(mentors)

    def verdicts(self, found: dict[str, np.ndarray]) -> dict[str, Verdict]:
        """By contender, of (matched, 2) rows and columns. Raises ValueError for pairs that may not be."""
        blocking, looked_at = self._blocking({name: _Matched(self, pairs) for name, pairs in found.items()})
        verdicts = {}
        for name, pairs in found.items():
            fits = np.sort(self.pool.score.pairs(*pairs.T).astype(float))
            verdicts[name] = Verdict(
                matched=len(pairs),
                total=float(fits.sum()),
                weakest=float(fits[: max(1, len(fits) // 10)].mean()) if len(fits) else 0.0,
                blocking=round(blocking[name] * self.shape[0] / looked_at),
                sampled=looked_at < self.shape[0],
            )
        return verdicts

    def _blocking(self, matched: "dict[str, _Matched]") -> tuple[dict[str, int], int]:
        n, m = self.shape
        rows = np.random.default_rng(0).permutation(n)[: max(1, LOOKED_AT // m)]
        count = dict.fromkeys(matched, 0)
        for start in range(0, len(rows), ROWS):
            these = rows[start : start + ROWS]
            fit, possible = self.pool.score.block(these), self.pool.eligible.eligible(these)
            for name, one in matched.items():
                rather = (fit.forth > one.forth[these, None]) & (fit.back > one.least[None, :]) & possible
                count[name] += int(rather.sum())
        return count, len(rows)

    def write(self, folder: Path) -> None:
        """As the peers read it: bench/peers/run.py."""
        rows = np.arange(self.shape[0])
        fit, possible = self.pool.score.block(rows), self.pool.eligible.eligible(rows)
        for side in ("mutual", "forth", "back"):
            np.where(possible, getattr(fit, side), 0).astype(np.float32).tofile(folder / side)
        (folder / "capacity.json").write_text(json.dumps(self.places.tolist()))


class _Matched:
    """What everybody has, by their own direction of the fit; nothing is less than any mentor or mentee."""

    def __init__(self, judge: Judge, pairs: np.ndarray) -> None:
        rows, columns = pairs.T
        n, m = judge.shape
        taken = np.bincount(columns, minlength=m)
        left, right = judge.spoken  # the one rule of these pools, looked at without the engine
        possible = all(left[row] & right[column] for row, column in pairs)
        if len(np.unique(rows)) < len(rows) or (taken > judge.places).any() or not possible:
            raise ValueError("pairs that break the rules: somebody twice, too many for a mentor, or no shared language")
        fit = judge.pool.score.block(rows[:, None], columns[:, None])
        self.forth, self.least = np.full(n, -1.0), np.full(m, np.inf)
        self.forth[rows] = fit.forth.reshape(-1) + ROUNDING
        np.minimum.at(self.least, columns, fit.back.reshape(-1) + ROUNDING)
        self.least[taken < judge.places] = -1.0
