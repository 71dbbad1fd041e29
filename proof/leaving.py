"""T16: who was erased, and a name that was given up, is found nowhere; and what others wrote is still there.

Before that, each of the cast leaves traces on purpose: a sign-in that waits for its code, a change in coordination, a
copy taken, a limit counted, a mail in a file. Then the whole place is searched, with everything sealed opened."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from accounts.actions import people
from accounts.admin_site import Nameless
from accounts.models import Membership, Role, ScreeningStep, Standing, User
from home import erased
from home.actions import erasures, traces
from proof import searching
from proof.goal import Defect, Goal, Look, Size
from proof.own import crowd, owned
from safety.actions import blocks
from tests.canary.tokens import Token
from tests.routes.scene import ANONYMOUS, PEOPLE, Scene, build
from tests.routes.visit import HANDLER, client_of, rolled_back

WHO = {
    Size.FULL: tuple(who for who in PEOPLE if who != ANONYMOUS),
    Size.SHORT: ("mentee", "matched_mentor", "former_mentor", "applicant", "coordinator"),
    Size.LEAST: ("mentee", "blocked_mentor"),
}
PAIRS = {Size.FULL: 60, Size.SHORT: 6, Size.LEAST: 2}
IDS_STAY_IN = "table accounts_trailentry"
"""A chain that cannot be changed: random ids in it that lead nowhere, and no word of anybody."""
SHARED = {"terms"}
"""Words of two that go with the first who goes (docs/data-and-consent.md)."""

Ids = dict[str, bytes]
Owned = dict[str, set[Token]]


@dataclass(frozen=True)
class Place:
    name: str
    content: bytes
    tokens: frozenset[Token]
    """Planted words in it, however they are packed."""


def look(size: Size, seed: int) -> Look:
    wrong: list[str] = []
    cells = 0
    with rolled_back():
        scene = build()
        crowd(scene, seed, PAIRS[size])
        second_coordinators(scene)
        whose = owned(scene)
        for who in WHO[size]:
            for change in (erasing, renaming):
                searched, found = change(scene, who, whose)
                cells += searched
                wrong += [f"{who}: {line}" for line in found]
    return Look(cells, wrong)


def second_coordinators(scene: Scene) -> None:
    """Nobody goes who is the only one."""
    for name in ("program", "other_program"):
        new = {"program": scene[name], "role": Role.COORDINATOR, "standing": Standing.APPROVED}
        Membership.objects.create(user=scene.users["superuser"], **new)


def erasing(scene: Scene, who: str, whose: Owned) -> tuple[int, list[str]]:
    """How many cells were looked at, and what is found of them, or missing of others."""
    mine, ids, kept = whose[who], ids_of(scene, who), of_others(whose, who)
    with left_behind(scene, who), searching.listening() as heard:
        with TestCase.captureOnCommitCallbacks(execute=True):
            row = erasures.ask(user=User.objects.get(pk=scene.users[who].pk), now=timezone.now(), at_once=True)
            erasures.carry_out(pk=row.pk, now=timezone.now())
        places = read(scene, heard)
    there = frozenset().union(*(place.tokens for place in places))
    found = [*found_in(places, mine, ids), *(f"{token} is gone, too" for token in kept - there)]
    return len(places) * (len(mine) + len(ids)) + len(kept), found


def renaming(scene: Scene, who: str, whose: Owned) -> tuple[int, list[str]]:
    old = {token for token in whose[who] if token.kind == "name"}
    with left_behind(scene, who), searching.listening() as heard:
        client = client_of(scene, who)
        for page in ("home", "accounts:me", "home:copy"):
            client.get(reverse(page))
        _say_new_name(scene, who, client)
        places = read(scene, heard)
        kept = User.objects.get(pk=scene.users[who].pk).name_to_use != "Ever New"
    return len(places), [*found_in(places, old, {}), *["the new name is not there"] * kept]


def read(scene: Scene, heard: searching.Heard) -> list[Place]:
    return [
        Place(name, content, frozenset(scene.tokens.found_in(content)))
        for name, content in (*searching.everywhere(), *heard.places())
    ]


def _say_new_name(scene: Scene, who: str, client: Client) -> None:
    user = User.objects.get(pk=scene.users[who].pk)
    if user.is_settled:
        client.post(reverse("accounts:me"), {"name_to_use": "Ever New", "time_zone": "UTC", "language": "en"})
    else:
        people.rename(user=user, name_to_use="Ever New", time_zone="UTC", language="en")


def ids_of(scene: Scene, who: str) -> Ids:
    user = scene.users[who]
    rows = {"the account": user.pk, **{f"{one.role} of {one.program}": one.pk for one in user.memberships.all()}}
    plain = {f"the id of {name}": str(pk).encode() for name, pk in rows.items()}
    bare = {f"the bare id of {name}": pk.hex.encode() for name, pk in rows.items()}
    digest = hashlib.sha256(user.email.encode()).hexdigest().encode()
    return {**plain, **bare, "a digest of the address": digest}


def of_others(whose: Owned, who: str) -> set[Token]:
    """What everybody else said and wrote, but for words that two share."""
    theirs = set().union(*(tokens for other, tokens in whose.items() if other != who)) - whose[who]
    return {token for token in theirs if token.kind not in SHARED and token.detail != "availability"}


def found_in(places: list[Place], tokens: set[Token], ids: Ids) -> Iterator[str]:
    for place in places:
        yield from (f"{token} is found in {place.name}" for token in tokens & place.tokens)
        if place.name != IDS_STAY_IN:
            low = place.content.lower()
            yield from (f"{name} is found in {place.name}" for name, pk in ids.items() if pk in low)


@contextmanager
def left_behind(scene: Scene, who: str) -> Iterator[None]:
    """With what somebody leaves here and there while they are here."""
    user = scene.users[who]
    letter = Path(settings.EMAIL_FILE_PATH) / f"{who}.log"
    letter.parent.mkdir(parents=True, exist_ok=True)
    with rolled_back():
        letter.write_text(f"To: {user.email}\n\nYour code\n")
        visitor = Client(raise_request_exception=False)
        visitor.handler = HANDLER
        visitor.post(reverse("account_login"), {"login": user.email})
        client_of(scene, who).get(reverse("home"))
        client_of(scene, who).post(reverse("home:copy"))
        client_of(scene, "superuser").post(reverse("admin:accounts_user_change", args=[user.pk]), {"is_active": "on"})
        cache.set(f"a limit of {user.pk}", 1)
        try:
            yield
        finally:
            letter.unlink(missing_ok=True)
            for file in settings.ERASURES.glob("*"):
                file.unlink()


# What would be wrong, planted ----------------------------------------------------------------------------------------

Planted = AbstractContextManager[Any]


def nothing(*args: Any, **kwargs: Any) -> None:
    """In place of a step that is left out."""


def without(step: str) -> Callable[[], Planted]:
    return lambda: mock.patch.object(traces, step, nothing)


def without_rows_of(model: str) -> Callable[[], Planted]:
    return lambda: mock.patch.object(traces, model, mock.MagicMock())


def agreements_with_their_words() -> Planted:
    """Handed over as they are."""

    def leave(user: User) -> None:
        for side, other in (("mentee", "mentor"), ("mentor", "mentee")):
            for row in traces.Agreement.objects.filter(**{f"{side}__user": user}):
                traces._hand_over(row, side, other)

    return mock.patch.object(traces, "_leave_to_others", leave)


def threads_of_both() -> Planted:
    """Everything between two goes, what the other wrote included."""
    return mock.patch.object(traces, "_leave_to_others", nothing)


def a_history_with_names() -> Planted:
    return mock.patch.object(Nameless, "log_change", admin.ModelAdmin.log_change)


def a_message_with_the_name() -> Planted:
    """It waits in the session of whoever changed something, until they look."""
    return mock.patch.object(Nameless, "message_user", admin.ModelAdmin.message_user)


def a_line_with_the_address() -> Planted:
    erase = erasures.erase

    def telling(*, user: User, now: Any) -> bool:
        erasures.logger.info("erasing %s", user.email)
        return erase(user=user, now=now)

    return mock.patch.object(erasures, "erase", telling)


def a_memory_with_ids() -> Planted:
    return mock.patch.object(erased, "_digests", lambda person: [str(person)])


def blocks_by_a_bare_digest() -> Planted:
    """A digest without a key: whoever guesses the address can tell."""

    def digests(address: str) -> list[str]:
        return [hashlib.sha256(address.strip().lower().encode()).hexdigest()]

    return mock.patch.object(blocks, "digests", digests)


def a_note_of_the_old_name() -> Planted:
    rename = people.rename

    def noting(*, user: User, **said: Any) -> None:
        member = Membership.objects.filter(user=user).first()
        if member:
            before = User.objects.get(pk=user.pk).name_to_use
            ScreeningStep.objects.create(membership=member, kind="reference", note=f"was called {before}")
        rename(user=user, **said)

    return mock.patch.object(people, "rename", noting)


def a_name_in_the_cache() -> Planted:
    rename = people.rename

    def keeping(*, user: User, **said: Any) -> None:
        cache.set(f"name:{user.pk}", User.objects.get(pk=user.pk).name_to_use)
        rename(user=user, **said)

    return mock.patch.object(people, "rename", keeping)


PLANTED: dict[str, Callable[[], Planted]] = {
    "a ledger that stays": without_rows_of("LedgerEntry"),
    "account mail that still waits": without_rows_of("Notice"),
    "what the coordination was told": without_rows_of("Concern"),
    "a sign-in that waits for its code": without("_forget_sessions"),
    "limits that are still counted": without("_forget_cached"),
    "mail in files": without("_forget_files"),
    "agreements with their words": agreements_with_their_words,
    "threads of both": threads_of_both,
    "a history with names": a_history_with_names,
    "a message in coordination with the name": a_message_with_the_name,
    "a log line with the address": a_line_with_the_address,
    "a memory with ids": a_memory_with_ids,
    "blocks by a digest without a key": blocks_by_a_bare_digest,
    "a note of the old name": a_note_of_the_old_name,
    "a name in the cache": a_name_in_the_cache,
}

GOAL = Goal(
    key="T16",
    sentence="an erased person or a name given up: 0 hits anywhere, and 0 words of others lost",
    look=look,
    defects=tuple(Defect(name, plant) for name, plant in PLANTED.items()),
)
