"""The border: what the engine refuses, in one sentence that names field, value and what was expected."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from matching.engine.types import (
    MINUTES_PER_DAY,
    Facet,
    Kind,
    Numbers,
    Pair,
    Person,
    PoolError,
    Settings,
    Slot,
    Wish,
)

NOT_FOR_WISHES = {Kind.TEXT, Kind.AVAILABILITY}
ANSWERS: dict[Kind, tuple[type, ...]] = dict.fromkeys(Kind, (frozenset,)) | {
    Kind.TEXT: (str, Numbers),
    Kind.AVAILABILITY: (tuple,),
}
LEAST: dict[str, int] = {
    "least_overlap_minutes": 1,
    "enough_overlap_minutes": 1,
    "reasons": 0,
    "shortlist": 1,
    "lists_per_place": 1,
    "keep": 1,
}


def check_settings(settings: Settings) -> None:
    for key, times in Counter(facet.key for facet in settings.facets).items():
        if times > 1:
            raise PoolError("settings.facets", key, "each key once")
    for facet in settings.facets:
        _check_weight(f"facet {facet.key!r}: weight", facet.weight)
    for name, least in LEAST.items():
        if getattr(settings, name) < least:
            raise PoolError(f"settings.{name}", getattr(settings, name), f"at least {least}")
    for name in ("stickiness", "tolerance", "lift", "lift_within"):
        if not 0 <= getattr(settings, name) <= 1:
            raise PoolError(f"settings.{name}", getattr(settings, name), "a number from 0 to 1")


def check_people(people: Sequence[Person], side: str, facets: dict[str, Facet]) -> None:
    for id_, times in Counter(person.id for person in people).items():
        if times > 1:
            raise PoolError(f"{side}: id", id_, "each id once")
    wanted = {key: ANSWERS[facet.kind] for key, facet in facets.items()}
    for person in people:
        _check_person(person, f"{side} {person.id!r}", facets, wanted)
    if side == "mentee":
        for person in people:
            if person.capacity != 1:
                raise PoolError(f"mentee {person.id!r}: capacity", person.capacity, "1; only mentors have places")


def check_numbers(people: Sequence[Person], facets: dict[str, Facet]) -> None:
    """Of both sides: a facet's texts are all words, or all as many numbers."""
    for key in sorted(facet.key for facet in facets.values() if facet.kind is Kind.TEXT):
        answers = [(person.id, person.answers[key]) for person in people if key in person.answers]
        sizes = {len(answer) for _, answer in answers if isinstance(answer, Numbers)}
        if not sizes:
            continue
        for id_, answer in answers:
            if not isinstance(answer, Numbers):
                expected = "numbers, as everybody else's in this facet"
                raise PoolError(_answer_of(id_, key), type(answer).__name__, expected)
            if len(sizes) > 1 or answer.typecode != "f" or not len(answer):
                got = f"{len(answer)} of type {answer.typecode}"
                raise PoolError(_answer_of(id_, key), got, "as many of type f for everybody")
        together = np.frombuffer(b"".join(answer for _, answer in answers if isinstance(answer, Numbers)), np.float32)
        if not np.isfinite(together).all():
            at = int(np.flatnonzero(~np.isfinite(together))[0]) // sizes.pop()
            raise PoolError(_answer_of(answers[at][0], key), "nan or infinity", "finite numbers")


def _answer_of(id_: str, key: str) -> str:
    return f"{id_!r}: answer to {key!r}"


def check_wishes(wishes: Iterable[Wish], where: str, facets: dict[str, Facet]) -> None:
    for wish in wishes:
        facet = facets.get(wish.facet)
        if facet is None:
            raise PoolError(f"{where}: wishes", wish.facet, _one_of(facets))
        if facet.kind in NOT_FOR_WISHES:
            raise PoolError(f"{where}: wishes", wish.facet, "a facet with choices")


def check_locked(locked: Sequence[Pair], mentees: set[str], capacity: dict[str, int], apart: set[Pair]) -> None:
    """`apart` holds the pairs that may never meet."""
    for mentee, mentor in locked:
        if mentee not in mentees:
            raise PoolError("locked: mentee", mentee, "the id of a mentee in the pool")
        if mentor not in capacity:
            raise PoolError("locked: mentor", mentor, "the id of a mentor in the pool")
        if (mentee, mentor) in apart:
            raise PoolError("locked", (mentee, mentor), "a pair that is not kept apart")
    _check_room([mentee for mentee, _ in locked], "mentee", dict.fromkeys(mentees, 1))
    _check_room([mentor for _, mentor in locked], "mentor", capacity)


def _check_room(ids: Sequence[str], side: str, room: dict[str, int]) -> None:
    for id_, times in Counter(ids).items():
        if times > room[id_]:
            raise PoolError(f"locked: {side}", id_, f"at most {room[id_]} locked pairs, not {times}")


def _check_person(person: Person, where: str, facets: dict[str, Facet], wanted: dict[str, tuple[type, ...]]) -> None:
    if type(person.capacity) is not int or person.capacity < 0:
        raise PoolError(f"{where}: capacity", person.capacity, "a whole number from 0")
    if not _is_zone(person.timezone):
        raise PoolError(f"{where}: timezone", person.timezone, "an IANA zone such as Europe/Berlin")
    _check_answers(person, where, wanted)
    for key, weight in person.weights.items():
        if key not in facets:
            raise PoolError(f"{where}: weights", key, _one_of(facets))
        _check_weight(f"{where}: weight of {key!r}", weight)
    check_wishes(person.wishes, where, facets)


def _check_answers(person: Person, where: str, wanted: dict[str, tuple[type, ...]]) -> None:
    for key, answer in person.answers.items():
        if key not in wanted:
            raise PoolError(f"{where}: answers", key, _one_of(wanted))
        if not isinstance(answer, wanted[key]):
            raise PoolError(
                f"{where}: answer to {key!r}",
                type(answer).__name__,
                " or ".join(f"a {kind.__name__}" for kind in wanted[key]),
            )
        if isinstance(answer, tuple):
            _check_slots(answer, f"{where}: answer to {key!r}")


def _check_slots(slots: tuple[object, ...], where: str) -> None:
    for slot in slots:
        if not isinstance(slot, Slot):
            raise PoolError(where, type(slot).__name__, "Slot")
        if not (0 <= slot.day <= 6 and 0 <= slot.start < slot.end <= MINUTES_PER_DAY):
            raise PoolError(where, "a slot outside the day", "day 0 to 6 and 0 <= start < end <= 1440")


def _check_weight(where: str, weight: float) -> None:
    if not (math.isfinite(weight) and weight >= 0):
        raise PoolError(where, weight, "a number from 0")


def _one_of(facets: Iterable[str]) -> str:
    return "one of " + ", ".join(sorted(facets))


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a name, a directory
        return False
    return True
