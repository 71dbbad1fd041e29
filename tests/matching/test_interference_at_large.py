"""What A is shown does not depend on what B did not let reach people they are suggested to (rule 3), in 5,000 worlds.

A world is one mentee A and five others, drawn from a program in which everybody said something at random. Then all that
is hidden changes at once: it is said anew, taken back, said for the first time, or let travel further, but not into the
open; and so do private wishes of everybody but those like A. Lists are computed from a world's pool, its seed and
nothing else (tests/engine), so it is the pools, as far as A's list depends on them, that must be the same."""

import uuid
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest

from accounts.models import Membership, Program, Role, Standing, User
from consent import gate, vocabulary
from consent.models import Answer, Grant, Wish
from consent.purposes import Purpose, Reach
from matching import pool, shapes
from matching.engine.types import Settings
from matching.rows import Rows
from tests import cast

WORLDS, SOON = 5_000, 300
HIDDEN = [Reach.ONLY_ME, Reach.HELP_MATCH, Reach.MATCHED]
WATCHING, CROWD = 12, 36
HOURS = [[{"day": day, "start": "18:00", "end": "20:30"}] for day in range(3)]
SAID: dict[str, list[Any]] = {
    "values": [cast.chosen("honesty"), cast.chosen("courage", "joy"), cast.chosen("nature")],
    "interests": [cast.chosen("books"), cast.chosen("art", "books")],
    "gender": [cast.chosen("trans"), cast.chosen("non-binary")],
    "languages": [cast.chosen("en"), cast.chosen("de", "en")],
    "availability": HOURS,
    "about": ["I read and walk.", "Courage to change work.", "To cook for friends."],
}
WISHES = [("values", "honesty"), ("interests", "books"), ("gender", "trans"), ("gender", "non-binary")]
MODEL = "a-model"
Read = Callable[[list[Membership]], Mapping[uuid.UUID, Any]]


@dataclass
class Crowd:
    program: Program
    watching: list[Membership]
    mentees: list[Membership]
    mentors: list[Membership]
    chance: Random

    @property
    def everybody(self) -> list[Membership]:
        return self.watching + self.mentees + self.mentors

    def say(self, wanted: list[tuple[Membership, str, Reach]]) -> None:
        rows = []
        for member, facet, _ in wanted:
            sealed = gate.seal_answer(member.pk, facet, self.chance.choice(SAID[facet]))
            read = {}
            if facet == "about":
                numbers = array("f", [self.chance.random(), 1.0])
                read = {"numbers": gate.seal_numbers(member.pk, facet, MODEL, numbers), "model": MODEL}
            rows.append(Answer(membership=member, facet=facet, sealed=sealed, saved_at=cast.NOW, **read))
        Answer.objects.bulk_create(rows)
        Grant.objects.bulk_create(
            Grant(answer=row, purpose=purpose, granted_at=cast.NOW, notice="test", language="en")
            for row, (_, _, reach) in zip(rows, wanted, strict=True)
            for purpose in reach.purposes
        )

    def wish(self, members: list[Membership], *, on_lists: bool) -> None:
        rows = []
        for member in members:
            facet, value = self.chance.choice(WISHES)
            sealed, strength = gate.seal_wish(member.pk, facet, value), self.chance.choice(Wish.Strength.values)
            rows.append(Wish(membership=member, facet=facet, sealed=sealed, strength=strength, on_lists=on_lists))
        Wish.objects.bulk_create(rows)

    def change_all_that_is_hidden(self) -> None:
        open_ones = Grant.objects.filter(purpose=Purpose.SHOW_SUGGESTED).values("answer")
        Answer.objects.filter(membership__in=self.everybody).exclude(pk__in=open_ones).delete()
        there = set(Answer.objects.values_list("membership_id", "facet"))
        free = [(member, facet) for member in self.everybody for facet in SAID if (member.pk, facet) not in there]
        self.say([(*one, self.chance.choice(HIDDEN)) for one in free if self.chance.random() < 0.7])
        others = self.mentees + self.mentors
        Wish.objects.filter(membership__in=others, on_lists=False).delete()
        self.wish(others, on_lists=False)


@pytest.fixture
def crowd(program: Program, monkeypatch: pytest.MonkeyPatch) -> Crowd:
    monkeypatch.setattr(pool, "K", 2)  # of three mentors: identity wishes must have something to act on
    sides = []
    for role, count in ((Role.MENTEE, WATCHING), (Role.MENTEE, CROWD), (Role.MENTOR, CROWD)):
        users = User.objects.bulk_create(User(email=f"{uuid.uuid4().hex}@example.org") for _ in range(count))
        here = {"program": program, "role": role, "standing": Standing.APPROVED, "capacity": 3}
        sides.append(Membership.objects.bulk_create(Membership(user=user, **here) for user in users))
    watching, mentees, mentors = sides
    crowd = Crowd(program, watching, mentees, mentors, Random(20260325))
    anywhere = [*HIDDEN, Reach.SUGGESTED, Reach.SUGGESTED]
    free = [(member, facet) for member in crowd.everybody for facet in SAID]
    crowd.say([(*one, crowd.chance.choice(anywhere)) for one in free if crowd.chance.random() < 0.8])
    for on_lists in (False, True):
        crowd.wish(crowd.everybody, on_lists=on_lists)
    return crowd


