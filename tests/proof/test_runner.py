"""`python -m proof`: what it says, when it fails, and that nothing that it started outlives it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from uuid import uuid4

import pytest
from django.db import connection

from proof import __main__ as command
from proof import goals, runner
from proof.goal import Size
from proof.showing import Result

RIGHT, HANGING = "tests.proof.specimens.right", "tests.proof.specimens.hanging"
REACHED = Result("T98", "right", 7, 12, caught=["a hole"], clean=1)


def ran(module: str, minutes: float = 5.0) -> Result:
    (result,) = runner.run({"T98": module}, size=Size.LEAST, seed=7, clean=2, minutes=minutes)
    return result


def test_a_goal_runs_in_a_process_and_on_a_database_of_its_own():
    result = ran(RIGHT)

    assert (result.reached, result.cells, result.caught, result.clean) == (True, 12, ["a hole"], 2)


def test_the_same_goal_can_be_shown_twice_at_once():
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(ran, [RIGHT, RIGHT]))

    assert [(result.reached, result.broken) for result in results] == [(True, "")] * 2


def test_a_hanging_goal_is_ended_and_fails():
    result = ran(HANGING, minutes=0.05)

    assert not result.reached
    assert result.broken.splitlines()[-1] == "not done in 0.05 min"


@pytest.mark.services
@pytest.mark.django_db
def test_a_goal_that_is_ended_while_its_database_is_made_leaves_none_on_the_server(tmp_path: Path):
    places: SimpleQueue[int] = SimpleQueue()
    places.put(0)
    one = runner._Run(f"T98{uuid4().hex[:8]}", HANGING, tmp_path, places)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(one.show, Size.LEAST, 7, 1, 1.0, 0)
        end = time.monotonic() + 50
        while not databases(one.key):
            assert time.monotonic() < end, "no database was made"
            time.sleep(0.01)
        one.end()

    assert databases(one.key) == []


def databases(key: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"proof_%_{key.lower()}_%"])
        return [name for (name,) in cursor.fetchall()]


def test_a_goal_that_cannot_even_be_read_fails():
    result = ran("tests.proof.specimens.nowhere")

    assert not result.reached
    assert result.broken.splitlines()[-1].startswith("ModuleNotFoundError: ")


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> list[Result]:
    """What the goals come to, instead of running them."""
    coming: list[Result] = []
    monkeypatch.setattr(runner, "run", lambda modules, **_: iter(coming))
    return coming


def test_one_line_for_each_goal_and_one_for_all(results: list[Result], capsys: pytest.CaptureFixture[str]):
    results.append(REACHED)

    status = command.main([next(iter(goals.MODULES)), "--size", "short"])

    line, _, summary = capsys.readouterr().out.splitlines()
    assert status == 0
    assert " ".join(line.split()) == "T98 reached 12 cells 1 of 1 planted defects caught seed 7 0 s right"
    assert summary.startswith("1 of 1 goals reached; 1 of 1 planted defects caught; false alarms in 0 goals")


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (Result("T98", cells=1, caught=["a hole"], wrong=["stranger reads it"]), "stranger reads it"),
        (Result("T98", cells=1, caught=["a hole"], missed=["another"]), "not caught: another"),
        (Result("T98", cells=1, caught=["a hole"], alarms=["a shadow"]), "a false alarm: a shadow"),
        (Result("T98", broken="not done in 5 min"), "not done in 5 min"),
        (Result("T98", cells=1), "it looked nowhere, or has no planted defect"),
    ],
)
def test_what_was_wrong_is_said_and_fails_the_command(
    results: list[Result], capsys: pytest.CaptureFixture[str], result: Result, said: str
):
    results.append(result)

    status = command.main([next(iter(goals.MODULES))])

    first, second = capsys.readouterr().out.splitlines()[:2]
    assert (status, first.split()[1:3], second.strip()) == (1, ["NOT", "REACHED"], said)


def test_a_whole_run_that_lacks_a_promised_goal_fails(results: list[Result], capsys: pytest.CaptureFixture[str]):
    results.extend(Result(key, cells=1, caught=["a hole"] * 9) for key in goals.WANTED[1:])

    assert command.main([]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"{goals.WANTED[0]} is promised and not there"


def test_a_whole_run_with_too_few_defects_fails(results: list[Result], capsys: pytest.CaptureFixture[str]):
    results.extend(Result(key, cells=1, caught=["a hole"]) for key in goals.WANTED)

    assert command.main([]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"only {len(goals.WANTED)} planted defects, of 60"


def test_a_goal_that_nobody_knows_is_said(capsys: pytest.CaptureFixture[str]):
    assert command.main(["T1000"]) == 2
    assert capsys.readouterr().err.startswith("There is no goal T1000; there are: ")


def test_what_was_found_is_written_for_machines(results: list[Result], tmp_path: Path):
    results.append(REACHED)

    command.main([next(iter(goals.MODULES)), "--json", str(tmp_path / "found.json")])

    (found,) = json.loads((tmp_path / "found.json").read_text())
    assert (found["key"], found["reached"], found["cells"], found["caught"]) == ("T98", True, 12, ["a hole"])


def test_how_many_defects_are_planted_is_handed_on():
    (result,) = runner.run({"T98": RIGHT}, size=Size.LEAST, seed=7, clean=1, minutes=5.0, most=0)

    assert (result.reached, result.defects) == (False, 0)


@pytest.mark.parametrize(("quick", "size"), [("", Size.FULL), ("1", Size.SHORT)])
def test_quick_is_short(monkeypatch: pytest.MonkeyPatch, quick: str, size: Size):
    monkeypatch.setenv("QUICK", quick)

    assert command.read([]).size is size
