"""Why two people were paired, in facts of which each has a source. Composing words, and hiding what must not be
told, is the caller's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.engine import features
from matching.engine.score import PAIRS, Score
from matching.engine.types import Facet, Kind, Person, Reason, ReasonKind, Settings, Strength, Whose, Wish
from matching.engine.wishes import WEIGHT

KINDS = {Kind.TEXT: ReasonKind.SIMILAR, Kind.AVAILABILITY: ReasonKind.OVERLAPS, Kind.SKILLS: ReasonKind.COVERS}
DIGITS = 6


class Explainer:
    """Finds the reasons of pairs; keeps what is the same for all of them."""

    def __init__(self, score: Score, mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings) -> None:
        self.score, self.mentees, self.mentors, self.settings = score, mentees, mentors, settings
        self.named = [_named(likeness.facet) for likeness in score.likenesses]
        self.rank = {likeness.facet.key: _rarest_first(likeness.rare) for likeness in score.likenesses}
        keys = [likeness.facet.key for likeness in score.likenesses]
        self.in_order = np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)

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
        contributions = np.round((shares.components * shares.weights).astype(np.float64), DIGITS)
        similar = np.array([kind is ReasonKind.SIMILAR for _, kind, _ in self.named], np.bool_)
        alike = shares.components > 0.5  # as alike as any two here
        telling = (shares.weights > 0) & (alike | ~similar)
        ranked = self.in_order[np.argsort(-contributions[:, self.in_order], axis=1, kind="stable")]
        first = np.take_along_axis(telling, ranked, axis=1).tolist()
        each = zip(ranked.tolist(), first, contributions.tolist(), self._minutes(rows, columns).T.tolist(), strict=True)
        return [
            self._of_pair(self.mentees[row], self.mentors[column], own.get(row, ()), *found)
            for row, column, found in zip(rows.tolist(), columns.tolist(), each, strict=True)
        ]

    def _of_pair(
        self,
        mentee: Person,
        mentor: Person,
        own: tuple[Wish, ...],
        ranked: list[int],
        telling: list[bool],
        contributions: list[float],
        minutes: list[int],
    ) -> tuple[Reason, ...]:
        """No more of them are made than are told. What people have in common is in order already."""
        reasons: list[Reason] = []
        for i, tells in zip(ranked, telling, strict=True):
            if len(reasons) == self.settings.reasons:
                break
            if tells and (reason := self._likeness(i, mentee, mentor, minutes[i], contributions[i])):
                reasons.append(reason)
        if not (mentee.wishes or own or mentor.wishes):
            return tuple(reasons)
        reasons += _met(mentee.wishes + own, mentor, Whose.MENTEE)
        reasons += _met(mentor.wishes, mentee, Whose.MENTOR)
        return self._first(reasons)

    def _first(self, reasons: list[Reason]) -> tuple[Reason, ...]:
        ordered = sorted(reasons, key=lambda r: (-r.contribution, r.facet, r.kind.value, r.whose.value))
        return tuple(ordered[: self.settings.reasons])

    def _likeness(self, i: int, mentee: Person, mentor: Person, minutes: int, contribution: float) -> Reason | None:
        key, kind, whose = self.named[i]
        if kind is ReasonKind.SIMILAR:
            return Reason(key, kind, whose, (), contribution)
        values = (str(minutes),) * bool(minutes) if kind is ReasonKind.OVERLAPS else self._shared(key, mentee, mentor)
        return Reason(key, kind, whose, values, contribution) if values else None

    def _shared(self, key: str, mentee: Person, mentor: Person) -> tuple[str, ...]:
        ours = features.values(mentee, key) & features.values(mentor, key)
        return tuple(sorted(ours, key=self.rank[key].__getitem__))

    def _minutes(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """(facets, pairs) minutes a week both are free, for the facets that are about time"""
        found = np.zeros((len(self.score.likenesses), len(rows)), np.int64)
        for i, likeness in enumerate(self.score.likenesses):
            if likeness.facet.kind is Kind.AVAILABILITY:
                hours = likeness.uncapped(rows[:, None], columns[:, None]).reshape(-1)
                found[i] = np.rint(hours * self.settings.enough_overlap_minutes)
        return found


def _named(facet: Facet) -> tuple[str, ReasonKind, Whose]:
    kind = KINDS.get(facet.kind, ReasonKind.SHARED)
    return facet.key, kind, Whose.MENTEE if kind is ReasonKind.COVERS else Whose.BOTH


def _rarest_first(rare: Mapping[str, float]) -> dict[str, int]:
    """The place of each value."""
    return {value: i for i, value in enumerate(sorted(rare, key=lambda value: (-rare[value], value)))}


def _met(wishes: Sequence[Wish], other: Person, whose: Whose) -> list[Reason]:
    """One reason for each facet; what they said matters most to them stands before what we found alike."""
    if not wishes:
        return []
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
