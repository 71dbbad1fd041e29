"""Whether a clock tells two kinds of answers apart: the share of pairs in which the one took longer (AUC), with its
interval. Half is what chance gives."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Apart:
    """How far two samples can be told apart, whichever is the slower."""

    share: float
    error: float
    """Standard error where there is no difference (Mann and Whitney)."""

    @property
    def either_way(self) -> float:
        return max(self.share, 1 - self.share)

    def surely_over(self, most: float, errors: float) -> bool:
        return self.either_way - errors * self.error > most

    def __str__(self) -> str:
        return f"{self.either_way:.3f} ± {1.96 * self.error:.3f}"


def apart(one: Sequence[float], other: Sequence[float]) -> Apart:
    a, b = np.asarray(one), np.asarray(other)
    longer = (a[:, None] > b[None, :]).mean() + (a[:, None] == b[None, :]).mean() / 2
    return Apart(float(longer), math.sqrt((len(a) + len(b) + 1) / (12 * len(a) * len(b))))
