"""Answers as arrays: for each facet one `Likeness`, whose product of two sides says how alike people are.

Everything that looks at single answers is here, once per person; all that follows is array code over pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matching.engine import text, week
from matching.engine.sides import Floats, Rows
from matching.engine.types import Facet, Kind, Person, PoolError, Settings

SAMPLE = 256
CELLS = 1 << 24  # of people and values that are compared: 64 MB for each facet
EXACT_CELLS = 1 << 27  # the same where they decide who may meet
LEAST_ROOM = 64
TEXT_SPREAD = 6.0  # three standard deviations either way span the range of the other components


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike mentees (rows of `left`) and mentors (rows of `right`) are on one facet.

    The component of a pair is min(left @ right, ceiling). Who did not make the facet available has a row of zeros
    and a zero in `gave`. `centre` is what an ordinary pair of this pool has, and a component acts by how far it
    lies from there, times `gain`: so what is absent moves nobody up or down.
    """

    facet: Facet
    left: Floats  # (mentees, d)
    right: Floats  # (mentors, d)
    gave_left: Floats  # (mentees,) 0 or 1
    gave_right: Floats  # (mentors,) 0 or 1
    ceiling: float | None = None
    centre: float = 0.0
    gain: float = 1.0
    read: text.Reader | None = None  # of a text: one more
    rare: Mapping[str, float] = field(default_factory=dict, repr=False)  # how rare each value is

    def raw(self, rows: Rows, columns: Rows) -> Floats:
        """(..., rows, columns) the components, for indices of one dimension or more."""
        raw = self.uncapped(rows, columns)
        return raw if self.ceiling is None else np.minimum(raw, np.float32(self.ceiling))

    def uncapped(self, rows: Rows, columns: Rows) -> Floats:
        return product(self.left[rows], self.right[columns])


def product(left: Floats, right: Floats, into: Floats | None = None) -> Floats:
    """(..., n, d) and (..., m, d) to (..., n, m)"""
    return np.matmul(left, right.swapaxes(-1, -2), out=into)


class Said:
    """Which of a facet's values each person has: the values of both sides numbered in their order, and for each side
    who has them, (entries,) rows and numbers sorted by both, for a set has no order that could be relied on."""

    def __init__(self, mentees: Sequence[Person], mentors: Sequence[Person], key: str) -> None:
        each = [[values(person, key) for person in side] for side in (mentees, mentors)]
        self.values, self.sizes = sorted(frozenset[str]().union(*each[0], *each[1])), (len(mentees), len(mentors))
        place = {value: i for i, value in enumerate(self.values)}
        self.sides = [_entries(side, place) for side in each]
        self.times = [np.bincount(numbers, minlength=len(place)) for _, numbers in self.sides]
        self.shared = np.flatnonzero(np.minimum(*self.times))

    @cached_property
    def rarity(self) -> NDArray[np.float64]:
        """(values,) ln((1 + n) / (1 + df)) + 1, the smooth inverse document frequency: n people gave the facet, df that
        value."""
        people = sum(len(np.unique(rows)) for rows, _ in self.sides)
        return np.log((1 + people) / (1 + self.times[0] + self.times[1])) + 1

    def count(self, side: int, weight: NDArray[np.float64]) -> Any:
        """(people,) the sum of the weights (values,) of what each has"""
        rows, numbers = self.sides[side]
        return np.bincount(rows, weights=weight[numbers], minlength=self.sizes[side]).astype(np.float64)

    def table(self, side: int, columns: Columns, weight: NDArray[np.float64] | None = None) -> Floats:
        """(people, width) of 0 and 1, or the weights (values,), of the values that have a column"""
        place, width = columns
        rows, numbers = self.sides[side]
        here = place[numbers] >= 0
        rows, numbers = rows[here], numbers[here]
        table = np.zeros((self.sizes[side], width), np.float32)
        np.add.at(table, (rows, place[numbers]), 1 if weight is None else weight[numbers].astype(np.float32))
        return table


