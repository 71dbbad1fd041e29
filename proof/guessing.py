"""What an attacker learns in worlds whose secrets they know, what they try next, and what they guess."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from proof.attacked import SHOWN, WIDTH, Numbers, Played, Secret, Try

MOST = 5.0
"""One number that came back counts for no more, however sure it is."""


@dataclass(frozen=True)
class Hints:
    """What each number is where a secret is the first and the second answer, and how far it is so by chance."""

    first: Numbers
    second: Numbers
    spread: Numbers
    telling: Numbers
    """Which numbers differed in any pair of worlds that differed in nothing but the secret."""

    @classmethod
    def of(cls, first: Numbers, second: Numbers) -> "Hints":
        """Of pairs of worlds: a row for each, a column for each number."""
        one, other = first.mean(axis=0), second.mean(axis=0)
        swings = np.sqrt((first.var(axis=0) + second.var(axis=0)) / 2)
        return cls(one, other, swings + 0.25 * np.abs(other - one), (first != second).any(axis=0))

    @property
    def gain(self) -> Numbers:
        apart = np.divide(
            np.abs(self.second - self.first), self.spread, out=np.zeros_like(self.first), where=self.spread > 0
        )
        return np.where(self.telling, np.minimum(apart, MOST), 0.0)

    def second_rather(self, row: Numbers, columns: Numbers) -> bool:
        """Whether what came back is likelier where the secret is the second answer. Where nothing tells, it is not."""
        use = columns & self.telling & ~np.isnan(row) & (self.spread > 0)
        z = [(row[use] - mean[use]) / self.spread[use] for mean in (self.first, self.second)]
        return float(np.clip((z[0] ** 2 - z[1] ** 2) / 2, -MOST, MOST).sum()) > 0


class Learner:
    def __init__(self, tries: Sequence[Try], pairs: Mapping[Secret, Sequence[tuple[Played, Played]]]) -> None:
        self.tries, self.at = tries, {one: number for number, one in enumerate(tries)}
        self.hints = {
            secret: Hints.of(*(np.stack([self.row(pair[side]) for pair in known]) for side in (0, 1)))
            for secret, known in pairs.items()
        }
        self.gain = self._of_each_try(np.max([hints.gain for hints in self.hints.values()], axis=0))
        self.known = {
            one: {played.seen[one].tobytes() for known in pairs.values() for pair in known for played in pair}
            for one in tries
        }

    def row(self, played: Played) -> Numbers:
        """What was not tried tells nothing."""
        row = np.full(len(self.tries) * WIDTH, np.nan)
        for one, found in played.seen.items():
            row[self.at[one] * WIDTH : (self.at[one] + 1) * WIDTH] = found
        return row

    def guess(self, secret: Secret, played: Played, pages: Sequence[str]) -> bool:
        columns = np.repeat([one.page in pages for one in self.tries], WIDTH)
        return self.hints[secret].second_rather(self.row(played), columns)

    def attack(self, probes: int, lots: Random) -> Callable[[Played], Try | None]:
        """Each probe where most is to be learned: where most was told in known worlds, and near what was never seen
        there; what was looked at least; whoever is on the list just now rather than whoever is not."""
        luck = np.array([lots.random() for _ in self.tries]) * 1e-3
        numbers = {state: number for number, state in enumerate(dict.fromkeys(one.state for one in self.tries))}
        states = np.array([numbers[one.state] for one in self.tries])
        pages = {who: np.array([one.page == who for one in self.tries]) for who in SHOWN}
        near, times = np.zeros(len(self.tries)), np.zeros(len(self.tries))

        def choose(played: Played) -> Try | None:
            if len(played.told) >= probes:
                return None
            if played.last:
                times[self.at[played.last]] += 1
                if played.seen[played.last].tobytes() not in self.known[played.last]:
                    near[states == numbers[played.last.state]] = 0.1
            here = states == (numbers[played.state] if played.state else -1)
            away = here & np.any([pages[who] for who in SHOWN if not played.is_listed(who)] or [~here & here], axis=0)
            worth = (0.05 + self.gain + near) * np.where(away, 0.1, 1.0) / (1 + times)
            return self.tries[int(np.argmax(worth + 0.01 * here + luck))]

        return choose

    def _of_each_try(self, numbers: Numbers) -> Numbers:
        return numbers.reshape(-1, WIDTH).max(axis=1)


def interval(right: int, of: int, deviations: float) -> tuple[float, float]:
    """Wilson's (1927)."""
    share, z = right / of, deviations
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return middle - half, middle + half
