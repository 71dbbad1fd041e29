"""The gate: the only place that opens what people said.

`read` is the way in for everybody but the person themselves: it opens only answers with a live grant for the purpose,
in the same query, so that a withdrawal acts on the next read. Who may import this module is written in `.importlinter`;
a new reader is a visible change of one line. Whether two people may see each other at all is decided before, in the
`access` of each app: the gate decides what travels.
"""

import json
import uuid
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, NoReturn

from django.db.models import Exists, OuterRef, QuerySet

from accounts.access import is_coordinator
from accounts.models import Membership, User
from consent.models import Answer, Opening, Wish
from consent.purposes import Purpose, Reach
from consent.sealing import Keyring, Unopenable, keyring, place

__all__ = [
    "Answers", "Facets", "OwnAnswer", "OwnWish", "Unopenable", "own", "own_answer", "own_value", "own_wishes", "read",
    "read_opened", "seal_answer", "seal_numbers", "seal_wish", "wishes",
]  # fmt: skip

Value = Any
People = QuerySet[Membership] | list[Membership]
CHUNK = 2_000
READ_JSON = json.JSONDecoder().raw_decode  # what we sealed has nothing around it: a third of the time of json.loads


class Untold:
    """Does not tell what it holds: not in a log, a traceback, a message, a pickle or a copy."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} does not leave the process it was opened in.")


class Facets(Untold, Mapping[str, Value]):
    """What was opened of one person: facet -> value. A value is made of its JSON whenever it is asked for: a million
    answers are then a million strings, and not several millions of objects for the garbage collector to walk."""

    __slots__ = ("_numbers", "_said")

    def __init__(self, said: dict[str, bytes], numbers: dict[str, bytes]) -> None:
        self._said, self._numbers = said, numbers

    def numbers(self, facet: str) -> "array[float] | None":
        """What the model asked for made of this text; None where it has not read it yet."""
        return array("f", self._numbers[facet]) if facet in self._numbers else None

    def __getitem__(self, facet: str) -> Value:
        return _decode(self._said[facet])

    def __contains__(self, facet: object) -> bool:
        return facet in self._said

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)


class Answers(Untold, Mapping[uuid.UUID, Facets]):
    """What was opened: membership id -> facet -> value. Nobody is missing: who let nothing travel has no facets."""

    __slots__ = ("_numbers", "_opened")

    def __init__(self, opened: dict[uuid.UUID, dict[str, bytes]], numbers: dict[uuid.UUID, dict[str, bytes]]) -> None:
        self._opened, self._numbers = opened, numbers

    def __getitem__(self, membership_id: uuid.UUID) -> Facets:
        return Facets(self._opened.get(membership_id, {}), self._numbers.get(membership_id, {}))

    def __contains__(self, membership_id: object) -> bool:
        """Whether they let anything travel."""
        return membership_id in self._opened

    def __iter__(self) -> Iterator[uuid.UUID]:
        return iter(self._opened)

    def __len__(self) -> int:
        return len(self._opened)


class OwnAnswer(Untold):
    """One of a person's own answers, for their own eyes."""

    __slots__ = ("circles", "facet", "kind", "purposes", "saved_at", "statistics", "value")

    def __init__(self, answer: Answer, value: Value) -> None:
        self.facet, self.kind, self.saved_at, self.value = answer.facet, answer.kind, answer.saved_at, value
        self.purposes = frozenset(Purpose(grant.purpose) for grant in answer.grants.all())
        self.circles = Purpose.CIRCLES in self.purposes
        self.statistics = Purpose.STATISTICS in self.purposes

    @property
    def reach(self) -> Reach:
        return Reach.of(self.purposes)


class OwnWish(Untold):
    """One opened wish: what somebody looks for."""

    __slots__ = ("facet", "id", "on_lists", "strength", "value")

    def __init__(self, wish_id: uuid.UUID, facet: str, strength: str, on_lists: bool, value: str) -> None:
        self.id, self.facet, self.strength, self.on_lists, self.value = wish_id, facet, strength, on_lists, value


def read(purpose: Purpose, people: People, *, facets: Collection[str] | None = None, model: str = "") -> Answers:
    """Open what `people` let travel for `purpose`, and what `model` made of their texts: one query, however many
    people. Numbers travel with the answer that they were made of, or not at all. `facets`: these, and no others."""
    given = _given(people) if facets is None else _given(people).filter(facet__in=facets)
    return _opened(given.filter(grants__purpose=purpose), model)


