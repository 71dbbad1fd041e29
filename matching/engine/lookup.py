"""The mentors by what they said, so that one mentee can be held against all of them in milliseconds.

A pool is scored by products of the arrays of both its sides. Here the mentors' side stays as it is, with what was
measured on the whole pool: how rare a value is, what an ordinary pair has. The rules and formulas are those of
`eligibility`, `features`, `wishes` and `score`, for one row; a test holds the two against each other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from matching.engine import features, week
from matching.engine.eligibility import Mask
from matching.engine.features import Likeness
from matching.engine.pool import Pool
from matching.engine.score import Score, harmonic
from matching.engine.sides import Floats, Ints
from matching.engine.types import Kind, Person, Strength
from matching.engine.wishes import Wishes, centre, weigh, wishes

COSINE = (Kind.TAGS, Kind.LANGUAGES, Kind.PLACE)
NOBODY = np.zeros(0, np.int64)
Key = TypeVar("Key", bound=Hashable)
Stretches = tuple[week.Stretch, ...]


class Unmeasured(Exception):
    """Nothing like it was there when the pool was measured: the whole of it must be looked at again."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Stretches of the week of m people, end to end."""

    who: Ints
    start: Ints
    end: Ints

    def shared(self, stretches: Iterable[week.Stretch], m: int) -> Floats:
        """(m,) minutes"""
        minutes = np.zeros(m, np.float64)
        for start, end in (piece for stretch in stretches for piece in week.pieces(stretch)):
            length = np.minimum(self.end, end) - np.maximum(self.start, start)
            met = np.flatnonzero(length > 0)
            minutes += np.bincount(self.who[met], weights=length[met], minlength=m)
        return minutes.astype(np.float32)


