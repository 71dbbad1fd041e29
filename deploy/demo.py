"""Starts the demo and keeps it alive: web, worker and beat, the same programs as in production, on embedded parts.

`python -m deploy.demo PORT`, called by dev.py. Every process it starts ends with it, however it ends.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config import lifeline

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("KINDRED_DATA") or ROOT / "var").resolve()
LOGS = DATA / "log"
# All that a demo leaves in its data folder; RESET removes these and nothing else.
LEFT_BEHIND = (
    "data.sqlite3", "data.sqlite3-shm", "data.sqlite3-wal", "broker", "mail", "static", "media", "log", "erasures",
    "secret.key", "answer.keys", "beat-schedule", "beat-schedule-shm", "beat-schedule-wal", "beat-schedule.db",
)  # fmt: skip
PATIENCE = 60.0
LAST_WORDS = 4.0
STARTED = time.monotonic()


def say(step: str) -> None:
    print(f"{time.monotonic() - STARTED:6.1f} s  {step}", flush=True)


def stop(sentence: str) -> NoReturn:
    sys.exit(f"\n{sentence}")


@dataclass
class Process:
    """One program that is started again when it ends, a little later each time."""

    name: str
    command: list[str]
    environment: dict[str, str]
    last_will: signal.Signals = signal.SIGTERM
    running: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    not_before: float = 0.0
    pause: float = 0.5

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=partial(lifeline.end_with, os.getpid(), self.last_will),
            )  # fmt: skip
        self.since = time.monotonic()

    def look_after(self) -> None:
        """Start it again if it ended, with a pause that doubles while it keeps ending soon."""
        now = time.monotonic()
        if self.running is not None and self.running.poll() is not None:
            self.end(signal.SIGKILL)
            self.pause = 1.0 if now - self.since > 60 else min(self.pause * 2, 30.0)
            self.not_before = now + self.pause
            how = self.running.returncode
            told = f"was killed by signal {-how}" if how < 0 else f"ended with code {how}"
            print(f"{self.name} {told}; starting it again in {self.pause:.0f} s. See {self.log}", file=sys.stderr)
            self.running = None
        if self.running is None and now >= self.not_before:
            self.start()

    def end(self, how: signal.Signals) -> None:
        if self.running is None:
            return
        try:
            if how == signal.SIGKILL:
                os.killpg(self.running.pid, how)
            elif self.running.poll() is None:
                self.running.send_signal(how)
        except ProcessLookupError:
            pass


def environment(port: str = "8000") -> dict[str, str]:
    return {
        **os.environ,
        "KINDRED_DEMO": "1",
        "KINDRED_DATA": str(DATA),
        "KINDRED_SITE_ADDRESS": f"http://127.0.0.1:{port}/",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
    }


def processes(port: str) -> list[Process]:
    python, known = sys.executable, environment(port)
    celery = [python, "-m", "celery", "--app", "config.celery"]
    return [
        Process(
            "web",
            [python, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
             "--workers", "2", "--threads", "4", "--preload", "--no-control-socket", "--graceful-timeout", "2",
             "--log-level", "warning"],
            known,
        ),
        Process(
            "worker",
            [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"],
            known,
            last_will=signal.SIGKILL,
        ),
        Process("beat", [*celery, "beat", "--pidfile="], known),
    ]  # fmt: skip


def hold_data() -> object:
    """One demo per data folder. The lock is kept open, and so held, as long as this process lives."""
    DATA.mkdir(parents=True, exist_ok=True)
    lock = (DATA / "demo.lock").open("a+")
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stop(f"A demo is already running on {DATA}. Stop it first, or use another folder: KINDRED_DATA=…")
    return lock


def begin_anew() -> None:
    for name in LEFT_BEHIND:
        path = DATA / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    say("began anew")


def prepare() -> None:
    """Tables, files and people, in one process: each start of Django costs a second."""
    LOGS.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([sys.executable, "-m", "deploy.prepare"], cwd=ROOT, env=environment(), check=False)
    if done.returncode:
        stop("The demo could not be prepared; the lines above say why. RESET=1 begins anew.")


def answers(port: str) -> bool:
    connection = HTTPConnection("127.0.0.1", int(port), timeout=2)
    try:
        connection.request("GET", "/healthy/")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def wait_until_it_answers(port: str, web: Process) -> None:
    end = time.monotonic() + PATIENCE
    while not answers(port):
        if web.running is None or web.running.poll() is not None or time.monotonic() > end:
            tail = "\n".join(web.log.read_text(errors="replace").splitlines()[-5:])
            raise SystemExit(f"{tail}\n\nThe web server did not start; see {web.log}")
        time.sleep(0.1)


def welcome(port: str) -> None:
    address = f"http://127.0.0.1:{port}"
    say("ready")
    print(f"""
  Kindred     {address}/

  Sign in as  mentee@example.org
              mentor@example.org
              coordinator@example.org
  Ask for a code, then read it here, as all mail of this demo:
              {address}/dev/mail/

  To try a passkey, use http://localhost:{port}/: a passkey needs a name, not a number.
  The people are made up. Their data stays in {DATA}; RESET=1 begins anew.
  Ctrl-C ends everything.
""", flush=True)  # fmt: skip


def end_all(started: list[Process]) -> None:
    for process in started:
        process.end(signal.SIGTERM)
    end = time.monotonic() + LAST_WORDS
    while time.monotonic() < end and any(each.running and each.running.poll() is None for each in started):
        time.sleep(0.05)
    for process in started:
        process.end(signal.SIGKILL)
        if process.running is not None:
            process.running.wait()


def interrupt(number: int, frame: FrameType | None) -> None:
    # A second Ctrl-C must not interrupt the ending.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(port: str) -> int:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, interrupt)
    lock = hold_data()
    started: list[Process] = []
    try:
        if os.environ.get("RESET") == "1":
            begin_anew()
        prepare()
        web, worker, beat = processes(port)
        for process in (web, worker):
            process.start()
            started.append(process)
        wait_until_it_answers(port, web)
        # Beat rings for the first time after half a minute: it need not compete for the start.
        beat.start()
        started.append(beat)
        say("web, worker and beat are running")
        welcome(port)
        while lock:
            for process in started:
                process.look_after()
            time.sleep(0.2)
    except KeyboardInterrupt:
        print("\nEnding …", flush=True)
    finally:
        end_all(started)
    say("ended")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