def read_opened(membership: Membership, *, by: User, now: datetime) -> Answers:
    """Open one person's answers under a live `Opening` (break-glass) of a coordinator; nothing without one."""
    if not is_coordinator(by, membership.program):
        return _opened(Answer.objects.none())
    live = Opening.objects.filter(membership=OuterRef("membership"), by=by, at__lte=now, until__gt=now)
    return _opened(_given([membership]).filter(Exists(live)))


def own(membership: Membership) -> dict[str, OwnAnswer]:
    """A person's own answers by facet, for their own eyes: two queries."""
    answers = Answer.objects.filter(membership=membership).prefetch_related("grants").order_by("facet")
    return {answer.facet: OwnAnswer(answer, own_value(answer)) for answer in answers}


def own_answer(membership: Membership, facet: str) -> OwnAnswer | None:
    """One of a person's own answers; None where the question was not answered, skipped or refused yet."""
    answer = Answer.objects.filter(membership=membership, facet=facet).prefetch_related("grants").first()
    return OwnAnswer(answer, own_value(answer)) if answer else None


def own_value(answer: Answer) -> Value:
    """What an answer holds, for whoever gave it; None where nothing was said."""
    return _open(keyring(), answer.membership_id, answer.facet, answer.sealed) if answer.sealed else None


def own_wishes(membership: Membership) -> list[OwnWish]:
    """A person's own wishes, for their own eyes and their own list."""
    return wishes([membership]).get(membership.pk, [])


def wishes(people: People, *, on_lists: bool = False) -> dict[uuid.UUID, list[OwnWish]]:
    """The wishes of many people; `on_lists` leaves only those that may act on other people's lists. One query."""
    rows = Wish.objects.filter(membership__in=people).order_by("membership", "facet", "id")
    if on_lists:
        rows = rows.filter(on_lists=True)
    ring, opened = keyring(), defaultdict[uuid.UUID, list[OwnWish]](list)
    for pk, owner, facet, strength, free, sealed in rows.values_list(
        "pk", "membership_id", "facet", "strength", "on_lists", "sealed"
    ).iterator(chunk_size=CHUNK):
        value = str(_open(ring, owner, _wished(facet), sealed))
        opened[owner].append(OwnWish(pk, facet, strength, free, value))
    return opened


def seal_answer(membership_id: uuid.UUID, facet: str, value: Value) -> bytes:
    return keyring().seal(json.dumps(value, ensure_ascii=False).encode(), place(membership_id, facet))


def seal_wish(membership_id: uuid.UUID, facet: str, value: str) -> bytes:
    return seal_answer(membership_id, _wished(facet), value)


def seal_numbers(membership_id: uuid.UUID, facet: str, model: str, numbers: "array[float]") -> bytes:
    return keyring().seal(numbers.tobytes(), place(membership_id, _counted(facet, model)))


def _counted(facet: str, model: str) -> str:
    return f"numbers:{facet}:{model}"


def _wished(facet: str) -> str:
    return f"wish:{facet}"


def _given(people: People) -> QuerySet[Answer]:
    return Answer.objects.filter(membership__in=people, kind=Answer.Kind.GIVEN)


def _opened(answers: QuerySet[Answer], model: str = "") -> Answers:
    ring, opened, numbers = keyring(), *(defaultdict[uuid.UUID, dict[str, bytes]](dict) for _ in range(2))
    made = ("model", "numbers") if model else ()
    rows = answers.order_by().values_list("membership_id", "facet", "sealed", *made)
    for owner, facet, sealed, *counted in rows.iterator(chunk_size=CHUNK):
        opened[owner][facet] = ring.open(bytes(sealed), place(owner, facet))
        if counted and counted[0] == model:
            numbers[owner][facet] = ring.open(bytes(counted[1]), place(owner, _counted(facet, model)))
    return Answers(dict(opened), dict(numbers))


def _open(ring: Keyring, owner: uuid.UUID, name: str, sealed: bytes | memoryview) -> Value:
    return _decode(ring.open(bytes(sealed), place(owner, name)))


def _decode(said: bytes) -> Value:
    return READ_JSON(said.decode())[0]
