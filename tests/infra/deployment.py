"""What docker-compose.yml would run, run as plain processes: its commands and its environment, no Docker.

`with deployed(folder, database_url, broker_url, cache_url, mail_port) as deployment:` migrates and starts web, worker
and beat, and waits until the address answers. Further tests may sign in at `deployment.address`; every request needs
the header that a proxy in front would add, `PROXY`.
"""

import os
import re
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import yaml

from tests.infra.working import wait_for

ROOT = Path(__file__).resolve().parents[2]
PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
HOST = "localhost"
# What an operator would write into .env.
WRITTEN = {
    "KINDRED_SECRET_KEY": "only-for-this-test-" + 50 * "x1Y2",
    "KINDRED_ANSWER_KEYS": "7e57:" + 43 * "A" + "=",
    "KINDRED_DATABASE_PASSWORD": "unused",
    "KINDRED_ALLOWED_HOSTS": HOST,
    "KINDRED_MAIL_FROM": "updates@example.org",
    "KINDRED_SMTP_URL": "smtp://mail.example.org:587",
}
VARIABLE = re.compile(r"\$\{(\w+)(?::?([-?])([^}]*))?\}")


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


def filled_in(value: str) -> str:
    """`${NAME}`, `${NAME:-default}` and `${NAME:?sentence}`, as compose reads them."""

    def replace(found: re.Match[str]) -> str:
        name, kind, word = found.groups()
        if name in WRITTEN:
            return WRITTEN[name]
        if kind != "-":
            raise KeyError(name)
        return str(word)

    return VARIABLE.sub(replace, value)


def service_environment(name: str) -> dict[str, str]:
    return {key: filled_in(str(value)) for key, value in compose()["services"][name]["environment"].items()}


def service_command(name: str) -> list[str]:
    """The programs of the image are those beside this Python."""
    program, *rest = compose()["services"][name]["command"]
    return [str(Path(sys.executable).with_name(program)), *map(filled_in, rest)]


@dataclass(frozen=True)
class Deployment:
    port: int
    environment: dict[str, str]
    folder: Path

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def status(self, path: str, **headers: str) -> int:
        connection = HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, text=True, capture_output=True, check=False
        )


class _Mailbox(socketserver.StreamRequestHandler):
    """Just enough SMTP to be sent to."""

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            if line.upper() == "DATA":
                self._say("354 go on")
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.letters.append(letter.decode())
            self._say("221 bye" if line.upper() == "QUIT" else "250 ok")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mailbox() -> Iterator[tuple[int, list[str]]]:
    """The port of a mail server, and the letters that it got."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mailbox) as server:
        server.letters = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], server.letters
        server.shutdown()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def outside_environment() -> dict[str, str]:
    """Ours without what the tests set for themselves."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("KINDRED_", "DJANGO_"))}


@contextmanager
def deployed(folder: Path, database: str, broker: str, cache: str, mail_port: int) -> Iterator[Deployment]:
    port = free_port()
    # All that differs from the containers: where the other parts are, and where it may write and listen.
    elsewhere = {
        "KINDRED_DATABASE_URL": database,
        "KINDRED_BROKER_URL": broker,
        "KINDRED_CACHE_URL": cache,
        "KINDRED_SMTP_URL": f"smtp://127.0.0.1:{mail_port}?tls=0",
        "KINDRED_DATA": str(folder),
        "KINDRED_STATIC": str(folder / "static"),
        "KINDRED_SWEEP_SECONDS": "2",
        "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port}",
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    environment = {**outside_environment(), **service_environment("web"), **elsewhere}
    deployment = Deployment(port, environment, folder)
    for command in (["manage.py", "collectstatic", "--no-input"], service_command("migrate")[1:]):
        done = deployment.run(*command)
        assert done.returncode == 0, done.stderr
    with _started(deployment, "web"), _started(deployment, "worker"), _started(deployment, "beat"):
        assert wait_for(lambda: deployment.status("/healthy/") == 200, 90), (folder / "web.log").read_text()
        yield deployment


@contextmanager
def _started(deployment: Deployment, service: str) -> Iterator[None]:
    environment = {**deployment.environment, **{
        name: value for name, value in service_environment(service).items() if name not in deployment.environment
    }}  # fmt: skip
    with (deployment.folder / f"{service}.log").open("ab") as log:
        process = subprocess.Popen(service_command(service), cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