def _entries(each: Sequence[frozenset[str]], place: Mapping[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows = np.repeat(np.arange(len(each)), [len(said) for said in each])
    numbers = np.array([place[value] for said in each for value in said], np.int64)
    width = max(1, len(place))
    return np.divmod(np.sort(rows * width + numbers), width)


Columns = tuple[NDArray[np.int64], int]
"""Which column each value has, -1 for none; and how many columns there are."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """Which of a facet's values each person has, as 0 and 1, over the values that stand on both sides."""

    values: tuple[str, ...]
    left: Floats
    right: Floats


def likenesses(mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings) -> list[Likeness]:
    """One for each facet that is compared, that any mentor made available, and that counts for anybody."""
    found = []
    for facet in settings.facets:
        is_there = facet.kind is not Kind.FORMATS and gave(mentors, facet.key).any()
        if not (is_there and _counts(facet, mentees, mentors)):
            continue
        found.append(_centred(_likeness(facet, mentees, mentors, settings)))
    return found


def gave(people: Sequence[Person], key: str) -> Floats:
    """(people,) 1 for who made the facet available. An empty answer, or blank text, says nothing."""
    answers = [person.answers.get(key) for person in people]
    return np.array([bool(said.strip() if isinstance(said, str) else said) for said in answers], np.float32)


def ticked(mentees: Sequence[Person], mentors: Sequence[Person], key: str) -> Ticked:
    """For rules, which must be exact: raises PoolError for more values than there is room for."""
    said, people = Said(mentees, mentors, key), len(mentees) + len(mentors)
    if len(said.shared) * people > EXACT_CELLS:
        most = f"at most {EXACT_CELLS // people} among {people} people, for they decide who may meet"
        raise PoolError(f"facet {key!r}: different values", len(said.shared), most)
    columns = _one_each(said)
    return Ticked(tuple(said.values[i] for i in said.shared.tolist()), said.table(0, columns), said.table(1, columns))


def weights(people: Sequence[Person], facets: Sequence[Facet]) -> Floats:
    """(people, facets) what each person lets each facet count for."""
    table = np.tile(np.array([facet.weight for facet in facets], np.float32), (len(people), 1))
    column = {facet.key: i for i, facet in enumerate(facets)}
    for row, person in enumerate(people):
        for key, weight in person.weights.items():
            if key in column:
                table[row, column[key]] = weight
    return table


def rarity(mentees: Sequence[Person], mentors: Sequence[Person], key: str) -> dict[str, float]:
    """Of each value that anybody has."""
    return _by_value(Said(mentees, mentors, key))


def _by_value(said: Said) -> dict[str, float]:
    return dict(zip(said.values, said.rarity.tolist(), strict=True))


def _counts(facet: Facet, mentees: Sequence[Person], mentors: Sequence[Person]) -> bool:
    return facet.weight > 0 or any(person.weights.get(facet.key) for side in (mentees, mentors) for person in side)


def _said(person: Person, key: str) -> bool:
    answer = person.answers.get(key)
    return bool(answer.strip() if isinstance(answer, str) else answer)


def _likeness(facet: Facet, mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings) -> Likeness:
    gave_left, gave_right = gave(mentees, facet.key), gave(mentors, facet.key)
    ceiling, read, rare = None, None, {}
    match facet.kind:
        case Kind.TEXT:
            left, right, read = _text(facet, mentees, mentors, gave_left, gave_right)
        case Kind.AVAILABILITY:
            left, right = _overlap(facet, mentees, mentors, settings)
            ceiling = 1.0
        case _:
            said = Said(mentees, mentors, facet.key)
            left, right = (_coverage if facet.kind is Kind.SKILLS else _cosine)(said)
            rare = _by_value(said)
    if facet.kind is Kind.PLACE:
        gave_left, gave_right = (
            given * _may_meet(side, settings) for given, side in ((gave_left, mentees), (gave_right, mentors))
        )
        left, right = left * gave_left[:, None], right * gave_right[:, None]
    return Likeness(facet, left, right, gave_left, gave_right, ceiling, read=read, rare=rare)


def _centred(raw: Likeness) -> Likeness:
    """Measured on at most SAMPLE people of each side, evenly spaced among those who gave the facet."""
    rows, columns = _spread(raw.gave_left), _spread(raw.gave_right)
    if not (len(rows) and len(columns)):
        return raw
    sample = raw.raw(rows, columns).astype(np.float64)
    gain = 1.0
    if raw.facet.kind is Kind.TEXT:
        deviation = float(sample.std())
        gain = 1 / (TEXT_SPREAD * deviation) if deviation > 1e-6 else 0.0
    return replace(raw, centre=float(sample.mean()), gain=gain)


def _spread(given: Floats) -> NDArray[np.int64]:
    who = np.flatnonzero(given)
    return who[np.linspace(0, len(who) - 1, min(SAMPLE, len(who))).astype(np.int64)]


def _cosine(said: Said) -> tuple[Floats, Floats]:
    """The length is that of all of a person's values, those that nobody else has included."""
    columns = _columns(said)
    left, right = (
        said.table(side, columns, said.rarity) * _inverse(np.sqrt(said.count(side, said.rarity**2))) for side in (0, 1)
    )
    return left, right


def _coverage(said: Said) -> tuple[Floats, Floats]:
    """The share of what the mentee wants that the mentor offers."""
    columns = _columns(said)
    return said.table(0, columns) * _inverse(said.count(0, np.ones(len(said.values)))), said.table(1, columns)


def _inverse(amounts: NDArray[np.float64]) -> Floats:
    """(people, 1), 0 for 0"""
    return np.divide(1, amounts, out=np.zeros_like(amounts), where=amounts > 0).astype(np.float32)[:, None]


def _one_each(said: Said) -> Columns:
    place = np.full(len(said.values), -1)
    place[said.shared] = np.arange(len(said.shared))
    return place, len(said.shared)


def _columns(said: Said) -> Columns:
    """One for each value, while there is room. In a large pool with very many values the common ones keep theirs and
    the rare ones share by a hash (Weinberger and others 2009): now and then two of them are taken for one, which blurs
    a fit and decides nothing."""
    room = max(LEAST_ROOM, CELLS // max(1, sum(said.sizes)))
    if len(said.shared) <= room:
        return _one_each(said)
    place, half = np.full(len(said.values), -1), room // 2
    common = said.shared[np.argsort(said.rarity[said.shared], kind="stable")]
    place[common[:half]] = np.arange(half)
    place[common[half:]] = [half + crc32(said.values[i].encode()) % (room - half) for i in common[half:].tolist()]
    return place, room


def _overlap(
    facet: Facet, mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings
) -> tuple[Floats, Floats]:
    lengths, (left, right) = week.grid(*(free(side, facet.key, settings) for side in (mentees, mentors)))
    return left * (lengths / settings.enough_overlap_minutes).astype(np.float32), right


def free(people: Sequence[Person], key: str, settings: Settings) -> list[tuple[week.Stretch, ...]]:
    """When each person is free, in UTC."""
    return [
        week.stretches(answer, person.timezone, settings.week) if isinstance(answer, tuple) else ()
        for person in people
        for answer in [person.answers.get(key)]
    ]


def _text(
    facet: Facet, mentees: Sequence[Person], mentors: Sequence[Person], gave_left: Floats, gave_right: Floats
) -> tuple[Floats, Floats, text.Reader | None]:
    texts = [person.answers.get(facet.key, "") for side in (mentees, mentors) for person in side]
    if not (gave_left.any() and gave_right.any()):
        return np.zeros((len(mentees), 0), np.float32), np.zeros((len(mentors), 0), np.float32), None
    said = np.flatnonzero(np.concatenate([gave_left, gave_right]))
    found, read = text.measured([texts[i] for i in said], int(gave_left.sum()))
    both = np.zeros((len(texts), found.shape[1]), np.float32)
    both[said] = found
    return both[: len(mentees)], both[len(mentees) :], read


def _may_meet(people: Sequence[Person], settings: Settings) -> Floats:
    """(people,) 0 for who said, in every facet of formats, that they do not meet in person."""
    keys = [facet.key for facet in settings.facets if facet.kind is Kind.FORMATS]
    return np.array(
        [all(not _said(p, key) or settings.in_person in values(p, key) for key in keys) for p in people], np.float32
    )


def values(person: Person, key: str) -> frozenset[str]:
    """What a person ticked; nothing for what is absent or no set of values."""
    answer = person.answers.get(key)
    return answer if isinstance(answer, frozenset) else frozenset()
