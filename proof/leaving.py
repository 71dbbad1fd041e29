"""T16: who was erased, and a name that was given up, is found nowhere; and what others wrote is still there.

Before that, each of the cast leaves traces on purpose: a sign-in that waits for its code, a change in coordination, a
copy taken, a limit counted, a mail in a file. Then the whole place is searched, with everything sealed opened."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
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
from accounts.models import Membership, ScreeningStep, User
from home import erased
from home.actions import erasures, traces
from proof import searching
from proof.goal import Defect, Goal, Look, Size
from proof.own import crowd, own
from safety.actions import blocks
from tests.canary.tokens import Token, unpacked
from tests.routes.scene import ANONYMOUS, PEOPLE, ROLES, Scene, build
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

Needles = dict[str, bytes]


def look(size: Size, seed: int) -> Look:
    wrong: list[str] = []
    cells = 0
    with rolled_back():
        scene = build()
        crowd(scene, seed, PAIRS[size])
        for who in WHO[size]:
            for change in (erasing, renaming):
                found = change(scene, who)
                cells += next(found)
                wrong += [f"{who}: {line}" for line in found]
    return Look(cells, wrong)


def erasing(scene: Scene, who: str) -> Iterator[Any]:
    """How many words are searched for; then what is found of them, and what is missing of others."""
    needles = traces_of(scene, who)
    kept = of_others(scene, who)
    yield len(needles) + len(kept)
    with left_behind(scene, who), searching.listening() as heard:
        with TestCase.captureOnCommitCallbacks(execute=True):
            row = erasures.ask(user=User.objects.get(pk=scene.users[who].pk), now=timezone.now(), at_once=True)
            erasures.carry_out(pk=row.pk, now=timezone.now())
        places = [*searching.everywhere(), *heard.places()]
        yield from found_in(places, needles)
        there = scene.tokens.found_in(b"\n".join(content for _place, content in places))
        yield from (f"{token} is gone, too" for token in kept - there)


def renaming(scene: Scene, who: str) -> Iterator[Any]:
    old = next(token for token in own(scene, who) if token.kind == "name")
    yield 1
    with left_behind(scene, who), searching.listening() as heard:
        client = client_of(scene, who)
        for page in ("home", "accounts:me", "home:copy"):
            client.get(reverse(page))
        _say_new_name(scene, who, client)
        places = [*searching.everywhere(), *heard.places()]
        yield from found_in(places, {"the old name": old.word.encode()})
        yield from ["the new name is not there"] * (User.objects.get(pk=scene.users[who].pk).name_to_use != "Ever New")


def _say_new_name(scene: Scene, who: str, client: Client) -> None:
    user = User.objects.get(pk=scene.users[who].pk)
    if user.is_settled:
        client.post(reverse("accounts:me"), {"name_to_use": "Ever New", "time_zone": "UTC", "language": "en"})
    else:
        people.rename(user=user, name_to_use="Ever New", time_zone="UTC", language="en")


def traces_of(scene: Scene, who: str) -> Needles:
    user = scene.users[who]
    words = {str(token): token.word.encode() for token in own(scene, who)}
    ids = {"the account": user.pk, **{f"{one.role} of {one.program}": one.pk for one in user.memberships.all()}}
    plain = {f"the id of {name}": str(pk).encode() for name, pk in ids.items()}
    bare = {f"the bare id of {name}": pk.hex.encode() for name, pk in ids.items()}
    address = {"a digest of the address": hashlib.sha256(user.email.encode()).hexdigest().encode()}
    return {**words, **plain, **bare, **address}


def of_others(scene: Scene, who: str) -> set[Token]:
    """What everybody else said and wrote, but for what stood in a row together with `who`."""
    mine = own(scene, who)
    theirs = {token for other in (*ROLES, "superuser") if other != who for token in own(scene, other)}
    return {token for token in theirs - mine if token.kind not in SHARED and token.detail != "availability"}


def found_in(places: list[tuple[str, bytes]], needles: Needles) -> Iterator[str]:
    for place, content in places:
        low = b"\n".join((content, *unpacked(content))).lower()
        for name, needle in needles.items():
            if needle in low and not (place == IDS_STAY_IN and " id of " in name):
                yield f"{name} is found in {place}"


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
