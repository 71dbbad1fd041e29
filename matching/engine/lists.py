"""Private shortlists: the mentor whom the whole assignment gives to a mentee, and a few who are worth asking.

Two promises stand against each other here. No mentor stands on more lists than they can answer, so one list takes
room from another; yet a mentee's private wishes may act on nobody's list but her own. So room is given out first,
to everybody, without any private wish; with those, she then chooses among the names for which she has room. Only
where her private musts leave her none of them is the one best name shown beyond the count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from matching.engine import validation
from matching.engine.assign import Assignment, assign
from matching.engine.candidates import SCALE
from matching.engine.eligibility import Mask
from matching.engine.explain import DIGITS, Explainer
from matching.engine.flow import NOBODY
from matching.engine.lookup import Lookup, Unmeasured
from matching.engine.pool import Pool, Step, pool
from matching.engine.sides import Floats, Ints
from matching.engine.threads import on_one_thread
from matching.engine.types import (
    Facet,
    Hindrance,
    Objective,
    Pair,
    Pairing,
    Person,
    PoolError,
    Progress,
    Reason,
    Settings,
    Shortlist,
    Wish,
)
from matching.engine.wishes import wishes

CHOICE = 4  # times as many names as a list has are set aside for a mentee, while room lasts
STEPS = 20

OwnWishes = Mapping[str, tuple[Wish, ...]]
OwnAvoid = Mapping[str, frozenset[str]]


@on_one_thread
def shortlists(
    mentees: Iterable[Person],
    mentors: Iterable[Person],
    settings: Settings,
    seed: int,
    *,
    own_wishes: OwnWishes | None = None,
    own_avoid: OwnAvoid | None = None,
    forbidden: Iterable[Pair] = (),
    earlier: Iterable[Pair] = (),
    wanted: Iterable[str] | None = None,
    progress: Progress | None = None,
) -> Mapping[str, Shortlist]:
    """The lists of the wanted mentees, of all by default; for an empty one, what stood in the way.

    A mentor stands on at most `lists_per_place` lists for each free place, save the names shown beyond the count.
    A person's `wishes` and `avoid` may act on anybody's list; `own_wishes` and `own_avoid`, by mentee id, only on her
    own. Raises PoolError.
    """
    here = market(mentees, mentors, settings, seed, forbidden=forbidden, earlier=earlier, progress=progress)
    return here.lists(wanted, own_wishes or {}, own_avoid or {}, progress)


@on_one_thread
def market(
    mentees: Iterable[Person],
    mentors: Iterable[Person],
    settings: Settings,
    seed: int,
    *,
    forbidden: Iterable[Pair] = (),
    earlier: Iterable[Pair] = (),
    progress: Progress | None = None,
) -> Market:
    """What all lists rest on, without anybody's private wishes. Raises PoolError."""
    here, step = pool(mentees, mentors, settings, forbidden=forbidden, earlier=earlier), Step(progress, STEPS)
    blocks = here.blocks(seed, step)
    rows, columns = blocks.lots.rows, blocks.lots.columns
    room = here.places * settings.lists_per_place
    found = assign(blocks, here.places[columns], Objective.MOST_THEN_FIT, settings.keep)
    aside, left = _set_aside(found, room[columns], settings.shortlist)
    prices, lots, rest = np.zeros((3, len(here.mentors)), np.int64)
    prices[columns], lots[columns], rest[columns] = found.prices, np.arange(len(columns)), left
    names = {here.mentees[row].id: columns[of_row].tolist() for row, of_row in zip(rows, aside, strict=True)}
    assigned = {here.mentees[row].id for row, column in zip(rows, found.column, strict=True) if column != NOBODY}
    explainer = Explainer(here.score, here.mentees, here.mentors, settings)
    return Market(here, Lookup(here), explainer, prices, lots, rest, names, assigned)


@dataclass(frozen=True, slots=True)
class Seen:
    """The mentors as one mentee sees them, through her own wishes. Made from them and from nobody else's, down to the
    last bit."""

    person: Person
    own: tuple[Wish, ...]
    fits: Floats  # (mentors,)
    possible: Mask  # (mentors,)


