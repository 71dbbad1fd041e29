"""Private shortlists: the mentor whom the whole assignment gives to a mentee, and a few who are worth asking.

Two promises stand against each other here. No mentor stands on more lists than they can answer, so one list takes
room from another; yet a mentee's private wishes may act on nobody's list but her own. So room is given out first,
to everybody, without any private wish; with those, she then chooses among the names for which she has room. Only
where her private musts leave her none of them is the one best name shown beyond the count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.engine import validation
from matching.engine.assign import Assignment, assign
from matching.engine.candidates import SCALE, Blocks
from matching.engine.eligibility import Mask
from matching.engine.explain import DIGITS, Explainer
from matching.engine.flow import NOBODY
from matching.engine.pool import Pool, Step, pool
from matching.engine.sides import Floats, Ints
from matching.engine.threads import on_one_thread
from matching.engine.types import Objective, Pair, Pairing, Person, PoolError, Settings, Shortlist, Wish
from matching.engine.wishes import Wishes, wishes

CHOICE = 4  # times as many names as a list has are set aside for a mentee, while room lasts


@dataclass(frozen=True, slots=True)
class Private:
    """What one mentee sees through her own wishes. Made from them and from nobody else's, down to the last bit."""

    wishes: tuple[Wish, ...]
    forth: Wishes  # one row
    fits: Floats  # (mentors,)
    open_to: Mask  # (mentors,) False for those whom a boundary of her own keeps off her list


@on_one_thread
def shortlists(
    mentees: Iterable[Person],
    mentors: Iterable[Person],
    settings: Settings,
    seed: int,
    *,
    own_wishes: Mapping[str, tuple[Wish, ...]] | None = None,
    own_avoid: Mapping[str, frozenset[str]] | None = None,
    forbidden: Iterable[Pair] = (),
    earlier: Iterable[Pair] = (),
    wanted: Iterable[str] | None = None,
) -> Mapping[str, Shortlist]:
    """The lists of the wanted mentees, of all by default; for an empty one, what stood in the way.

    A mentor stands on at most `lists_per_place` lists for each free place, save the names shown beyond the count.
    A person's `wishes` and `avoid` may act on anybody's list; `own_wishes` and `own_avoid`, by mentee id, only on her
    own. Raises PoolError.
    """
    here = pool(mentees, mentors, settings, forbidden=forbidden, earlier=earlier)
    rows = _rows(here, wanted)
    private = _private(here, own_wishes or {}, own_avoid or {}, set(rows))
    blocks = here.blocks(seed, Step(None, 1))
    found = assign(blocks, here.places[blocks.lots.columns], Objective.MOST_THEN_FIT, settings.keep)
    aside = _set_aside(found, here.places[blocks.lots.columns] * settings.lists_per_place, settings.shortlist)
    prices = np.zeros(len(here.mentors), np.int64)
    prices[blocks.lots.columns] = found.prices
    named = {
        int(row): [int(blocks.lots.columns[column]) for column in names]
        for row, names in zip(blocks.lots.rows, aside, strict=True)
    }
    first = _assigned(blocks, found)
    names = {
        row: _chosen(here, row, named[row], first.get(row), prices, blocks, private[row])
        if row in private
        else named[row][: settings.shortlist]
        for row in rows
    }
    return _lists(here, names, private)


def _rows(here: Pool, wanted: Iterable[str] | None) -> list[int]:
    row = {mentee.id: i for i, mentee in enumerate(here.mentees)}
    if wanted is None:
        return list(row.values())
    asked = sorted(set(wanted))
    for id_ in asked:
        if id_ not in row:
            raise PoolError("wanted", id_, "the id of a mentee in the pool")
    return [row[id_] for id_ in asked]


def _private(
    here: Pool,
    own_wishes: Mapping[str, tuple[Wish, ...]],
    own_avoid: Mapping[str, frozenset[str]],
    rows: set[int],
) -> dict[int, Private]:
    """By row, of those among the wanted who have any."""
    row = {mentee.id: i for i, mentee in enumerate(here.mentees)}
    facets = {facet.key: facet for facet in here.settings.facets}
    found = {}
    for id_ in sorted(own_wishes.keys() | own_avoid.keys()):
        own, avoid = own_wishes.get(id_, ()), own_avoid.get(id_, frozenset())
        if id_ not in row:
            raise PoolError("own_wishes", id_, "the id of a mentee in the pool")
        validation.check_wishes(own, f"own_wishes of {id_!r}", facets)
        if (own or avoid) and row[id_] in rows:
            mentee = here.mentees[row[id_]]
            forth = wishes([replace(mentee, wishes=mentee.wishes + tuple(own))], here.mentors)
            fits = here.score.block(np.array([row[id_]]), forth=forth).mutual[0]
            open_to = np.array([mentor.id not in avoid for mentor in here.mentors], np.bool_)
            found[row[id_]] = Private(tuple(own), forth, fits, open_to)
    return found


def _set_aside(found: Assignment, room: Ints, length: int) -> list[list[int]]:
    """Names for each place of the lots: the assigned mentor, then in turns, each round the other way about, the
    best by fit less price with room left; first what a list can hold, then a choice."""
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
    return names


def _assigned(blocks: Blocks, found: Assignment) -> dict[int, int]:
    return {
        int(blocks.lots.rows[place]): int(blocks.lots.columns[column])
        for place, column in enumerate(found.column)
        if column != NOBODY
    }


def _chosen(
    here: Pool, row: int, aside: list[int], first: int | None, prices: Ints, blocks: Blocks, private: Private
) -> list[int]:
    """Her own choice among the names set aside for her: the assigned first if it stands her wishes."""
    standing = np.rint(private.fits.astype(np.float64) * SCALE) - prices
    possible = here.eligible.eligible(np.array([row]), private.forth)[0] & private.open_to
    lot = np.argsort(blocks.lots.columns)
    order = sorted((c for c in aside if possible[c]), key=lambda c: (c != first, -standing[c], lot[c]))
    if not order and aside and possible.any():
        order = [min(np.flatnonzero(possible).tolist(), key=lambda c: (-standing[c], lot[c]))]
    return order[: here.settings.shortlist]


def _lists(here: Pool, names: dict[int, list[int]], private: dict[int, Private]) -> dict[str, Shortlist]:
    pairs = [(row, column) for row, columns in names.items() for column in columns]
    pairings = iter(_pairings(here, pairs, private))
    lists: dict[str, Shortlist] = {}
    for row, columns in names.items():
        shown = tuple(next(pairings) for _ in columns)
        forth = private[row].forth if row in private else None
        lists[here.mentees[row].id] = shown or here.eligible.hindrances(row, forth)
    return lists


def _pairings(here: Pool, pairs: Sequence[tuple[int, int]], private: dict[int, Private]) -> list[Pairing]:
    rows, columns = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    fits = [
        float(private[row].fits[column] if row in private else fit)
        for (row, column), fit in zip(pairs, here.score.pairs(rows, columns), strict=True)
    ]
    own = {row: seen.wishes for row, seen in private.items()}
    reasons = Explainer(here.score, here.mentees, here.mentors, here.settings).reasons(rows, columns, own)
    return [
        Pairing(here.mentees[a].id, here.mentors[b].id, round(fit, DIGITS), why)
        for (a, b), fit, why in zip(pairs, fits, reasons, strict=True)
    ]
