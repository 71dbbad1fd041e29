"""What leaves otherwise than by a page, or lies around: it holds no word that was sealed, no name and no address."""

import logging
from unittest import mock

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from config import celery
from matching import tasks as matching_tasks
from notices import tasks
from notices.models import Notice
from tests.canary import channels, checks
from tests.canary.checks import (
    lying_in_tables,
    say_everything,
    send_in_everything,
    send_waiting_notices,
    telling,
    told_by_mail,
    told_in_log,
    told_to_workers,
    work_off,
)
from tests.routes.scene import SECRET, Scene
from tests.routes.stage import scene  # noqa: F401
from tests.routes.tables import ROUTES
from tests.routes.visit import Visits, rolled_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch):
    """One that listens, whatever an earlier test did to it, and is empty afterwards."""
    monkeypatch.setattr(celery, "_silent_until", 0.0)
    yield
    checks.take_back_messages()


@pytest.fixture
def stage(scene: Scene):  # noqa: F811
    with rolled_back():
        yield scene


def test_the_tables_hold_no_sealed_word(stage: Scene):
    work_off(stage)

    assert lying_in_tables(stage) == {}


def test_control_the_tables_are_searched(stage: Scene):
    found = set().union(*(stage.tokens.found_in(data) for _table, data in channels.tables()))

    assert {token.kind for token in found} == {"name", "address", "opening", "screening", "second yes"}


def test_a_second_factor_lies_sealed(stage: Scene):
    assert [table for table, data in channels.tables() if SECRET.encode() in data] == []


@pytest.mark.parametrize("who", ["mentee", "mentor", "coordinator"])
def test_a_session_holds_nothing_that_was_said(stage: Scene, who: str):
    found = [stage.tokens.found_in(channels.sessions()) for _ in say_everything(stage, who)]

    assert len(found) > 5
    assert telling(set().union(*found)) == []


def test_the_cache_holds_nothing_that_was_said(stage: Scene):
    found = [stage.tokens.found_in(channels.cached()) for _ in say_everything(stage, "mentee")]

    assert telling(set().union(*found)) == []


def test_control_the_cache_is_searched(stage: Scene):
    cache.set("told", stage.members["mentee"].user.name_to_use)

    assert telling(stage.tokens.found_in(channels.cached())) == ["name of mentee"]


def test_mail_says_that_there_is_an_update_and_no_more(stage: Scene):
    sent = send_waiting_notices()
    letters = channels.letters()

    assert len(letters) == sent == len(Notice.Kind) - 1
    assert {letter["subject"] for letter in letters} == {"You have an update"}
    assert told_by_mail(stage) == []


def test_account_mail_names_nobody(stage: Scene):
    known = stage.users["mentee"].email
    for path, data in (("/account/login/", {"login": known}), ("/account/signup/", {"email": known})):
        Client().post(path, data)
    tasks.sweep.apply(throw=True)

    assert len(mail.outbox) >= 2
    assert told_by_mail(stage) == []


def test_messages_to_workers_carry_ids_only(stage: Scene, broker: None):
    messages = send_in_everything(stage)

    assert len(messages) > 20
    assert told_to_workers(stage, messages) == []


def test_log_lines_name_nobody(stage: Scene):
    visits = Visits(stage)
    with channels.logged() as lines:
        for route in ROUTES:
            for who in ("mentee", "coordinator", "stranger"):
                visits.at(route, "GET", who)
                visits.at(route, "POST", who)
        work_off(stage)

    assert len(lines) > 100
    assert told_in_log(stage, lines) == []


def test_a_fault_is_logged_without_its_words(stage: Scene):
    word = stage.tokens.plant("answer", "mentee", "in an exception")
    with channels.logged() as lines, mock.patch("mentorship.pages.of_agreement", side_effect=ValueError(word)):
        client = Client(raise_request_exception=False)
        client.cookies["sid"] = stage.sessions["mentee"]
        response = client.get(f"/agreements/{stage.pk('agreement')}/")

    assert (response.status_code, telling(stage.tokens.found_in(response.content))) == (500, [])
    assert any("builtins.ValueError" in line for line in lines)
    assert told_in_log(stage, lines) == []


def test_a_fault_in_a_task_is_logged_without_its_words(stage: Scene):
    word = stage.tokens.plant("answer", "mentee", "in an exception")
    with channels.logged() as lines, mock.patch("matching.actions.runs.execute", side_effect=KeyError(word)):
        matching_tasks.execute_run.apply(args=[str(stage.pk("run"))])

    assert any("KeyError" in line for line in lines)
    assert told_in_log(stage, lines) == []


def test_control_a_line_with_a_name_is_found(stage: Scene):
    with channels.logged() as lines:
        logging.getLogger("kindred").debug("hello %s", stage.users["mentee"].name_to_use)

    assert told_in_log(stage, lines) == ["name of mentee"]
