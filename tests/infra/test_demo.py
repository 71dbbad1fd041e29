"""The one command: what it starts, keeps alive and ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from tests.infra.deployment import ROOT, free_port, outside_environment
from tests.infra.working import processes_with, wait_for

pytestmark = pytest.mark.slow

PATIENCE = 60
WEB, WORKER, BEAT = "gunicorn", "worker", "beat"


@contextmanager
def demo(data: Path, port: int, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Started as dev.py starts it, once the environment is there."""
    environment = {**outside_environment(), "KINDRED_DATA": str(data), **more}
    with (data / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.demo", str(port)], cwd=ROOT, env=environment, stdout=said, stderr=said
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def said(data: Path) -> str:
    return (data / "said").read_text()


def running(data: Path, program: str) -> list[int]:
    """The oldest first: the one that the demo started."""
    found = []
    for pid in processes_with(data):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text()
        except OSError:
            continue
        if f"\0{program}\0" in command:
            found.append(pid)
    return sorted(found)


def status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def test_it_starts_keeps_alive_and_ends_everything(tmp_path: Path) -> None:
    port = free_port()
    with demo(tmp_path, port, SEED="3") as process:
        assert wait_for(lambda: "Ctrl-C" in said(tmp_path), PATIENCE), said(tmp_path)
        assert f"http://127.0.0.1:{port}/dev/mail/" in said(tmp_path)
        assert status(port, "/account/login/") == status(port, "/dev/mail/") == 200
        assert all(running(tmp_path, program) for program in (WEB, WORKER, BEAT))

        killed = running(tmp_path, WORKER)[0]
        os.kill(killed, signal.SIGKILL)
        assert wait_for(lambda: "worker was killed by signal 9; starting it again" in said(tmp_path), PATIENCE)
        assert wait_for(lambda: [pid for pid in running(tmp_path, WORKER) if pid != killed], PATIENCE)

        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert processes_with(tmp_path) == []


def test_a_killed_demo_takes_everything_with_it_and_the_next_start_keeps_the_data(tmp_path: Path) -> None:
    port = free_port()
    with demo(tmp_path, port) as process:
        assert wait_for(lambda: "Ctrl-C" in said(tmp_path), PATIENCE), said(tmp_path)
        process.kill()
        assert wait_for(lambda: processes_with(tmp_path) == [], 10)
    key = (tmp_path / "secret.key").read_text()

    with demo(tmp_path, port):
        assert wait_for(lambda: "Ctrl-C" in said(tmp_path), PATIENCE), said(tmp_path)
        assert "here already" in said(tmp_path)
        assert (tmp_path / "secret.key").read_text() == key
        assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_beginning_anew_removes_what_the_demo_made_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_text("mine")
    (tmp_path / "secret.key").write_text("an old key")
    with demo(tmp_path, free_port(), RESET="1"):
        assert wait_for(lambda: "Ctrl-C" in said(tmp_path), PATIENCE), said(tmp_path)

    assert (tmp_path / "holiday.jpg").read_text() == "mine"
    assert (tmp_path / "secret.key").read_text() != "an old key"


def test_a_second_demo_on_the_same_data_says_so(tmp_path: Path) -> None:
    with demo(tmp_path, free_port()):
        assert wait_for((tmp_path / "demo.lock").exists, PATIENCE)
        second = subprocess.run(
            [sys.executable, "-m", "deploy.demo", "8301"],
            cwd=ROOT, env={**outside_environment(), "KINDRED_DATA": str(tmp_path)}, text=True, capture_output=True,
        )  # fmt: skip

        assert second.returncode == 1
        assert second.stderr.strip().startswith("A demo is already running on")
