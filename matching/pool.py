"""The pool of a program: rows and what the gate opens, as the people that the engine knows. Nothing else sees both.

Two pools, never mixed. A coordinator's run opens answers for MATCH, and every wish acts. Members' own lists open
answers for SHOW_SUGGESTED on both sides; there a wish acts on others only if its owner said so, and on the own list
always, with one exception (rule 4): a wish about identity stays silent where fewer than K mentors meet it in the open.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings

from accounts.models import Membership, Program, Role, Standing
from consent import gate, vocabulary
from consent.purposes import Purpose
from consent.vocabulary import Vocabulary
from matching import shapes, values
from matching.engine import meaning
from matching.engine.types import Answer, Objective, Pair, Person, Settings, Strength, Wish
from matching.models import Proposal
from matching.rows import Rows, rows
from mentorship.models import Agreement

K = 5
"""So many mentors must meet an identity wish in the open before it acts on a list."""

NEVER = "never"
State = Proposal.State
CLOSED_TO_EACH_OTHER = {State.PUBLISHED, State.AGREED, State.PASSED, State.EXPIRED}
Opened = Mapping[uuid.UUID, Mapping[str, Any]]
Wishes = Mapping[uuid.UUID, list[gate.OwnWish]]
Forms = dict[tuple[str, str], Answer]
"""By person and facet."""


@dataclass(frozen=True)
class Pool:
    """Ready for the engine. Ids are those of memberships, as text."""

    mentees: tuple[Person, ...] = field(repr=False)
    mentors: tuple[Person, ...] = field(repr=False)
    settings: Settings = field(repr=False)
    forbidden: frozenset[Pair] = field(repr=False)
    earlier: frozenset[Pair] = field(repr=False)
    locked: tuple[Pair, ...] = field(default=(), repr=False)
    previous: tuple[Pair, ...] = field(default=(), repr=False)
    own_wishes: Mapping[str, tuple[Wish, ...]] = field(default_factory=dict, repr=False)
    own_avoid: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    held_back: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    otherwise: Forms = field(default_factory=dict, repr=False)

    @cached_property
    def people(self) -> dict[str, Person]:
        return {person.id: person for person in self.mentees + self.mentors}

    def allows(self, mentee: str, mentor: str) -> bool:
        """Both here, and nothing keeps them apart."""
        people = self.people
        pair = (mentee, mentor)
        if mentee not in people or mentor not in people or pair in self.forbidden or pair in self.earlier:
            return False
        avoided = mentor in people[mentee].avoid or mentee in people[mentor].avoid
        return not avoided and mentor not in self.own_avoid.get(mentee, frozenset())

    def still_says(self, person: Person) -> bool:
        """Whether everything that was known of somebody then is so still: nothing taken back, nothing changed. A text
        that is compared in the other form now, words or numbers, is still the same text."""
        now = self.people.get(person.id)
        return now is not None and all(
            answer in (now.answers.get(key), self.otherwise.get((person.id, key)))
            for key, answer in person.answers.items()
        )

    def still_counts(self, people: Iterable[Person]) -> bool:
        """Whether nobody has taken back that they are counted."""
        return all(person.id in self.people and person.groups <= self.people[person.id].groups for person in people)


def load(
    program: Program,
    *,
    for_lists: bool,
    week: date,
    objective: str = Objective.MOST_THEN_FIT.value,
    include_waiting: bool = False,
    among: Collection[uuid.UUID] | None = None,
) -> Pool:
    """A fixed number of queries, however many people; `among` names some of its people, to look at them alone. Few
    people meet hardly anybody's wish about identity, so that among few such wishes are held back."""
    pair = [Role.MENTEE, Role.MENTOR]
    whose = {"program": program} if among is None else {"pk__in": among}
    here = Membership.objects.filter(**whose, role__in=pair, user__is_active=True).order_by("id")
    approved = here.filter(standing=Standing.APPROVED)
    found = rows(program, here, among)
    words = vocabulary.for_program(program.vocabulary)
    purpose = Purpose.SHOW_SUGGESTED if for_lists else Purpose.MATCH
    opened = gate.read(purpose, approved, model=meaning.label(settings.TEXT_MODEL))
    counted = {} if for_lists else gate.read(Purpose.STATISTICS, approved.filter(role=Role.MENTEE))
    draft = _Draft(program, found, words, opened, counted, gate.wishes(approved), for_lists, include_waiting)
    return draft.finish(Settings(facets=shapes.facets(words), week=week, objective=Objective(objective)))


