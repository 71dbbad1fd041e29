"""Kindred's Celery app with tasks to watch a real worker by: `celery --app tests.infra.working worker`."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config.celery import app

CANARY = "wren-in-the-hedge"
COMMAND = ["--app", "tests.infra.working", "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"]


def notes() -> Path:
    return Path(os.environ["KINDRED_DATA"]) / "notes.txt"


@app.task(name="tests.note")
def note(number: int, seconds: float) -> None:
    with notes().open("a") as file:
        file.write(f"start {number}\n")
    time.sleep(seconds)
    with notes().open("a") as file:
        file.write(f"end {number}\n")


@app.task(name="tests.fail")
def fail(number: int) -> None:
    raise ValueError(CANARY)


def processes_with(data: Path) -> list[int]:
    """Every living process, whoever started it, whose environment names this data folder."""
    mark = f"KINDRED_DATA={data}\0".encode()
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and mark in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:  # it has ended meanwhile
            continue
    return found


def wait_for(condition: Callable[[], object], patience: float) -> bool:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return bool(condition())


@contextmanager
def worker(environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", *COMMAND], env=environment, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