def in_the_open(people: list[Membership]) -> gate.Answers:
    return gate.read(Purpose.SHOW_SUGGESTED, people, model=MODEL)


def seen(crowd: Crowd, read: Read, worlds: int) -> Iterator[pool.Pool]:
    """The pool of each world, as far as A's list depends on it."""
    opened, wishes = read(crowd.everybody), gate.wishes(crowd.everybody)
    words = vocabulary.for_program({})
    settings = Settings(facets=shapes.facets(words), week=cast.NOW.date())
    for number in range(worlds):
        chance = Random(number)
        a, mentors = chance.choice(crowd.watching), chance.sample(crowd.mentors, 3)
        people = [a, *chance.sample(crowd.mentees, 2), *mentors]
        rows = Rows(people, {mentor.pk: 3 for mentor in mentors}, [], [], set())
        draft = pool._Draft(crowd.program, rows, words, opened, {}, wishes, True, False)
        yield as_it_concerns(str(a.pk), draft.finish(settings))


def as_it_concerns(a: str, whole: pool.Pool) -> pool.Pool:
    own = {name: {a: getattr(whole, name).get(a)} for name in ("own_wishes", "own_avoid", "held_back")}
    return replace(whole, **own)


def changed(crowd: Crowd, worlds: int, read: Read = in_the_open) -> int:
    before = list(seen(crowd, read, worlds))
    crowd.change_all_that_is_hidden()
    return sum(one != other for one, other in zip(before, seen(crowd, read, worlds), strict=True))


def test_nothing_hidden_changes_what_anybody_is_shown_in_5000_worlds(crowd: Crowd) -> None:
    assert changed(crowd, WORLDS) == 0


def test_control_what_may_match_is_caught(crowd: Crowd) -> None:
    assert changed(crowd, SOON, lambda people: gate.read(Purpose.MATCH, people, model=MODEL)) > SOON / 2


def test_control_a_zero_for_the_absent_is_caught(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is hidden comes as an empty answer: that there is one can be seen."""

    class Emptied(dict):
        def numbers(self, facet: str) -> None:
            return None

    def read(people: list[Membership]) -> dict[uuid.UUID, Emptied]:
        opened, empty = in_the_open(people), {facet: type(values[0])() for facet, values in SAID.items()}
        empty |= {facet: cast.chosen() for facet, value in empty.items() if value == {}}
        given = Answer.objects.values_list("membership_id", "facet")
        found = {member.pk: Emptied(opened[member.pk]) for member in people}
        for owner, facet in given:
            found[owner].setdefault(facet, empty[facet])
        return found

    def with_zeros(asked: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
        return {key: shapes.shape(asked[key], value) for key, value in sorted(said.items()) if key in asked}

    monkeypatch.setattr(shapes, "answers", with_zeros)

    assert changed(crowd, SOON, read) > SOON / 2


def test_control_private_wishes_that_act_on_all_lists_are_caught(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    def everywhere(self: pool._Draft, member: Membership, own: bool) -> list[gate.OwnWish]:
        return [] if own else self.wishes.get(member.pk, [])

    monkeypatch.setattr(pool._Draft, "_acting", everywhere)

    assert changed(crowd, SOON) > SOON / 2


def test_control_numbers_only_where_all_let_them_match_are_caught(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether words or numbers are compared must not tell whether somebody's hidden text was read."""
    in_numbers = pool._Draft._in_numbers

    def looking_at_the_hidden(self: pool._Draft, texts: list[str]) -> pool.Forms:
        hidden = Answer.objects.filter(membership__in=self.rows.people, facet="about").exclude(model=MODEL)
        return in_numbers(self, [] if hidden.exists() else texts)

    monkeypatch.setattr(pool._Draft, "_in_numbers", looking_at_the_hidden)
    say = Crowd.say

    def say_and_leave_some_unread(self: Crowd, wanted: list[tuple[Membership, str, Reach]]) -> None:
        say(self, wanted)
        some = [member.pk for member in self.everybody if self.chance.random() < 0.5]
        hidden = Answer.objects.filter(membership__in=some).exclude(grants__purpose=Purpose.SHOW_SUGGESTED)
        hidden.update(numbers=b"", model="")

    monkeypatch.setattr(Crowd, "say", say_and_leave_some_unread)

    assert changed(crowd, 50) > 0
