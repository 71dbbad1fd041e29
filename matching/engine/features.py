"""Answers as arrays: for each facet one `Likeness`, whose product of two sides says how alike people are.

Everything that looks at single answers is here, once per person; all that follows is array code over pairs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
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

    def raw(self, rows: Rows, columns: Rows) -> Floats:
        """(..., rows, columns) the components, for indices of one dimension or more."""
        raw = self.uncapped(rows, columns)
        return raw if self.ceiling is None else np.minimum(raw, np.float32(self.ceiling))

    def uncapped(self, rows: Rows, columns: Rows) -> Floats:
        return product(self.left[rows], self.right[columns])


def product(left: Floats, right: Floats, into: Floats | None = None) -> Floats:
    """(..., n, d) and (..., m, d) to (..., n, m)"""
    return np.matmul(left, right.swapaxes(-1, -2), out=into)


@dataclass(frozen=True, slots=True)
class Ticked:
    """Which of a facet's values each person has, as 0 and 1, over the values that stand on both sides."""

    values: tuple[str, ...]
    left: Floats
    right: Floats


def likenesses(mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings) -> list[Likeness]:
    """One for each facet that is compared and that counts for anybody."""
    found = []
    for facet in settings.facets:
        if facet.kind is Kind.FORMATS or not _counts(facet, mentees, mentors):
            continue
        found.append(_centred(_likeness(facet, mentees, mentors, settings)))
    return found


def gave(people: Sequence[Person], key: str) -> Floats:
    """(people,) 1 for who made the facet available. An empty answer, or blank text, says nothing."""
    return np.array([_said(person, key) for person in people], np.float32)


def ticked(mentees: Sequence[Person], mentors: Sequence[Person], key: str) -> Ticked:
    """For rules, which must be exact: raises PoolError for more values than there is room for."""
    shared, people = _shared(mentees, mentors, key), len(mentees) + len(mentors)
    if len(shared) * people > EXACT_CELLS:
        most = f"at most {EXACT_CELLS // people} among {people} people, for they decide who may meet"
        raise PoolError(f"facet {key!r}: different values", len(shared), most)
    column = {value: i for i, value in enumerate(shared)}
    left, right = (_table(side, key, column, len(column)) for side in (mentees, mentors))
    return Ticked(tuple(shared), left, right)


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
    """ln((1 + n) / (1 + df)) + 1, the smooth inverse document frequency: n people gave the facet, df that value."""
    answers = [said for side in (mentees, mentors) for person in side if (said := values(person, key))]
    times = Counter(chain.from_iterable(answers))
    return {value: math.log((1 + len(answers)) / (1 + df)) + 1 for value, df in times.items()}


def _counts(facet: Facet, mentees: Sequence[Person], mentors: Sequence[Person]) -> bool:
    return facet.weight > 0 or any(person.weights.get(facet.key) for side in (mentees, mentors) for person in side)


def _said(person: Person, key: str) -> bool:
    answer = person.answers.get(key)
    return bool(answer.strip() if isinstance(answer, str) else answer)


def _likeness(facet: Facet, mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings) -> Likeness:
    gave_left, gave_right = gave(mentees, facet.key), gave(mentors, facet.key)
    ceiling, read = None, None
    match facet.kind:
        case Kind.TEXT:
            left, right, read = _text(facet, mentees, mentors, gave_left, gave_right)
        case Kind.AVAILABILITY:
            left, right = _overlap(facet, mentees, mentors, settings)
            ceiling = 1.0
        case Kind.SKILLS:
            left, right = _coverage(facet, mentees, mentors)
        case Kind.PLACE:
            left, right = _cosine(facet, mentees, mentors)
            gave_left, gave_right = (
                given * _may_meet(side, settings) for given, side in ((gave_left, mentees), (gave_right, mentors))
            )
            left, right = left * gave_left[:, None], right * gave_right[:, None]
        case _:
            left, right = _cosine(facet, mentees, mentors)
    return Likeness(facet, left, right, gave_left, gave_right, ceiling, read=read)


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


def _cosine(facet: Facet, mentees: Sequence[Person], mentors: Sequence[Person]) -> tuple[Floats, Floats]:
    rare = rarity(mentees, mentors, facet.key)
    column, width = _columns(mentees, mentors, facet.key, rare)
    left, right = (
        _table(side, facet.key, column, width, rare) * _inverse_norms(side, facet.key, rare)
        for side in (mentees, mentors)
    )
    return left, right


def _inverse_norms(people: Sequence[Person], key: str, rare: dict[str, float]) -> Floats:
    """(people, 1) over all of a person's values, those that nobody else has included."""
    squares = {value: weight**2 for value, weight in rare.items()}
    # fsum, for a set has no order that could be relied on
    sums = [math.fsum(map(squares.__getitem__, values(person, key))) for person in people]
    return np.array([1 / math.sqrt(square) if square else 0 for square in sums], np.float32)[:, None]


def _coverage(facet: Facet, mentees: Sequence[Person], mentors: Sequence[Person]) -> tuple[Floats, Floats]:
    """The share of what the mentee wants that the mentor offers."""
    column, width = _columns(mentees, mentors, facet.key, rarity(mentees, mentors, facet.key))
    left, right = (_table(side, facet.key, column, width) for side in (mentees, mentors))
    wanted = np.array([max(1, len(values(person, facet.key))) for person in mentees], np.float32)
    return left / wanted[:, None], right


def _shared(mentees: Sequence[Person], mentors: Sequence[Person], key: str) -> list[str]:
    """The values that stand on both sides."""
    left, right = (set[str]().union(*(values(person, key) for person in side)) for side in (mentees, mentors))
    return sorted(left & right)


def _columns(
    mentees: Sequence[Person], mentors: Sequence[Person], key: str, rare: dict[str, float]
) -> tuple[dict[str, int], int]:
    """Which column each value has, and how many there are: one each, while there is room. In a large pool with very
    many values the common ones keep theirs and the rare ones share by a hash (Weinberger and others 2009): now and
    then two of them are taken for one, which blurs a fit and decides nothing."""
    shared = _shared(mentees, mentors, key)
    room = max(LEAST_ROOM, CELLS // max(1, len(mentees) + len(mentors)))
    if len(shared) <= room:
        return {value: i for i, value in enumerate(shared)}, len(shared)
    half = room // 2
    common = sorted(shared, key=lambda value: (rare[value], value))
    own = {value: i for i, value in enumerate(common[:half])}
    return own | {value: half + crc32(value.encode()) % (room - half) for value in common[half:]}, room


def _table(
    people: Sequence[Person], key: str, column: dict[str, int], width: int, weight: dict[str, float] | None = None
) -> Floats:
    """(people, width) of 0 and 1, or the weights, of the values that have a column"""
    number = {value: i for i, value in enumerate(column)}
    said = [values(person, key) for person in people]
    rows = np.repeat(np.arange(len(people)), [len(each) for each in said])
    numbers = np.array([number.get(value, -1) for each in said for value in each], np.int64)
    rows, numbers = rows[numbers >= 0], numbers[numbers >= 0]
    columns = np.array(list(column.values()), np.int64)[numbers]
    weights = np.array([weight[value] if weight else 1 for value in column], np.float32)[numbers]
    order = np.lexsort((weights, columns, rows))  # for a set has no order that could be relied on
    table = np.zeros((len(people), width), np.float32)
    np.add.at(table, (rows[order], columns[order]), weights[order])
    return table


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
    found, read = text.measured([texts[i] for i in said])
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
