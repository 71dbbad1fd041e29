"""From what a worker draws lists: from the whole pool, or for one mentee from what the last look at it left behind.

What is left behind are opened answers, so it stays in the memory of this process, of one program at a time, and is
written nowhere. It serves while nobody but her said anything in the open since, and nobody took anything back; for an
hour at most. Whoever would stand on her list is read through the gate again. What nobody else may see neither makes nor
unmakes it: otherwise one person's list would tell that another had a wish (rule 3)."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from accounts.models import Program
from consent.models import LedgerEntry
from matching import queries
from matching.actions.claims import Beat

if TYPE_CHECKING:
    from matching.engine.lists import Market
    from matching.engine.types import Facet, Pairing, Person, Shortlist
    from matching.pool import Pool

LARGE = 1_000_000
"""Pairs from which on a look at the whole pool is worth keeping."""
KEPT_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Drawn:
    """Lists by mentee, on whose word they rest, and which wishes could not act. `among` are all that were looked at."""

    lists: "Mapping[str, Shortlist]" = field(repr=False)
    people: "Mapping[str, Person]" = field(repr=False)
    held_back: Mapping[str, tuple[str, ...]]
    among: Collection[uuid.UUID] | None = None

    def pairings(self, mentee: str) -> "list[Pairing]":
        from matching.engine.types import Pairing

        return [item for item in self.lists.get(mentee, ()) if isinstance(item, Pairing)]

    def hindrances(self, mentee: str) -> list[str]:
        from matching.engine.types import Hindrance

        return [item.rule.value for item in self.lists.get(mentee, ()) if isinstance(item, Hindrance)]


@dataclass
class Kept:
    seed: int
    made_at: datetime
    basis: int
    facets: "tuple[Facet, ...]"
    market: "Market" = field(repr=False)
    people: "dict[str, Person]" = field(repr=False)

    def serves(self, seed: int, now: datetime) -> bool:
        """Seeds are drawn for a week, so that a new week is another market."""
        return self.seed == seed and self.made_at <= now < self.made_at + KEPT_FOR


_kept: dict[uuid.UUID, Kept] = {}
"""By program; one at a time."""


def draw_all(
    program: Program, wanted: Collection[uuid.UUID], seed: int, basis: int, now: datetime, *, keep: bool, beat: Beat
) -> Drawn:
    """All of these lists from the whole pool."""
    from matching import engine

    pool = load(program, now)
    market = engine.market(
        pool.mentees, pool.mentors, pool.settings, seed, forbidden=pool.forbidden, earlier=pool.earlier, progress=beat
    )
    ids = {str(pk) for pk in wanted} & {mentee.id for mentee in pool.mentees}
    lists = market.lists(ids, pool.own_wishes, pool.own_avoid, beat)
    if keep and len(pool.mentees) * len(pool.mentors) >= LARGE:
        forget()
        _kept[program.pk] = Kept(seed, now, basis, pool.settings.facets, market, dict(pool.people))
    return Drawn(lists, pool.people, pool.held_back)


def draw_one(program: Program, mentee: uuid.UUID, seed: int, basis: int, now: datetime) -> Drawn | None:
    """Her list from what was kept; None where only the whole pool will do."""
    kept = _kept.get(program.pk)
    if kept is None or not kept.serves(seed, now):
        return None
    said = _said_since(kept, mentee)
    if LedgerEntry.Event.WITHDRAWN in said.values():
        forget()
    elif said.keys() <= {mentee}:
        return _drawn(kept, program, mentee, now, moved_at=basis if said else None)
    return None


def let_go(*, now: datetime) -> None:
    """For the sweep, in whichever worker it runs: what is old, or was taken back, need not stay in memory."""
    for kept in list(_kept.values()):
        if not kept.serves(kept.seed, now) or LedgerEntry.Event.WITHDRAWN in _said_since(kept).values():
            forget()


def load(program: Program, now: datetime, among: Collection[uuid.UUID] | None = None) -> "Pool":
    from matching import pool  # here, so that only workers load the matcher

    return pool.load(program, for_lists=True, week=now.date(), among=among)


def forget() -> None:
    _kept.clear()


def _said_since(kept: Kept, mentee: uuid.UUID | None = None) -> dict[uuid.UUID, str]:
    """By those who are in it, or by her, in the open: a withdrawal, or else something new."""
    said: dict[uuid.UUID, str] = {}
    for pk, event in queries.open_since(kept.basis):
        if (str(pk) in kept.people or pk == mentee) and said.get(pk) != LedgerEntry.Event.WITHDRAWN:
            said[pk] = event
    return said


def _drawn(kept: Kept, program: Program, mentee: uuid.UUID, now: datetime, *, moved_at: int | None) -> Drawn | None:
    """Her row is read anew, and those of the few for whom there are names aside: what they say, whether they have a
    place, what keeps them apart."""
    id_, alone = str(mentee), load(program, now, [mentee])
    her = _measured_alike(kept, alone, id_)
    if her is None or alone.settings.facets != kept.facets:
        return None
    names = _names(kept, her, _apart(alone, id_), moved_at is not None)
    fresh = load(program, now, among := [mentee, *map(uuid.UUID, names)])
    if not names or id_ not in fresh.people or fresh.held_back.get(id_):
        return None
    gone = {name for name in names if not _stands(kept, fresh, id_, name)}
    own_avoid = fresh.own_avoid.get(id_, frozenset()) | gone
    lists = kept.market.lists([id_], {id_: fresh.own_wishes.get(id_, ())}, {id_: own_avoid})
    drawn = Drawn(lists, {id_: her, **{name: kept.people[name] for name in names}}, {}, among)
    shown = {pairing.mentor for pairing in drawn.pairings(id_)}
    if not shown or not shown <= set(names):
        return None
    if moved_at is not None:
        kept.people[id_], kept.basis = her, moved_at
    return drawn


def _names(kept: Kept, her: "Person", apart: set[str], moved: bool) -> list[str]:
    """Set aside for her: anew if she said something in the open, else as they are; nobody's where that is not clear."""
    from matching.engine.lookup import Unmeasured

    if moved:
        try:
            return kept.market.move(her, apart)
        except Unmeasured:
            return []
    was = kept.people.get(her.id)
    same = was and (was.answers, was.wishes, was.timezone) == (her.answers, her.wishes, her.timezone)
    return kept.market.set_aside(her.id) if same else []


def _measured_alike(kept: Kept, alone: "Pool", id_: str) -> "Person | None":
    """Her as she is now; a text that stayed as it was, in the form in which it was compared, words or numbers."""
    her, was = alone.people.get(id_), kept.people.get(id_)
    if her is None or was is None:
        return her
    before = {
        key: answer
        for key, answer in was.answers.items()
        if key in her.answers and alone.otherwise.get((id_, key)) == answer
    }
    return replace(her, answers={**her.answers, **before})


def _apart(alone: "Pool", id_: str) -> set[str]:
    return {mentor for mentee, mentor in alone.forbidden | alone.earlier if mentee == id_}


def _stands(kept: Kept, fresh: "Pool", mentee: str, mentor: str) -> bool:
    was, now = kept.people[mentor], fresh.people.get(mentor)
    if now is None or not now.capacity or not fresh.allows(mentee, mentor):
        return False
    return fresh.still_says(was) and (was.wishes, was.timezone) == (now.wishes, now.timezone)
