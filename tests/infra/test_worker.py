"""A real worker process on the broker of files."""

import os
from pathlib import Path

import pytest

from config.celery import transport_options
from tests.infra.working import CANARY, app, processes_with, wait_for, worker

pytestmark = pytest.mark.slow


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "KINDRED_DATA": str(tmp_path), "KINDRED_BROKER_URL": f"files://{tmp_path}/broker"}


def send(surroundings: dict[str, str], task: str, *arguments: object) -> None:
    url = surroundings["KINDRED_BROKER_URL"]
    with app.amqp.Connection(url, transport_options=transport_options(url)) as connection:
        app.send_task(task, args=arguments, connection=connection)


def test_the_task_of_a_killed_worker_is_done_by_the_next(tmp_path: Path, surroundings: dict[str, str]) -> None:
    notes = tmp_path / "notes.txt"
    send(surroundings, "tests.note", 1, 60)
    with worker(surroundings, tmp_path / "log"):
        assert wait_for(notes.exists, 20)
    notes.unlink()

    with worker(surroundings, tmp_path / "log"):
        assert wait_for(notes.exists, 20)


def test_no_child_of_a_killed_worker_goes_on(tmp_path: Path, surroundings: dict[str, str]) -> None:
    send(surroundings, "tests.note", 1, 60)
    with worker(surroundings, tmp_path / "log"):
        assert wait_for((tmp_path / "notes.txt").exists, 20)
        assert len(processes_with(tmp_path)) == 2

    assert wait_for(lambda: processes_with(tmp_path) == [], 3)


def test_a_failed_task_leaves_its_type_and_not_its_words_in_the_log(
    tmp_path: Path, surroundings: dict[str, str]
) -> None:
    log = tmp_path / "log"
    send(surroundings, "tests.fail", 1)
    with worker(surroundings, log):
        assert wait_for(lambda: log.exists() and "ValueError" in log.read_text(), 20)

    assert CANARY not in log.read_text()