@dataclass(slots=True)
class Market:
    """One computation over a whole pool: at which prices everybody goes where, and which names are set aside for whom.

    Lists are drawn from it, of all or of one. Somebody who said something else since takes names at the same prices
    (`move`); the lists of others stay as they are until the next market.
    """

    here: Pool
    lookup: Lookup
    explainer: Explainer
    prices: Ints  # (mentors,)
    lots: Ints  # (mentors,) their places in the draw
    room: Ints  # (mentors,) lists that they could still stand on
    names: dict[str, list[int]]  # mentee id -> columns, the one assigned to her first
    assigned: set[str]  # mentees who have such a one
    moved: dict[str, Person] = field(default_factory=dict)

    @on_one_thread
    def lists(
        self,
        wanted: Iterable[str] | None,
        own_wishes: OwnWishes,
        own_avoid: OwnAvoid,
        progress: Progress | None = None,
    ) -> dict[str, Shortlist]:
        """As `shortlists`; of somebody who moved and has nobody left, nothing."""
        ids = self._wanted(wanted)
        self._check(own_wishes, own_avoid)
        apart = [id_ for id_ in ids if own_wishes.get(id_) or own_avoid.get(id_) or id_ in self.moved]
        seen, step = {}, Step(progress, len(apart) + 1)
        for id_ in apart:
            person = self.moved.get(id_) or self.here.mentees[self.lookup.row[id_]]
            seen[id_] = self._seen(person, own_wishes.get(id_, ()), own_avoid.get(id_, frozenset()))
            step.forward()
        names = {id_: self._chosen(id_, seen.get(id_)) for id_ in ids}
        found = self._explained(names, seen)
        return {id_: found[id_] or self._hindrances(id_, seen.get(id_)) for id_ in ids}

    @on_one_thread
    def move(self, person: Person, apart: Collection[str]) -> list[str]:
        """Set names aside for somebody who said something new, or who is new here; none of those who are `apart`.

        The best at these prices stands first, as the assignment would have it: beyond the count where need be, but for
        each place of a mentor only once. The others have room. Raises PoolError, and Unmeasured where nobody is left.
        """
        validation.check_people([person], "mentee", self._facets())
        seen = self._seen(person, (), frozenset(apart))
        room = self.room.copy()
        room[self.names.get(person.id, [])] += 1
        order = self._in_order(seen)
        first = order[room[order] > -self.here.places[order]][:1]
        others = order[(room[order] > 0) & ~np.isin(order, first)]
        names = np.concatenate([first, others])[: CHOICE * self.here.settings.shortlist]
        if not len(names):
            raise Unmeasured
        room[names] -= 1
        self.room, self.names[person.id], self.moved[person.id] = room, names.tolist(), person
        self.assigned.add(person.id)
        return self.set_aside(person.id)

    def set_aside(self, id_: str) -> list[str]:
        """The names for which a mentee has room."""
        return [self.here.mentors[column].id for column in self.names.get(id_, [])]

    def _wanted(self, wanted: Iterable[str] | None) -> list[str]:
        if wanted is None:
            return [mentee.id for mentee in self.here.mentees]
        asked = sorted(set(wanted))
        for id_ in asked:
            if id_ not in self.names:
                raise PoolError("wanted", id_, "the id of a mentee in the pool")
        return asked

    def _check(self, own_wishes: OwnWishes, own_avoid: OwnAvoid) -> None:
        for id_ in sorted(own_wishes.keys() | own_avoid.keys()):
            if id_ not in self.names:
                raise PoolError("own_wishes", id_, "the id of a mentee in the pool")
            validation.check_wishes(own_wishes.get(id_, ()), f"own_wishes of {id_!r}", self._facets())

    def _facets(self) -> dict[str, Facet]:
        return {facet.key: facet for facet in self.here.settings.facets}

    def _seen(self, person: Person, own: tuple[Wish, ...], avoid: Collection[str]) -> Seen:
        row = self.lookup.row.get(person.id)
        person = replace(person, wishes=person.wishes + own)
        possible = self.lookup.possible(person)
        possible[[self.lookup.column[mentor] for mentor in avoid if mentor in self.lookup.column]] = False
        if row is not None:
            for pairs in self.here.eligible.apart.values():
                possible[pairs[1, pairs[0] == row]] = False
        return Seen(person, own, self.lookup.fits(person), possible)

    def _chosen(self, id_: str, seen: Seen | None) -> list[int]:
        """Her own choice among the names set aside for her: the assigned first if it stands her wishes."""
        aside, length = self.names[id_], self.here.settings.shortlist
        if seen is None:
            return aside[:length]
        first = aside[:1] if id_ in self.assigned else []
        order = [column for column in aside if seen.possible[column]]
        if seen.own or id_ in self.moved:
            order = self._in_order(seen, np.array(aside, np.int64)).tolist()
        if not order and aside:
            order = self._in_order(seen)[:1].tolist()
        return sorted(order, key=lambda column: column not in first)[:length]

    def _in_order(self, seen: Seen, among: Ints | None = None) -> Ints:
        """Those possible, by fit less price, then by lot."""
        columns = np.arange(len(self.prices)) if among is None else among
        columns = columns[seen.possible[columns]]
        standing = np.rint(seen.fits[columns].astype(np.float64) * SCALE) - self.prices[columns]
        return columns[np.lexsort((self.lots[columns], -standing))]

    def _explained(self, names: dict[str, list[int]], seen: dict[str, Seen]) -> dict[str, tuple[Pairing, ...]]:
        ours = {id_: columns for id_, columns in names.items() if id_ not in self.moved}
        pairs = [(self.lookup.row[id_], column) for id_, columns in ours.items() for column in columns]
        rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
        own = {self.lookup.row[id_]: one.own for id_, one in seen.items() if id_ in ours}
        fits, reasons = self.here.score.pairs(rows, columns), self.explainer.reasons(rows, columns, own)
        told = iter(zip(fits.tolist(), reasons, strict=True))
        found = {id_: [(column, *next(told)) for column in of_one] for id_, of_one in ours.items()}
        found |= {id_: self._explained_alone(seen[id_], names[id_]) for id_ in names.keys() - ours.keys()}
        return {id_: tuple(self._pairing(id_, seen.get(id_), *one) for one in found[id_]) for id_ in names}

    def _explained_alone(self, seen: Seen, columns: list[int]) -> list[tuple[int, float, tuple[Reason, ...]]]:
        """Of somebody who moved."""
        score, mentors = self.lookup.score(seen.person, np.array(columns, np.int64)), self.here.mentors
        explainer = Explainer(score, [seen.person], [mentors[column] for column in columns], self.here.settings)
        places = np.arange(len(columns))
        return list(zip(columns, seen.fits[columns].tolist(), explainer.reasons(places * 0, places), strict=True))

    def _pairing(self, id_: str, seen: Seen | None, column: int, fit: float, reasons: tuple[Reason, ...]) -> Pairing:
        fit = fit if seen is None else float(seen.fits[column])
        return Pairing(id_, self.here.mentors[column].id, round(fit, DIGITS), reasons)

    def _hindrances(self, id_: str, seen: Seen | None) -> tuple[Hindrance, ...]:
        if id_ in self.moved:
            return ()
        forth = wishes([seen.person], self.here.mentors) if seen else None
        return self.here.eligible.hindrances(self.lookup.row[id_], forth)


def _set_aside(found: Assignment, room: Ints, length: int) -> tuple[list[list[int]], list[int]]:
    """Names for each place of the lots, and the room that is left: the assigned mentor, then in turns, each round the
    other way about, the best by fit less price with room left; first what a list can hold, then a choice."""
    n, edges = len(found.column), found.edges
    order = np.lexsort((edges.columns, found.prices[edges.columns] - edges.weight, edges.rows))
    columns = edges.columns[order].tolist()
    ends = np.searchsorted(edges.rows, np.arange(n + 1)).tolist()
    left, names = room.tolist(), [[] if column == NOBODY else [column] for column in found.column.tolist()]
    for taken in names:
        for column in taken:
            left[column] -= 1
    following = ends[:-1]
    for turn in range(CHOICE * length):
        for row in range(n) if turn % 2 == 0 else range(n - 1, -1, -1):
            if len(names[row]) > turn:
                continue
            while following[row] < ends[row + 1]:
                column = columns[following[row]]
                following[row] += 1
                if left[column] > 0 and column not in names[row]:
                    names[row].append(column)
                    left[column] -= 1
                    break
    return names, left
