"""What could be wrong with the register and with the job that keeps to it, each as a switch: planted while it lasts."""

import copy
import tomllib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.db.models import QuerySet

from home import register, retention
from home.register import Register, Retention, Rule

DAY = timedelta(days=1)


def said() -> dict[str, Any]:
    """The register as it is written, to be changed by whoever asks."""
    return copy.deepcopy(tomllib.loads(register.PATH.read_text(encoding="utf-8")))


def changed(change: Callable[[dict[str, Any]], object]) -> Register:
    told = said()
    change(told)
    return Register(told)


def written(change: Callable[[dict[str, Any]], object]) -> AbstractContextManager[Any]:
    """The register says this instead."""
    told = said()
    change(told)
    return patch.object(register, "tomllib", SimpleNamespace(loads=lambda text: told))


def a_day(later: int) -> AbstractContextManager[Any]:
    """The clock of the job is off by days."""
    real = retention.due

    def off(kept: Retention, rule: Rule, now: datetime) -> QuerySet:
        return real(kept, rule, now - later * DAY)

    return patch.object(retention, "due", off)


def forgotten(name: str) -> AbstractContextManager[Any]:
    """One class that the job does not know of."""
    real = retention.rules
    return patch.object(retention, "rules", lambda: [one for one in real() if one[0].name != name])


def whatever_its_state(name: str) -> AbstractContextManager[Any]:
    """One class whose rows go by age alone."""
    real = retention.due

    def blind(kept: Retention, rule: Rule, now: datetime) -> QuerySet:
        return real(kept, Rule(rule.table, rule.clock) if kept.name == name and rule.clock else rule, now)

    return patch.object(retention, "due", blind)


def undone_by_a_batch() -> AbstractContextManager[Any]:
    """The job takes one batch of a class, and leaves the rest for another time."""
    real = retention._forget

    def once(kept: Retention, rule: Rule, now: datetime) -> int:
        real(kept, rule, now)
        return 0

    return patch.multiple(retention, _forget=once, BATCH=1)


def killed_after(batches: int) -> AbstractContextManager[Any]:
    """The worker dies before it begins another batch."""
    real, begun = retention._forget, count(1)

    def until_then(kept: Retention, rule: Rule, now: datetime) -> int:
        done = real(kept, rule, now)
        if done and next(begun) == batches:
            raise SystemExit
        return done

    return patch.object(retention, "_forget", until_then)


REFUSED = {"table": "consent_ledgerentry", "clock": ["at"]}
"""A rule on rows that a trigger keeps."""


def kept_as(table: str, name: str) -> AbstractContextManager[Any]:
    """A table says that it is kept like another, and no rule deletes its rows."""
    told = changed(lambda said: said["table"][table].update(retention=name))
    return patch.object(register, "load", lambda: told)


def one_rule_more(name: str, table: str) -> AbstractContextManager[Any]:
    """Somebody adds a rule, and no row on which it is tried."""
    told = changed(lambda said: said["retention"][name]["rules"].append({"table": table, "clock": ["beat_at"]}))
    return patch.object(register, "load", lambda: told)


def a_line_too_many(said: dict[str, Any]) -> None:
    said["table"]["accounts_user"]["member"].append("nickname")


def an_unknown_class(said: dict[str, Any]) -> None:
    said["table"]["accounts_user"]["secret"] = ["diagnosis"]


def nothing_of_how_long(said: dict[str, Any]) -> None:
    del said["table"]["accounts_user"]["retention"]


OF_THE_JOB: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "a day late": partial(a_day, 1),
    "a day early": partial(a_day, -1),
    "one batch and no more": undone_by_a_batch,
    "a class forgotten": partial(forgotten, "message"),
    "newcomers by age alone": partial(whatever_its_state, "account"),
    "memberships by age alone": partial(whatever_its_state, "membership"),
    "notices by age alone": partial(whatever_its_state, "sent_notice"),
}
