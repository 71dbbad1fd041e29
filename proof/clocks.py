"""Whether a clock tells two kinds of answers apart: the share of pairs in which the one took longer (AUC), with its
interval. Half is what chance gives."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

MOST, ERRORS = 0.55, 2.0


@dataclass(frozen=True)
class Apart:
    """How far two samples can be told apart, whichever is the slower."""

    share: float
    error: float
    """Standard error where there is no difference (Mann and Whitney)."""

    @property
    def either_way(self) -> float:
        return max(self.share, 1 - self.share)

    @property
    def surely_over(self) -> bool:
        return self.either_way - ERRORS * self.error > MOST

    def __str__(self) -> str:
        return f"{self.either_way:.3f} ± {1.96 * self.error:.3f}"


def apart(one: Sequence[float], other: Sequence[float]) -> Apart:
    a, b = np.asarray(one), np.asarray(other)
    longer = (a[:, None] > b[None, :]).mean() + (a[:, None] == b[None, :]).mean() / 2
    return Apart(float(longer), math.sqrt((len(a) + len(b) + 1) / (12 * len(a) * len(b))))


@dataclass
class Timings:
    """How long one step took, round after round."""

    known: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)
    sure: int = 0
    """In how many rounds it was surely over, each by itself."""

    def add(self, known: Sequence[float], unknown: Sequence[float]) -> None:
        self.sure += apart(known, unknown).surely_over
        self.known.extend(known)
        self.unknown.extend(unknown)

    @property
    def apart(self) -> Apart:
        return apart(self.known, self.unknown)
