"""T5: nobody learns at any door whether an address has an account: not from bytes, not from the number of mails, not
from a clock, and not while mail fails either.

Bytes: every step of every door is compared with that of an address that nobody has. Mail: what waits and what is sent.

The clock: known and unknown addresses in turn, in an order drawn by lot for each pair, each new, at the real pace, from
the request to the whole answer. What is held against .55 is the AUC over all pairs so far. A machine that does other
things, too, makes it swing: at a full look a step is *calm* as soon as it is not over .55 after a round of pairs, and a
signal if it still is after five rounds. A smaller look claims only what is sure: more than .55 by two standard errors,
in two rounds, each of new pairs."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from smtplib import SMTPServerDisconnected
from unittest import mock

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.test import override_settings
from django.urls import get_resolver

from accounts.models import User
from notices import tasks
from notices.models import Notice
from proof import planted_secrecy
from proof.clocks import MOST, Timings
from proof.doors import DOMAIN, DOORS, Door, Step, fresh, walk
from proof.goal import Goal, Look, Size
from tests.cast import make_user

ROUNDS, SURE = 5, 2
NOT_THERE = re.compile("reset|invit|forgot")
"""There are no passwords to forget, and nobody is invited by address."""
PAIRS = {Size.FULL: 150, Size.SHORT: 12, Size.LEAST: 6}
TIMED = {Size.FULL: 3, Size.SHORT: 2, Size.LEAST: 1}
"""How many steps of a door are timed: each costs a beat (`settings.PACE`) per address."""
KINDS = {Size.FULL: 4, Size.SHORT: 4, Size.LEAST: 1}


def known() -> str:
    return make_user("Known", email=fresh("here")).email


def inactive() -> str:
    return make_user("Known", email=fresh("gone"), is_active=False).email


def unproved() -> str:
    user = User.objects.create_user(fresh("begn"))
    user.emailaddress_set.create(email=user.email, verified=False, primary=True)
    return user.email


def staff() -> str:
    return make_user("Known", email=fresh("staf"), is_staff=True, is_superuser=True).email


SOMEBODYS: tuple[Callable[[], str], ...] = (known, inactive, unproved, staff)


def look(size: Size, seed: int) -> Look:
    lots = random.Random(seed)
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    with _left_as_it_was():
        cells, wrong = _of_the_words(size)
        cells += len(names)
        wrong += [f"{name} would have to be among the doors" for name in sorted(names) if NOT_THERE.search(name)]
        if wrong and size == Size.LEAST:
            return Look(cells, wrong)  # one signal is enough to be caught by
        for door in DOORS:
            if door.timed:
                pairs, told = _of_the_clock(door, size, lots)
                cells, wrong = cells + pairs, wrong + told
    return Look(cells, wrong)


def _of_the_words(size: Size) -> tuple[int, list[str]]:
    cells, wrong = 0, list[str]()
    with override_settings(PACE=0):
        for door in DOORS:
            for failing in (False, True):
                nobodys = heard(door, fresh(), failing)
                for somebodys in SOMEBODYS[: KINDS[size]]:
                    cells += len(nobodys)
                    where = f"{door.name}, {somebodys.__name__}{', mail failing' if failing else ''}"
                    wrong += differences(where, heard(door, somebodys(), failing), nobodys)
    return cells, wrong


def heard(door: Door, address: str, failing: bool) -> list[tuple[str, object]]:
    """Every step, and then the mail: how many wait or were tried, how many arrived, under which heading."""
    with _mail_away() if failing else override_settings():
        steps: list[Step] = walk(door, address, between=_worker)
    arrived = [(sent.subject, sent.from_email) for sent in mail.outbox if address in sent.to]
    mail.outbox.clear()
    written = Notice.objects.filter(kind=Notice.Kind.ACCOUNT)
    waits = sorted(written.values_list("state", "tries"))
    written.delete()
    return [(step.label, step.told) for step in steps] + [("mail", (waits, arrived))]


def differences(where: str, one: list[tuple[str, object]], other: list[tuple[str, object]]) -> Iterator[str]:
    if len(one) != len(other):
        yield f"{where}: {len(one)} steps instead of {len(other)}"
    yield from (f"{where}: “{mine[0]}” tells" for mine, theirs in zip(one, other, strict=False) if mine != theirs)


def _of_the_clock(door: Door, size: Size, lots: random.Random) -> tuple[int, list[str]]:
    steps = [Timings() for _ in range(min(door.timed, TIMED[size]))]
    for number in range(1, ROUNDS + 1):
        _one_round(door, steps, PAIRS[size], lots)
        said = ", ".join(str(step.apart) for step in steps)
        print(f"{door.name}: AUC {said} over {len(steps[0].known)} pairs", flush=True)
        if not any(_may_tell(step, size, number) for step in steps):
            break
    told = [
        f"{door.name}: a clock tells step {n}: AUC {step.apart}"
        for n, step in enumerate(steps, 1)
        if _tells(step, size)
    ]
    return sum(len(step.known) + len(step.unknown) for step in steps), told


def _tells(step: Timings, size: Size) -> bool:
    return step.apart.either_way > MOST if size == Size.FULL else step.sure >= SURE


def _may_tell(step: Timings, size: Size, number: int) -> bool:
    """Whether a further round could change the verdict."""
    return step.apart.either_way > MOST if size == Size.FULL else number == step.sure < SURE


def _one_round(door: Door, steps: list[Timings], pairs: int, lots: random.Random) -> None:
    walked: dict[bool, list[list[Step]]] = {True: [], False: []}
    for _ in range(pairs):
        addresses = {True: known(), False: fresh()}
        for is_known in lots.sample([True, False], 2):
            walked[is_known].append(walk(door, addresses[is_known], len(steps)))
    for place, step in enumerate(steps):
        step.add(*([walk[place].seconds for walk in walked[is_known]] for is_known in (True, False)))


def _worker() -> None:
    """What the mail system is asked to do between two steps."""
    tasks.sweep()


@contextmanager
def _mail_away() -> Iterator[None]:
    with mock.patch.object(EmailMessage, "send", side_effect=SMTPServerDisconnected("away")):
        yield


@contextmanager
def _left_as_it_was() -> Iterator[None]:
    sessions = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    before = set(sessions.objects.values_list("pk", flat=True))
    try:
        yield
    finally:
        Notice.objects.filter(kind=Notice.Kind.ACCOUNT).delete()
        User.objects.filter(email__endswith=f"@{DOMAIN}").delete()
        sessions.objects.exclude(pk__in=before).delete()


GOAL = Goal("T5", "0 signals that an account exists", look, planted_secrecy.DEFECTS)
