"""What goes into the matcher and what comes out. Plain values: no database, no clock, no scikit-learn.

A facet that is missing from a person's answers is absent. Withheld, skipped and never asked are the same
thing here, on purpose: the engine cannot treat somebody worse for a reason that it cannot see.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

Pair = tuple[str, str]
"""Ids of one mentee and one mentor, in this order."""

Progress = Callable[[int, int], None]
"""Called with (done, of) as the work goes on."""

MINUTES_PER_DAY = 24 * 60
MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY


class PoolError(ValueError):
    """The pool, the settings or the locks cannot be worked with.

    Names the field, the value and what was expected. The value is an id, a number or a key, never an answer:
    the text of an exception ends up in logs.
    """

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field}: got {value!r}, expected {expected}")
        self.field = field
        self.value = value
        self.expected = expected


class Kind(Enum):
    """What a facet is made of, and so how two answers are compared."""

    TAGS = "tags"  # frozenset: cosine over TF-IDF, so that a rare shared value counts for more
    TEXT = "text"  # str: word and character n-grams; or numbers that a model made of it, as many for everybody
    AVAILABILITY = "availability"  # tuple of Slot: minutes both are free; a rule, too
    SKILLS = "skills"  # frozenset: the mentor's side is offered, the mentee's is wanted; coverage
    LANGUAGES = "languages"  # frozenset: one must be shared when both gave some; then as TAGS
    FORMATS = "formats"  # frozenset: one must be shared when both gave some; a rule only
    PLACE = "place"  # frozenset: counts where both can meet in person


class Strength(Enum):
    NICE = "nice"
    IMPORTANT = "important"
    MUST = "must"


class Objective(Enum):
    MOST_THEN_FIT = "most_then_fit"  # as many mentees as possible, then the largest total fit
    BEST_FIT = "best_fit"  # the largest total fit, however many that is
    WEAKEST_FIRST = "weakest_first"  # as many as possible, then the weakest match as strong as possible, then the total
    STABLE = "stable"  # no mentee and mentor would both rather have each other; mentees ask


class Whose(Enum):
    """Whose want a reason answers; BOTH for what the two have in common."""

    BOTH = "both"
    MENTEE = "mentee"
    MENTOR = "mentor"


class ReasonKind(Enum):
    SHARED = "shared"  # values: what both said, the rarest first
    SIMILAR = "similar"  # free texts alike; no values
    COVERS = "covers"  # values: skills that the mentee wants and the mentor offers
    OVERLAPS = "overlaps"  # values: one number, the minutes a week both are free
    WISH_MET = "wish_met"  # values: what was wished for and is there


class Rule(Enum):
    """Why a pair is not possible, or why a mentee has nobody."""

    LANGUAGE = "language"
    AVAILABILITY = "availability"
    FORMAT = "format"
    PLACE = "place"
    MUST = "must"  # a must of the mentee's
    THEIR_MUST = "their_must"  # a must of the mentor's: never to be told to the mentee
    AVOIDED = "avoided"  # either side's boundary: never to be told to the other
    FORBIDDEN = "forbidden"  # blocked, or turned down by a coordinator
    EARLIER_PAIR = "earlier_pair"
    NO_PLACES = "no_places"  # the possible mentors are full, paused or went to others
    NO_PEOPLE = "no_people"  # there are no mentors at all


@dataclass(frozen=True, slots=True)
class Facet:
    key: str
    kind: Kind
    weight: float = 1.0  # how much it counts for a person who said nothing else; 0: only through wishes and weights


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the week in the person's own zone. Past midnight is said in two."""

    day: int  # 0 is Monday
    start: int  # minutes after midnight
    end: int  # minutes after midnight, 1440 at most


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person looks for in the other. A wish about a facet that the other did not make available is
    absent, except a MUST: the pair is then not possible, for it cannot be known to hold."""

    facet: str
    value: str
    strength: Strength


Numbers = array
"""`array("f", …)`: what a text says, in the numbers of a model."""

Answer = frozenset[str] | str | tuple[Slot, ...] | Numbers


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)
    wishes: tuple[Wish, ...] = field(default=(), repr=False)
    weights: Mapping[str, float] = field(default_factory=dict, repr=False)  # instead of the facet's own weight
    avoid: frozenset[str] = field(default=frozenset(), repr=False)  # ids, in the pool or not
    capacity: int = 1  # a mentor's free places; a mentee's is 1
    timezone: str = "UTC"
    groups: frozenset[str] = field(default=frozenset(), repr=False)  # in which they let themselves be counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    facets: tuple[Facet, ...]
    week: date  # any day of the week whose clock changes are meant
    objective: Objective = Objective.MOST_THEN_FIT
    least_overlap_minutes: int = 30  # in one stretch; less is not a meeting
    enough_overlap_minutes: int = 120  # a week; more adds nothing to the fit
    in_person: str = "in-person"  # the format for which the place matters
    reasons: int = 3
    shortlist: int = 3
    lists_per_place: int = 2  # a mentor reads at most twice as many asks as there are free places
    stickiness: float = 0.05  # added for a pair that stood in the previous run
    keep: int = 20  # candidates kept for each person before the assignment
    tolerance: float = 0.001  # share of the best possible total that a large pool may fall short of, and be told so
    lift: float = 0.001  # share of the total given up, at most, to lift groups that come off below average
    lift_within: float = 0.01  # difference of mean fit between two groups that needs no lifting


class Reason(NamedTuple):  # like a pairing there are very many of them, and a tuple is quickest made
    facet: str
    kind: ReasonKind
    whose: Whose
    values: tuple[str, ...]
    contribution: float  # share of the mutual fit, 0 to 1


class Pairing(NamedTuple):
    mentee: str
    mentor: str
    fit: float  # 0 to 1; .5 is what an ordinary pair of this pool has. For coordinators, never for members
    reasons: tuple[Reason, ...]
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Hindrance:
    rule: Rule
    emptied: int  # how many otherwise possible mentors this rule alone took


@dataclass(frozen=True, slots=True)
class Unmatched:
    id: str
    reasons: tuple[Hindrance, ...]


Shortlist = tuple[Pairing, ...] | tuple[Hindrance, ...]
"""Up to `Settings.shortlist` pairings, best first; for a mentee with none, what stood in the way."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Prices that prove how good a result is, to anybody who can score a pair.

    With the weight of a pair fit + `most` (+ the bonus of a pair of the previous run, where there was one), nothing
    better exists than `bound` >= sum(places x price) + sum over mentees of max(0, max over mentors(weight - price)),
    over all possible pairs, kept or not, of people and places that no locked pair holds; where the pool is worked on
    until nothing better exists, it is that sum. `gap` is what is missing to it as a share of the total fit.
    """

    prices: Mapping[str, float] = field(repr=False)  # mentor id -> 0 or more; who is not named has 0
    most: float  # what a match is worth besides its fit: more than all fits together, or 0
    bound: float
    gap: float
    blocking: int  # pairs of which both would rather have each other than whom they got


@dataclass(frozen=True, slots=True)
class GroupFit:
    """How one group fared. Numbers that would tell of fewer than ten people, or let them be worked out, are None."""

    label: str
    people: int | None
    matched: float | None  # share, 0 to 1
    matched_interval: tuple[float, float] | None
    mean: float | None  # fit of those matched
    mean_interval: tuple[float, float] | None
    worst_tenth: float | None  # mean fit of the tenth that fits least


@dataclass(frozen=True, slots=True)
class Audit:
    """By group, before and after the lift."""

    before: tuple[GroupFit, ...]
    after: tuple[GroupFit, ...]
    gap_before: float | None  # largest difference of mean fit between two groups that may be told
    gap_after: float | None
    cost: float  # share of the total that the lift gave up


@dataclass(frozen=True, slots=True)
class Result:
    pairings: tuple[Pairing, ...]  # by mentee id
    unmatched: tuple[Unmatched, ...]  # mentees, by id
    total: float
    seed: int
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    certificate: Certificate | None = None
    audit: Audit | None = None  # None where nobody lets themselves be counted

    def to_bytes(self) -> bytes:
        """The canonical form: the same pool, settings and seed give the same bytes, whatever the order of input."""
        plain = {
            "seed": self.seed,
            "total": self.total,
            "pairings": [
                [p.mentee, p.mentor, p.fit, p.locked, [_plain_reason(r) for r in p.reasons]] for p in self.pairings
            ],
            "unmatched": [[u.id, [[h.rule.value, h.emptied] for h in u.reasons]] for u in self.unmatched],
            "counts": dict(self.counts),
            "certificate": asdict(self.certificate) if self.certificate else None,
            "audit": asdict(self.audit) if self.audit else None,
        }
        return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _plain_reason(reason: Reason) -> list[object]:
    return [reason.facet, reason.kind.value, reason.whose.value, list(reason.values), reason.contribution]