class _Draft:
    """One pool on its way from rows to people."""

    def __init__(
        self,
        program: Program,
        rows: Rows,
        words: Vocabulary,
        opened: gate.Answers,
        counted: Opened,
        wishes: Wishes,
        for_lists: bool,
        include_waiting: bool,
    ) -> None:
        self.program, self.rows, self.words = program, rows, words
        self.opened, self.counted, self.wishes = opened, counted, wishes
        self.for_lists, self.include_waiting = for_lists, include_waiting
        self.kinds = {facet.key: facet.kind for facet in shapes.facets(words)}
        compared = {key: words.facet(key) for key in self.kinds}
        self.answers = {person.pk: shapes.answers(compared, opened[person.pk]) for person in rows.people}
        self.otherwise = self._in_numbers(words.texts)
        self.mentees, self.mentors = self._mentees(), rows.in_role(Role.MENTOR)
        self.capacity = self._capacity()
        self.common = self._common()
        self.behind: dict[tuple[str, str, str], frozenset[str]] = {}

    def finish(self, settings: Settings) -> Pool:
        pool = Pool(
            mentees=tuple(self._person(mentee) for mentee in self.mentees),
            mentors=tuple(self._person(mentor) for mentor in self.mentors),
            settings=settings,
            forbidden=frozenset(self._forbidden()),
            earlier=frozenset(self._earlier()),
            previous=tuple(self._drafts(kept=False)),
            own_wishes=self._own(lambda mentee: self._shaped(mentee, own=True)),
            own_avoid=self._own(self._own_apart),
            held_back=self._own(self._silent),
            otherwise=self.otherwise,
        )
        return pool if self.for_lists else _with_locked(pool, list(self._drafts(kept=True)))

    def _in_numbers(self, texts: Iterable[str]) -> Forms:
        """Puts in the place of a facet's texts what the model made of them, where it has read everybody's: words and
        numbers cannot be compared. Gives back the form that is not compared, of whoever has both."""
        other: Forms = {}
        for key in texts:
            read = {pk: self.opened[pk].numbers(key) for pk, answers in self.answers.items() if key in answers}
            whole = None not in read.values()
            for pk, numbers in read.items():
                if numbers is not None:
                    other[str(pk), key] = self.answers[pk][key] if whole else numbers
                    self.answers[pk] |= {key: numbers} if whole else {}
        return other

    def _mentees(self) -> list[Membership]:
        """Those who have a free place, and nobody asked yet who may still say yes."""
        held = Counter(mentee for mentee, _, state in self.rows.agreements if state in Agreement.State.holding())
        waiting = {row.mentee_id for row in self.rows.proposals if row.state == State.PUBLISHED}
        return [
            mentee
            for mentee in self.rows.in_role(Role.MENTEE)
            if mentee.standing == Standing.APPROVED
            and held[mentee.pk] < self.program.agreements_per_mentee
            and (self.for_lists or self.include_waiting or mentee.pk not in waiting)
        ]

    def _capacity(self) -> dict[uuid.UUID, int]:
        """Free places, less those that somebody already asked for. On lists only asks count: what a run proposed
        may rest on answers that must not show there."""
        counted = [Proposal.Origin.ASK] if self.for_lists else Proposal.Origin.values
        asked = Counter(
            row.mentor_id for row in self.rows.proposals if row.state == State.PUBLISHED and row.origin in counted
        )
        return {
            mentor.pk: max(self.rows.places.get(mentor.pk, 0) - asked[mentor.pk], 0)
            if mentor.standing == Standing.APPROVED
            else 0
            for mentor in self.mentors
        }

    def _common(self) -> set[tuple[str, str]]:
        """Facet and value of identity that at least K mentors with a place gave in the open."""
        given = Counter(
            (facet.key, value)
            for facet in self.words.facets
            if facet.identity and self.kinds.get(facet.key) not in {None, *shapes.NOT_FOR_WISHES}
            for mentor in self.mentors
            if self.capacity[mentor.pk]
            for value in self.answers[mentor.pk].get(facet.key, ())
            if isinstance(value, str)
        )
        return {key for key, count in given.items() if count >= K}

    def _person(self, member: Membership) -> Person:
        return Person(
            id=str(member.pk),
            answers=self.answers[member.pk],
            wishes=self._shaped(member, own=False),
            avoid=self._avoid(member, own=False),
            capacity=self.capacity.get(member.pk, 1),
            timezone=member.user.time_zone,
            groups=self._groups(member),
        )

    def _groups(self, member: Membership) -> frozenset[str]:
        """By answers that they let be counted and let act on matching, too: a group that comes off badly is lifted."""
        counted = self.counted.get(member.pk, {})
        return frozenset(
            f"{facet.key}={value}"
            for facet in self.words.facets
            if facet.is_counted and facet.key in counted and facet.key in self.opened[member.pk]
            for value in values.values(facet, counted[facet.key]) & facet.labels.keys()
        )

    def _acting(self, member: Membership, own: bool) -> Iterable[gate.OwnWish]:
        """The wishes of somebody that act on everybody's matching, or those that act on the own list alone."""
        for wish in self.wishes.get(member.pk, []):
            everywhere = wish.on_lists or not self.for_lists
            if wish.facet in self.words and everywhere != own and not self._is_held_back(member, wish):
                yield wish

    def _is_held_back(self, member: Membership, wish: gate.OwnWish) -> bool:
        """A boundary is not: it only takes away people who would have shown this very answer."""
        about_identity = wish.facet in self.words and self.words.facet(wish.facet).identity
        could_tell = self.for_lists and member.role == Role.MENTEE and wish.strength != NEVER
        return could_tell and about_identity and (wish.facet, wish.value) not in self.common

    def _shaped(self, member: Membership, own: bool) -> tuple[Wish, ...]:
        return tuple(
            Wish(wish.facet, wish.value, Strength(wish.strength))
            for wish in self._acting(member, own)
            if wish.strength != NEVER and self.kinds.get(wish.facet) not in {None, *shapes.NOT_FOR_WISHES}
        )

    def _avoid(self, member: Membership, own: bool) -> frozenset[str]:
        never = {(wish.facet, wish.value) for wish in self._acting(member, own) if wish.strength == NEVER}
        return frozenset().union(*(self._behind(member.role, *limit) for limit in never))

    def _behind(self, role: str, facet: str, value: str) -> frozenset[str]:
        """Whom this boundary of somebody in that role leaves out. Many people draw the same."""
        limit = role, facet, value
        if limit not in self.behind:
            others = self.mentors if role == Role.MENTEE else self.mentees
            self.behind[limit] = frozenset(str(other.pk) for other in others if self._meets(other, facet, value))
        return self.behind[limit]

    def _meets(self, member: Membership, facet: str, value: str) -> bool:
        if facet in self.kinds:
            return value in self.answers[member.pk].get(facet, ())
        return values.crosses(value, self.opened[member.pk].get(facet, ""))

    def _silent(self, mentee: Membership) -> tuple[str, ...]:
        return tuple(str(wish.id) for wish in self.wishes.get(mentee.pk, []) if self._is_held_back(mentee, wish))

    def _own(self, of: Callable[[Membership], Any]) -> dict[str, Any]:
        if not self.for_lists:
            return {}
        return {str(mentee.pk): found for mentee in self.mentees if (found := of(mentee))}

    def _forbidden(self) -> Iterable[Pair]:
        """One person in two roles, turned down by a coordinator, or blocked either way. On lists a block is nobody
        else's business: there it takes somebody off the own list and leaves no room that others could see."""
        for mentee in self.mentees:
            apart = {mentee.user_id} if self.for_lists else {mentee.user_id, *self.rows.kept_apart(mentee)}
            yield from ((str(mentee.pk), mentor) for mentor in self._mentors_of(apart))
        yield from (_pair(row) for row in self.rows.proposals if row.set_aside)

    def _mentors_of(self, users: Iterable[uuid.UUID]) -> frozenset[str]:
        return frozenset(str(mentor.pk) for user in users for mentor in self.rows.mentors_by_user.get(user, ()))

    def _own_apart(self, mentee: Membership) -> frozenset[str]:
        """Whom only her own list leaves out."""
        return self._avoid(mentee, own=True) | self._mentors_of(self.rows.kept_apart(mentee))

    def _earlier(self) -> Iterable[Pair]:
        yield from ((str(mentee), str(mentor)) for mentee, mentor, _ in self.rows.agreements)
        yield from (_pair(row) for row in self.rows.proposals if row.state in CLOSED_TO_EACH_OTHER)

    def _drafts(self, kept: bool) -> Iterable[Pair]:
        """What a coordinator has before her: kept by hand, or standing from the last run. Never part of a list."""
        for row in self.rows.proposals:
            by_hand = row.locked or row.origin == Proposal.Origin.HAND
            if row.state == State.DRAFT and by_hand == kept and not self.for_lists:
                yield _pair(row)


def _pair(row: Proposal) -> Pair:
    return str(row.mentee_id), str(row.mentor_id)


def _with_locked(pool: Pool, wanted: list[Pair]) -> Pool:
    """Keeps what was locked, as far as both are still here, may still meet and have a place."""
    left = {mentor.id: mentor.capacity for mentor in pool.mentors}
    placed: dict[str, str] = {}
    for mentee, mentor in wanted:
        if mentee not in placed and left.get(mentor, 0) and pool.allows(mentee, mentor):
            placed[mentee] = mentor
            left[mentor] -= 1
    return replace(pool, locked=tuple(placed.items()))
