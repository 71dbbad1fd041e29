"""Whatever is there is declared, whatever is declared is there, and the register does not contradict itself."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from config.env import Unreadable
from home import inventory, privacy, register
from home.register import Misread
from tests.register import planted
from tests.register.strangers import STRANGERS


def test_what_is_there_is_what_is_declared():
    assert inventory.deviations(register.load()) == []


@pytest.mark.parametrize(("come", "said"), STRANGERS.values(), ids=STRANGERS.keys())
def test_control_whatever_nobody_declared_is_found(come: Callable[[], AbstractContextManager[Any]], said: str):
    with come():
        found = inventory.deviations(register.load(), said.partition(" ")[0])

    assert found == [f"{said}: there is no line for it in home/register.toml"]


@pytest.mark.parametrize("kind", register.KINDS)
def test_control_what_is_declared_and_not_there_is_found(kind: str):
    lines = {"about": "x", "purpose": "running", "audience": ["nobody"], "retention": "moment", "export": "no"}
    told = planted.changed(lambda said: said[kind].update(nowhere={**lines, "operational": ["gone"]}))
    key = "nowhere: gone" if kind in register.QUALIFIED else "gone"

    assert inventory.deviations(told, kind) == [f"{kind} {key}: declared in home/register.toml, and not there"]


def test_what_is_kept_of_a_code_or_said_in_a_log_is_about_nobody():
    wordless = [entry for kind in ("log", "task", "mail") for entry in register.load().of(kind)]

    assert {entry.klass for entry in wordless} == {"operational"}


def test_what_is_sealed_is_shown_by_no_list_of_coordination():
    assert [entry.key for entry in register.load().of("admin") if entry.klass == "sealed"] == []


def of_users(**told: Any) -> Callable[[dict[str, Any]], None]:
    return lambda said: said["table"]["accounts_user"].update(told)


CONTRADICTIONS = {
    "an unknown class": (of_users(secret=["diagnosis"]), "there is no class called 'secret'"),
    "an unknown purpose": (of_users(purpose="fun"), "there is no purpose called 'fun'"),
    "an unknown audience": (of_users(audience=["family"]), "there is no audience called 'family'"),
    "an unknown retention": (of_users(retention="ever"), "there is no retention called 'ever'"),
    "an unknown export": (of_users(export="perhaps"), "there is no export called 'perhaps'"),
    "two classes": (of_users(public=["email"]), "table accounts_user: email stands there twice"),
    "an exception for nothing": (of_users(but=[{"of": ["nickname"]}]), "an exception is made for nickname"),
    "nothing said": (lambda said: said["table"]["accounts_user"].pop("audience"), "audience is missing"),
    "days without a rule": (lambda said: said["retention"]["block"].update(days=3), "days need rules"),
    "a rule without days": (lambda said: said["retention"]["limit"].pop("days"), "rules need days"),
}


@pytest.mark.parametrize(("change", "sentence"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_a_contradiction_is_refused(change: Callable[[dict[str, Any]], object], sentence: str):
    with pytest.raises(Misread, match=sentence):
        planted.changed(change)


@pytest.mark.parametrize("name", ["sent_notices", "block"])
def test_days_for_what_is_not_kept_for_days_stop_the_start(settings, name: str):
    settings.KEEP_DAYS = {name: 3}

    with pytest.raises(Unreadable, match=f"KINDRED_KEEP is '{name}'"):
        register.load.__wrapped__()


def check() -> str:
    out = StringIO()
    call_command("register", check=True, stdout=out)
    return out.getvalue()


def test_the_build_checks_it():
    assert check() == f"{len(register.load().entries):,} lines of the register, all there, and nothing besides.\n"


def test_control_the_build_fails_over_what_nobody_declared():
    come, said = STRANGERS["a route"]

    with come(), pytest.raises(CommandError, match=said):
        check()


def test_control_the_build_fails_over_papers_that_are_older():
    with patch.object(privacy, "MADE", "otherwise"), pytest.raises(CommandError, match=r"privacy\.md is older"):
        check()
