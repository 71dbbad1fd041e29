"""Ringing for the worker never holds a page up, and never takes it down."""

import socket
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.db import transaction

from config import celery
from config.celery import app, ring, transport_options

BrokerAt = Callable[[str], None]
# 0.4 s as configured, and room for a busy machine; unbounded it is 6 s refused and 15 s paused.
A_MOMENT = 2.0


@pytest.fixture
def broker_at(monkeypatch: pytest.MonkeyPatch) -> BrokerAt:
    def connect(url: str) -> None:
        monkeypatch.setattr(celery, "_silent_until", 0.0)
        options = transport_options(url) | celery.IMPATIENT
        # As in the web server, which imports the transport before it takes requests.
        assert app.amqp.Connection(url, transport_options=options).transport
        monkeypatch.setattr(
            app, "connection_for_write", lambda **_: app.amqp.Connection(url, transport_options=options)
        )

    return connect


@pytest.fixture
def silent_server() -> Iterator[int]:
    """Takes connections and says nothing, as a paused Redis does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def nobody() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_refuses_costs_a_moment(broker_at: BrokerAt, nobody: int) -> None:
    broker_at(f"redis://127.0.0.1:{nobody}/0")
    started = time.monotonic()

    ring("notices.tasks.sweep")

    assert time.monotonic() - started < A_MOMENT


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_silent_costs_a_moment_however_often_it_is_rung(
    broker_at: BrokerAt, silent_server: int
) -> None:
    broker_at(f"redis://127.0.0.1:{silent_server}/0")
    started = time.monotonic()

    for _ in range(5):
        ring("notices.tasks.sweep")

    assert time.monotonic() - started < A_MOMENT


@pytest.mark.django_db(transaction=True)
def test_what_else_was_to_happen_after_the_commit_still_happens(broker_at: BrokerAt, nobody: int) -> None:
    broker_at(f"redis://127.0.0.1:{nobody}/0")
    happened: list[str] = []

    with transaction.atomic():
        ring("notices.tasks.sweep")
        transaction.on_commit(partial(happened.append, "afterwards"))

    assert happened == ["afterwards"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_rung_for_what_was_rolled_back(
    broker_at: BrokerAt, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("broker")
    broker_at(f"files://{folder}")

    with transaction.atomic():
        ring("notices.tasks.sweep")
        transaction.set_rollback(True)

    assert list(folder.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_a_message_carries_the_task_and_ids_only(broker_at: BrokerAt, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("broker")
    broker_at(f"files://{folder}")

    ring("notices.tasks.send", "8b2c")

    with app.amqp.Connection(
        f"files://{folder}", transport_options=transport_options(f"files://{folder}")
    ) as connection:
        message = app.amqp.queues["celery"](connection.default_channel).get(no_ack=True)
    assert message.headers["task"] == "notices.tasks.send"
    assert message.payload[:2] == [["8b2c"], {}]
