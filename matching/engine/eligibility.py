"""Who may be paired at all: hard rules as masks, never as low scores.

A rule about a facet holds only between two people who both made it available, except a must.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine import features, week
from matching.engine.sides import Floats, Ints, Rows, different
from matching.engine.types import Facet, Hindrance, Kind, Pair, Person, Rule, Settings
from matching.engine.wishes import Wishes

Mask = NDArray[np.bool_]
BLOCK = 1 << 20  # pairs whose hindrances are counted at once


@dataclass(frozen=True, slots=True)
class Clash:
    """Two people clash where both gave the facet and share nothing of it."""

    rule: Rule
    left: Floats  # (mentees, d)
    right: Floats  # (mentors, d)
    gave_left: Floats
    gave_right: Floats

    def mask(self, rows: Rows) -> Mask:
        both = np.outer(self.gave_left[rows] > 0, self.gave_right > 0)
        return both & (self.left[rows] @ self.right.T < 0.5)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Whether in person is the only form two people share."""

    left: Floats  # (mentees,)
    right: Floats
    elsewhere: Clash

    def only_in_person(self, rows: Rows) -> Mask:
        return np.outer(self.left[rows] > 0, self.right > 0) & self.elsewhere.mask(rows)


@dataclass(frozen=True, slots=True)
class Eligibility:
    clashes: tuple[Clash, ...]
    meetings: tuple[Meeting, ...]
    places: tuple[Clash, ...]
    forth: Wishes
    back: Wishes
    apart: dict[Rule, NDArray[np.int64]]  # (2, pairs) row and column
    full: Mask  # (mentors,)
    shape: tuple[int, int] = field(default=(0, 0))

    def masks(self, rows: NDArray[np.int64], forth: Wishes | None = None) -> Iterator[tuple[Rule, Mask]]:
        """(rows, mentors) for each rule: True where it forbids. Places that are taken are no rule.

        `forth` takes the place of these very mentees' wishes.
        """
        for clash in self.clashes:
            yield clash.rule, clash.mask(rows)
        for place in self.places:
            for meeting in self.meetings:
                yield Rule.PLACE, place.mask(rows) & meeting.only_in_person(rows)
        yield Rule.MUST, self.forth.unmet_musts(rows) if forth is None else forth.unmet_musts()
        if self.back.musts.any():
            yield Rule.THEIR_MUST, self.back.unmet_musts(columns=rows).T
        for rule, pairs in self.apart.items():
            yield rule, self._at(pairs, rows)

    def eligible(self, rows: NDArray[np.int64], forth: Wishes | None = None) -> Mask:
        """(rows, mentors)"""
        allowed = np.broadcast_to(~self.full, (len(rows), self.shape[1])).copy()
        for _, mask in self.masks(rows, forth):
            np.logical_and(allowed, ~mask, out=allowed)
        return allowed

    def hindrances(self, row: int, forth: Wishes | None = None) -> tuple[Hindrance, ...]:
        """Of one mentee, the rule that alone took most mentors first; NO_PLACES counts those who went to others."""
        return self._hindrances(np.array([row]), forth)[0]

    def hindrances_of(self, rows: Ints) -> list[tuple[Hindrance, ...]]:
        """The same of many, each kind of mentee looked at once: whom the same rules keep from the same mentors."""
        if not len(rows):
            return []
        first, kind = different(self._kinds(rows))
        step = max(1, BLOCK // max(1, self.shape[1]))
        told = [
            one
            for start in range(0, len(first), step)
            for one in self._hindrances(rows[first[start : start + step]], None)
        ]
        return [told[which] for which in kind.tolist()]

    def _kinds(self, rows: Ints) -> NDArray[np.uint8]:
        """(rows, bytes) alike only where all rules are"""
        tables = [self.forth.musts, *(table for clash in self._clashes() for table in (clash.left, clash.gave_left))]
        tables += [meeting.left for meeting in self.meetings] + [self.back.has] * bool(self.back.musts.any())
        own = np.zeros(self.shape[0], np.int64)  # who has pairs of their own to be kept from
        for pairs in self.apart.values():
            own[pairs[0]] = pairs[0] + 1
        flat = [np.packbits(np.atleast_2d(table[rows].T).T > 0, axis=1) for table in tables]
        return np.concatenate([*flat, own[rows, None].view(np.uint8)], axis=1)

    def _clashes(self) -> list[Clash]:
        return [*self.clashes, *self.places, *(meeting.elsewhere for meeting in self.meetings)]

    def _hindrances(self, rows: Ints, forth: Wishes | None) -> list[tuple[Hindrance, ...]]:
        if not self.shape[1]:
            return [(Hindrance(Rule.NO_PEOPLE, 0),)] * len(rows)
        masks: dict[Rule, Mask] = {}
        for rule, mask in self.masks(rows, forth):
            masks[rule] = masks[rule] | mask if rule in masks else mask
        against: NDArray[np.int8] = np.sum(list(masks.values()), axis=0, dtype=np.int8)
        once = np.equal(against, 1) & ~self.full
        counts: dict[Rule, Any] = {rule: (mask & once).sum(axis=1).tolist() for rule, mask in masks.items()}
        there: dict[Rule, Any] = {rule: mask.any(axis=1).tolist() for rule, mask in masks.items()}
        taken = np.equal(against, 0).sum(axis=1).tolist()
        found = []
        for i in range(len(rows)):
            alone = {rule: counts[rule][i] for rule in masks if there[rule][i]}
            if taken[i]:
                alone[Rule.NO_PLACES] = taken[i]
            found.append(_in_order({rule: count for rule, count in alone.items() if count} or alone))
        return found

    def _at(self, pairs: NDArray[np.int64], rows: NDArray[np.int64]) -> Mask:
        place = np.full(self.shape[0], -1)
        place[rows] = np.arange(len(rows))
        within = place[pairs[0]] >= 0
        mask = np.zeros((len(rows), self.shape[1]), np.bool_)
        mask[place[pairs[0][within]], pairs[1][within]] = True
        return mask


def _in_order(emptied: dict[Rule, int]) -> tuple[Hindrance, ...]:
    order = list(Rule)
    ranked = sorted(emptied.items(), key=lambda item: (-item[1], order.index(item[0])))
    return tuple(Hindrance(rule, count) for rule, count in ranked)


def eligibility(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    settings: Settings,
    *,
    forth: Wishes,
    back: Wishes,
    forbidden: Iterable[Pair],
    earlier: Iterable[Pair],
    full: Mask,
) -> Eligibility:
    kinds: dict[Kind, list[Facet]] = {kind: [f for f in settings.facets if f.kind is kind] for kind in Kind}
    clashes = [_values_clash(Rule.LANGUAGE, facet, mentees, mentors) for facet in kinds[Kind.LANGUAGES]]
    clashes += [_values_clash(Rule.FORMAT, facet, mentees, mentors) for facet in kinds[Kind.FORMATS]]
    clashes += [_time_clash(facet, mentees, mentors, settings) for facet in kinds[Kind.AVAILABILITY]]
    return Eligibility(
        clashes=tuple(clashes),
        meetings=tuple(_meeting(facet, mentees, mentors, settings) for facet in kinds[Kind.FORMATS]),
        places=tuple(_values_clash(Rule.PLACE, facet, mentees, mentors) for facet in kinds[Kind.PLACE]),
        forth=forth,
        back=back,
        apart={
            Rule.AVOIDED: _indexed(boundaries(mentees, mentors), mentees, mentors),
            Rule.FORBIDDEN: _indexed(forbidden, mentees, mentors),
            Rule.EARLIER_PAIR: _indexed(earlier, mentees, mentors),
        },
        full=full,
        shape=(len(mentees), len(mentors)),
    )


def boundaries(mentees: Sequence[Person], mentors: Sequence[Person]) -> set[Pair]:
    """The pairs of which one avoids the other, or that are one person in two roles."""
    here = {mentee.id for mentee in mentees}
    there = {mentor.id for mentor in mentors}
    found = {(mentee.id, other) for mentee in mentees for other in mentee.avoid & there}
    found |= {(other, mentor.id) for mentor in mentors for other in mentor.avoid & here}
    return found | {(id_, id_) for id_ in here & there}


def _values_clash(rule: Rule, facet: Facet, mentees: Sequence[Person], mentors: Sequence[Person]) -> Clash:
    table = features.ticked(mentees, mentors, facet.key)
    return Clash(rule, table.left, table.right, features.gave(mentees, facet.key), features.gave(mentors, facet.key))


def _time_clash(facet: Facet, mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings) -> Clash:
    starts = [
        [week.room_for(free, settings.least_overlap_minutes) for free in features.free(side, facet.key, settings)]
        for side in (mentees, mentors)
    ]
    _, (left, right) = week.grid(*starts)
    return Clash(Rule.AVAILABILITY, left, right, features.gave(mentees, facet.key), features.gave(mentors, facet.key))


def _meeting(facet: Facet, mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings) -> Meeting:
    table = features.ticked(mentees, mentors, facet.key)
    elsewhere = np.array([value != settings.in_person for value in table.values], np.bool_)
    return Meeting(
        _in_person(mentees, facet, settings),
        _in_person(mentors, facet, settings),
        Clash(
            Rule.PLACE,
            table.left[:, elsewhere],
            table.right[:, elsewhere],
            features.gave(mentees, facet.key),
            features.gave(mentors, facet.key),
        ),
    )


def _in_person(people: Sequence[Person], facet: Facet, settings: Settings) -> Floats:
    return np.array([settings.in_person in person.answers.get(facet.key, ()) for person in people], np.float32)


def _indexed(pairs: Iterable[Pair], mentees: Sequence[Person], mentors: Sequence[Person]) -> NDArray[np.int64]:
    """People who are not in the pool are passed over."""
    row = {person.id: i for i, person in enumerate(mentees)}
    column = {person.id: i for i, person in enumerate(mentors)}
    found = sorted({(row[a], column[b]) for a, b in pairs if a in row and b in column})
    return np.array(found, np.int64).reshape(-1, 2).T
