"""A PostgreSQL of our own with the settings of docker-compose.yml, to see what it writes to its log."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
DEBIAN = "/usr/lib/postgresql"
SERVER = re.compile(r"command: \[postgres, (.*)\]")
PATIENCE = 30.0


@dataclass(frozen=True)
class Server:
    port: int
    log: Path

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(host="127.0.0.1", port=self.port, user="kindred", dbname="kindred", autocommit=True)


@cache
def programs() -> str:
    """The folder of initdb and postgres; "" where there are none."""
    if found := shutil.which("initdb"):
        return str(Path(found).resolve().parent)
    there = sorted(Path(DEBIAN).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return str(there[-1].parent) if there else ""


def as_deployed() -> list[str]:
    """The words with which docker-compose.yml starts it."""
    found = SERVER.search((ROOT / "docker-compose.yml").read_text())
    assert found, "docker-compose.yml no longer says how PostgreSQL is started"
    return found[1].split(", ")


@contextmanager
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="kindred-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        home = folder / "home"
        home.mkdir()
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
        process, running = _start(home)
        try:
            yield running
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _start(home: Path) -> tuple[subprocess.Popen[bytes], Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    making = ("initdb", "-D", "data", "-U", "kindred", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync")
    subprocess.run(_command(*making), cwd=home, check=True, capture_output=True)
    told = ["-D", "data", "-p", str(port), "-k", str(home), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    log = home.parent / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(_command("postgres", *told, *as_deployed()), cwd=home, stdout=output, stderr=output)
    running = Server(port, log)
    _wait(running)
    return process, running


def _command(program: str, *arguments: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    command = [f"{programs()}/{program}", *arguments]
    return (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command] if os.geteuid() == 0 else command
    )


def _wait(running: Server) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with psycopg.connect(
                host="127.0.0.1", port=running.port, user="kindred", dbname="postgres", autocommit=True
            ) as link:
                link.execute("CREATE DATABASE kindred")
                return
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
