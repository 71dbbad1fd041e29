"""A real worker process beside a test: on the test's own database and a broker of its own, ended with the test."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import connection

import config.celery
from config.celery import app, transport_options

PATIENCE = 90.0


class Surroundings:
    """What a worker is told. Every worker of one test shares them; the test rings at the same broker."""

    def __init__(self, folder: Path, **environment: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.log = folder, folder / "worker.log"
        on_redis = settings.CELERY_BROKER_URL.startswith("redis")
        self.broker = settings.CELERY_BROKER_URL if on_redis else f"files://{folder / 'broker'}"
        self.environment = {
            **os.environ,
            **_database(folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "KINDRED_DATA": str(folder),
            "KINDRED_BROKER_URL": self.broker,
            "KINDRED_ANSWER_KEYS": ",".join(settings.ANSWER_KEYS),
            "KINDRED_SECRET_KEY": settings.SECRET_KEY,
            "KINDRED_SWEEP_SECONDS": "1",
            "KINDRED_STALE_SECONDS": "3",
            **environment,
        }
        for pointer in ("KINDRED_ANSWER_KEYS_FILE", "KINDRED_SECRET_KEY_FILE", "KINDRED_BROKER_URL_FILE"):
            self.environment.pop(pointer, None)

    def empty(self) -> None:
        if self.broker.startswith("redis"):
            redis.Redis.from_url(self.broker).flushdb()

    def lines(self) -> str:
        return self.log.read_text() if self.log.exists() else ""


@contextmanager
def surroundings(folder: Path, **environment: str) -> Iterator[Surroundings]:
    """While it lasts, what the test rings is heard by its workers and by nobody else's."""
    here = Surroundings(folder, **environment)
    before = {key: app.conf[key] for key in ("broker_url", "broker_transport_options")}
    here.empty()
    config.celery._silent_until = 0.0  # whatever broker an earlier test could not reach: this one is to be heard
    app.conf.update(broker_url=here.broker, broker_transport_options=transport_options(here.broker))
    try:
        yield here
    finally:
        app.conf.update(before)
        here.empty()


@contextmanager
def broker_down() -> Iterator[None]:
    """Nobody hears the bell."""
    before = {key: app.conf[key] for key in ("broker_url", "broker_transport_options")}
    nowhere = "redis://127.0.0.1:1/0"
    app.conf.update(broker_url=nowhere, broker_transport_options=transport_options(nowhere))
    try:
        yield
    finally:
        app.conf.update(before)


@contextmanager
def worker(here: Surroundings, *, of: str = "config", beat: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    """`celery -A config worker`, with beat inside it if asked; killed at the end, and its children with it."""
    command = [sys.executable, "-m", "celery", "-A", of, "worker", "--concurrency", "1", "--without-gossip"]
    command += ["--without-mingle", "--without-heartbeat", *(["--beat"] if beat else [])]
    with here.log.open("ab") as output:
        process = subprocess.Popen(command, env=here.environment, stdout=output, stderr=output, start_new_session=True)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """As a machine does that has no memory left: at once, with everything that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(condition: Callable[[], object], here: Surroundings, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, f"still not so after {patience} s; the worker said:\n{here.lines()[-2000:]}"
        time.sleep(0.1)


def _database(folder: Path) -> dict[str, str]:
    """The database of this test, under the name by which a process of its own finds it."""
    here = connection.settings_dict
    if connection.vendor == "sqlite":
        link = folder / "data.sqlite3"
        link.unlink(missing_ok=True)
        link.symlink_to(Path(str(here["NAME"])).resolve())
        return {"KINDRED_DATABASE_URL": ""}
    person = ":".join(quote(str(here[part])) for part in ("USER", "PASSWORD") if here[part])
    place = f"{here['HOST']}:{here['PORT']}" if here["PORT"] else here["HOST"]
    return {"KINDRED_DATABASE_URL": f"postgresql://{person}@{place}/{here['NAME']}"}