class Lookup:
    """The mentors of one pool, in its order. Shapes are (m,) unless said otherwise."""

    def __init__(self, here: Pool) -> None:
        self.here, self.settings, self.m = here, here.settings, len(here.mentors)
        self.keys = {kind: [f.key for f in self.settings.facets if f.kind is kind] for kind in Kind}
        self.gave = {facet.key: features.gave(here.mentors, facet.key) for facet in self.settings.facets}
        self.having = {facet.key: _having(here.mentors, facet.key) for facet in self.settings.facets}
        compared = [key for kind in COSINE for key in self.keys[kind]]
        self.rare = {key: features.rarity(here.mentees, here.mentors, key) for key in compared}
        everybody = here.mentees + here.mentors
        self.said = {key: sum(bool(features.values(person, key)) for person in everybody) for key in compared}
        self.norm = {key: np.array([self._norm(p, key) for p in here.mentors], np.float32) for key in compared}
        hours = self.keys[Kind.AVAILABILITY]
        self.free = {key: _hours(self._free(here.mentors, key)) for key in hours}
        self.begin = {key: _hours(self._beginnings(here.mentors, key)) for key in hours}
        texts = [(key, p.answers.get(key)) for key in self.keys[Kind.TEXT] for p in here.mentors]
        self.written = {key for key, said in texts if isinstance(said, str)}
        self.row = {mentee.id: row for row, mentee in enumerate(here.mentees)}
        self.column = {mentor.id: c for c, mentor in enumerate(here.mentors)}
        asked = [((wish.facet, wish.value), c, wish.strength) for c, p in enumerate(here.mentors) for wish in p.wishes]
        self.asked = sorted({key for key, _, _ in asked})
        self.musts = _by((key, c) for key, c, strength in asked if strength is Strength.MUST)
        self.avoiding = _by((id_, c) for c, mentor in enumerate(here.mentors) for id_ in mentor.avoid)

    def possible(self, person: Person) -> Mask:
        """With whom the rules, and what either of them said, allow a pair."""
        allowed = self.here.places > 0
        for key in [*self.keys[Kind.LANGUAGES], *self.keys[Kind.FORMATS]]:
            allowed &= ~self._clash(person, key)
        for key in self.keys[Kind.AVAILABILITY]:
            (windows,) = self._beginnings([person], key)
            allowed &= ~(self._both(person, key) & (self.begin[key].shared(windows, self.m) == 0))
        for place in self.keys[Kind.PLACE]:
            for form in self.keys[Kind.FORMATS]:
                allowed &= ~(self._clash(person, place) & self._only_in_person(person, form))
        return allowed & self._musts_hold(person) & ~self._apart(person)

    def fits(self, person: Person) -> Floats:
        """The mutual fit with each. Raises Unmeasured."""
        score = self.here.score
        own = features.weights([person], [likeness.facet for likeness in score.likenesses])[0]
        forth, back, budget_forth, budget_back = np.zeros((4, self.m), np.float32)
        for i, likeness in enumerate(score.likenesses):
            raw, both = self._component(person, likeness)
            capped = raw if likeness.ceiling is None else np.minimum(raw, np.float32(likeness.ceiling))
            acts = capped * np.float32(likeness.gain) + both * score.levels[i]
            for sums, budget, weight in ((forth, budget_forth, own[i]), (back, budget_back, score.weights_right[:, i])):
                sums += weight * acts
                budget += weight * both
        hers, theirs = self._forth(person), self._back(person)
        for sums, budget, (weight, above) in (
            (forth, budget_forth, weigh(hers.soft, hers.centre, hers.has, hers.gave)),
            (back, budget_back, weigh(theirs.soft, theirs.centre, theirs.has, theirs.gave)),
        ):
            sums += (weight * above).reshape(-1)
            budget += weight.reshape(-1)
        return harmonic(_direction(forth, budget_forth), _direction(back, budget_back))

    def score(self, person: Person, columns: Ints) -> Score:
        """Of this person and these mentors alone, with what was measured on all: for the reasons."""
        score, alike = self.here.score, np.eye(len(columns), dtype=np.float32)
        found = []
        for likeness in score.likenesses:
            raw, both = self._component(person, likeness)
            given = likeness.gave_right[columns]
            said = np.array([both[columns].any()], np.float32)
            found.append(replace(likeness, left=raw[None, columns], right=alike, gave_left=said, gave_right=given))
        weights = features.weights([person], [likeness.facet for likeness in found])
        return replace(score, likenesses=tuple(found), weights_left=weights, weights_right=score.weights_right[columns])

    def _musts_hold(self, person: Person) -> Mask:
        hold = np.ones(self.m, np.bool_)
        for wish in person.wishes:
            if wish.strength is Strength.MUST:
                hold &= self._has(wish.facet, wish.value)
        for (facet, value), columns in self.musts.items():
            if value not in features.values(person, facet):
                hold[columns] = False
        return hold

    def _apart(self, person: Person) -> Mask:
        """Where one avoids the other, or both are one person."""
        apart = np.zeros(self.m, np.bool_)
        apart[[self.column[id_] for id_ in {person.id, *person.avoid} if id_ in self.column]] = True
        apart[self.avoiding.get(person.id, NOBODY)] = True
        return apart

    def _component(self, person: Person, likeness: Likeness) -> tuple[Floats, Floats]:
        """As `Likeness.uncapped`; where both gave the facet."""
        key, kind = likeness.facet.key, likeness.facet.kind
        said = features.gave([person], key)[0] * (kind is not Kind.PLACE or self._may_meet(person))
        both = likeness.gave_right * np.float32(said)
        if not both.any():
            return both, both
        if kind is Kind.TEXT:
            return likeness.right @ self._text(person, likeness), both
        if kind is Kind.AVAILABILITY:
            (free,) = self._free([person], key)
            return self.free[key].shared(free, self.m) / np.float32(self.settings.enough_overlap_minutes), both
        values = features.values(person, key)
        if kind is Kind.SKILLS:
            return self._count(key, dict.fromkeys(values, 1 / len(values))), both
        weights = {value: self._rarity(key, value) ** 2 * self._norm(person, key) for value in values}
        return self._count(key, weights) * self.norm[key] * both, both

    def _text(self, person: Person, likeness: Likeness) -> Floats:
        """(d,) Words cannot be compared with numbers that a model made."""
        answer = person.answers[likeness.facet.key]
        if likeness.read is None or isinstance(answer, str) != (likeness.facet.key in self.written):
            raise Unmeasured
        return likeness.read(answer)

    def _forth(self, person: Person) -> Wishes:
        """(1, w) towards the mentors"""
        alone = wishes([person], [])
        wished = sorted({(wish.facet, wish.value) for wish in person.wishes})
        has, gave = np.zeros((2, self.m, len(wished)), np.float32)
        for i, (facet, value) in enumerate(wished):
            has[:, i], gave[:, i] = self._has(facet, value), self.gave[facet]
        return replace(alone, has=has, gave=gave, centre=centre(alone.soft, has, gave))

    def _back(self, person: Person) -> Wishes:
        """(m, w) towards this one"""
        has = [[value in features.values(person, facet) for facet, value in self.asked]]
        gave = [[features.gave([person], facet)[0] for facet, _ in self.asked]]
        return replace(self.here.score.back, has=np.array(has, np.float32), gave=np.array(gave, np.float32))

    def _has(self, facet: str, value: str) -> Mask:
        return self._count(facet, {value: 1.0}) > 0

    def _count(self, key: str, weights: Mapping[str, float]) -> Floats:
        """Of these values, the sum of the weights of those that each has."""
        found = np.zeros(self.m, np.float32)
        for value, weight in weights.items():
            found[self.having[key].get(value, NOBODY)] += np.float32(weight)
        return found

    def _both(self, person: Person, key: str) -> Mask:
        return (self.gave[key] * features.gave([person], key)[0]) > 0

    def _clash(self, person: Person, key: str) -> Mask:
        """Both gave the facet and share nothing of it."""
        shared = self._count(key, dict.fromkeys(features.values(person, key), 1.0))
        return self._both(person, key) & (shared == 0)

    def _only_in_person(self, person: Person, key: str) -> Mask:
        ours, form = features.values(person, key), self.settings.in_person
        if form not in ours:
            return np.zeros(self.m, np.bool_)
        elsewhere = self._count(key, dict.fromkeys(ours - {form}, 1.0)) == 0
        return self._both(person, key) & self._has(key, form) & elsewhere

    def _may_meet(self, person: Person) -> bool:
        said = (features.values(person, key) for key in self.keys[Kind.FORMATS])
        return all(not forms or self.settings.in_person in forms for forms in said)

    def _rarity(self, key: str, value: str) -> float:
        """Of what nobody said before, as of what one person did."""
        return self.rare[key].get(value) or math.log((1 + self.said[key]) / 2) + 1

    def _norm(self, person: Person, key: str) -> float:
        square = sum(self._rarity(key, value) ** 2 for value in features.values(person, key))
        return 1 / math.sqrt(square) if square else 0.0

    def _free(self, people: Sequence[Person], key: str) -> list[Stretches]:
        return features.free(people, key, self.settings)

    def _beginnings(self, people: Sequence[Person], key: str) -> list[Stretches]:
        """The minutes at which a meeting may begin."""
        return [week.room_for(free, self.settings.least_overlap_minutes) for free in self._free(people, key)]


def _having(people: Sequence[Person], key: str) -> dict[str, Ints]:
    return _by((value, c) for c, person in enumerate(people) for value in features.values(person, key))


def _by(pairs: Iterable[tuple[Key, int]]) -> dict[Key, Ints]:
    found = defaultdict[Key, list[int]](list)
    for key, column in pairs:
        found[key].append(column)
    return {key: np.array(columns, np.int64) for key, columns in found.items()}


def _hours(people: Sequence[Stretches]) -> Hours:
    flat = [(c, *piece) for c, free in enumerate(people) for stretch in free for piece in week.pieces(stretch)]
    return Hours(*np.array(flat, np.int64).reshape(-1, 3).T)


def _direction(sums: Floats, budget: Floats) -> Floats:
    above = np.divide(sums, budget, out=np.zeros_like(sums), where=budget > 0)
    return np.clip(0.5 + 0.5 * above, 0, 1, out=above)
