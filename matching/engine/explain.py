"""Why two people were paired, in facts of which each has a source. Composing words, and hiding what must not be
told, is the caller's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.engine import features
from matching.engine.score import PAIRS, Score
from matching.engine.types import Kind, Person, Reason, ReasonKind, Settings, Strength, Whose, Wish
from matching.engine.wishes import WEIGHT

KINDS = {Kind.TEXT: ReasonKind.SIMILAR, Kind.AVAILABILITY: ReasonKind.OVERLAPS, Kind.SKILLS: ReasonKind.COVERS}
DIGITS = 6


class Explainer:
    """Finds the reasons of pairs; keeps what is the same for all of them."""

    def __init__(self, score: Score, mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings) -> None:
        self.score, self.mentees, self.mentors, self.settings = score, mentees, mentors, settings
        self.kinds = [KINDS.get(likeness.facet.kind, ReasonKind.SHARED) for likeness in score.likenesses]
        self.rare = {
            likeness.facet.key: features.rarity(mentees, mentors, likeness.facet.key) for likeness in score.likenesses
        }

    def reasons(
        self, rows: NDArray[np.int64], columns: NDArray[np.int64], own: dict[int, tuple[Wish, ...]] | None = None
    ) -> list[tuple[Reason, ...]]:
        """Of each pair, by contribution; `own` holds more wishes of some mentees, by row."""
        parts = (slice(start, start + PAIRS) for start in range(0, len(rows), PAIRS))
        return [why for part in parts for why in self._reasons(rows[part], columns[part], own or {})]

    def _reasons(
        self, rows: NDArray[np.int64], columns: NDArray[np.int64], own: dict[int, tuple[Wish, ...]]
    ) -> list[tuple[Reason, ...]]:
        shares = self.score.shares(rows, columns)
        contributions = np.round((shares.components * shares.weights).astype(np.float64), DIGITS).tolist()
        components, weights = shares.components.tolist(), shares.weights.tolist()
        minutes = self._minutes(rows, columns)
        found = []
        for pair, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
            reasons = [
                _likeness(
                    likeness.facet.key,
                    self.kinds[i],
                    self._values(likeness.facet.key, self.kinds[i], row, column, minutes[i, pair]),
                    components[pair][i],
                    contributions[pair][i],
                )
                for i, likeness in enumerate(self.score.likenesses)
                if weights[pair][i] > 0
            ]
            wishes = self.mentees[row].wishes + own.get(row, ())
            reasons += _met(wishes, self.mentors[column], Whose.MENTEE)
            reasons += _met(self.mentors[column].wishes, self.mentees[row], Whose.MENTOR)
            found.append(self._first(reason for reason in reasons if reason))
        return found

    def _values(self, key: str, kind: ReasonKind, row: int, column: int, minutes: int) -> tuple[str, ...]:
        if kind is ReasonKind.OVERLAPS:
            return (str(minutes),) if minutes else ()
        ours = features.values(self.mentees[row], key) & features.values(self.mentors[column], key)
        return tuple(sorted(ours, key=lambda value: (-self.rare[key][value], value)))

    def _minutes(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """(facets, pairs) minutes a week both are free, for the facets that are about time"""
        found = np.zeros((len(self.score.likenesses), len(rows)), np.int64)
        for i, likeness in enumerate(self.score.likenesses):
            if likeness.facet.kind is Kind.AVAILABILITY:
                hours = likeness.uncapped(rows[:, None], columns[:, None]).reshape(-1)
                found[i] = np.rint(hours * self.settings.enough_overlap_minutes)
        return found

    def _first(self, reasons: Iterable[Reason]) -> tuple[Reason, ...]:
        ordered = sorted(reasons, key=lambda r: (-r.contribution, r.facet, r.kind.value, r.whose.value))
        return tuple(ordered[: self.settings.reasons])


def _likeness(
    key: str, kind: ReasonKind, values: tuple[str, ...], component: float, contribution: float
) -> Reason | None:
    whose = Whose.MENTEE if kind is ReasonKind.COVERS else Whose.BOTH
    telling = component > 0.5 if kind is ReasonKind.SIMILAR else bool(values)  # .5: as alike as any two here
    return Reason(key, kind, whose, values, contribution) if telling else None


def _met(wishes: Iterable[Wish], other: Person, whose: Whose) -> list[Reason]:
    """One reason for each facet; what they said matters most to them stands before what we found alike."""
    met: dict[str, list[Wish]] = {}
    for wish in wishes:
        if wish.value in features.values(other, wish.facet):
            met.setdefault(wish.facet, []).append(wish)
    return [
        Reason(
            facet,
            ReasonKind.WISH_MET,
            whose,
            tuple(sorted({wish.value for wish in found})),
            max(_importance(wish.strength) for wish in found),
        )
        for facet, found in sorted(met.items())
    ]


def _importance(strength: Strength) -> float:
    """Comparable with the share of a facet among a handful; a must always comes first."""
    return 1.0 if strength is Strength.MUST else WEIGHT[strength] / 4
