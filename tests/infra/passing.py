"""Messages passed through a broker of files by real processes, to count what gets lost.

As a program, one taker: `python -m tests.infra.passing FOLDER TRANSPORT NOTES DIE_AFTER`. It works off five messages
at a time, notes their numbers in a file and acknowledges them. With DIE_AFTER it kills itself, holding five.
"""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kombu import Connection, Consumer, Exchange, Message, Queue
from kombu.transport import TRANSPORT_ALIASES

from config import filebroker
from tests.infra.working import wait_for

AT_ONCE = 5
PATIENCE = 25.0
NUMBERS = Queue("numbers", Exchange("numbers", type="direct"), routing_key="numbers")


class TornChannel(filebroker.Channel):
    """The planted defect: a message that can be seen while it is being written."""

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:
        content = json.dumps(payload)
        target = self.ready / "numbers.queue" / f"{time.time_ns():020d}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w") as file:
            file.write(content[:40])
            file.flush()
            time.sleep(0.05)
            file.write(content[40:])


class Torn(filebroker.Transport):
    Channel = TornChannel


TRANSPORT_ALIASES["files"] = "config.filebroker:Transport"
TRANSPORT_ALIASES["torn"] = "tests.infra.passing:Torn"


@dataclass(frozen=True)
class Passed:
    lost: set[int]
    twice: int
    killed: bool


def connect(folder: Path, transport: str) -> Connection:
    options = {"folder": str(folder), "polling_interval": 0.02, "control_folder": str(folder / "control")}
    for stock_option in ("data_folder_in", "data_folder_out"):
        (folder / "stock").mkdir(parents=True, exist_ok=True)
        options[stock_option] = str(folder / "stock")
    return Connection(transport=transport, transport_options=options)


def start_taker(folder: Path, transport: str, notes: Path, die_after: int = 0) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.infra.passing", str(folder), transport, str(notes), str(die_after)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def publish(connection: Connection, numbers: range) -> None:
    with connection.Producer() as producer:
        for number in numbers:
            producer.publish(number, exchange=NUMBERS.exchange, routing_key="numbers", declare=[NUMBERS])


def noted(*notes: Path) -> list[int]:
    return [int(line) for path in notes if path.exists() for line in path.read_text().split()]


def pass_through(folder: Path, transport: str, count: int, die_after: int = 0, patience: float = PATIENCE) -> Passed:
    """Publish while two takers take, one of whom may be killed; wait until all is noted or patience ends."""
    notes = [folder / "notes-1", folder / "notes-2"]
    folder.mkdir(parents=True, exist_ok=True)
    takers = [start_taker(folder, transport, notes[0], die_after), start_taker(folder, transport, notes[1])]
    try:
        assert wait_for(lambda: all(path.exists() for path in notes), patience + PATIENCE)
        with connect(folder, transport) as connection:
            publish(connection, range(count))
        if die_after:
            takers[0].wait(patience + PATIENCE)
        end = time.monotonic() + patience
        while len(set(noted(*notes))) < count and time.monotonic() < end and takers[1].poll() is None:
            time.sleep(0.05)
        killed = takers[0].poll() == -signal.SIGKILL
    finally:
        for taker in takers:
            taker.kill()
            taker.wait()
    numbers = noted(*notes)
    return Passed(lost=set(range(count)) - set(numbers), twice=len(numbers) - len(set(numbers)), killed=killed)


def take(folder: Path, transport: str, notes: Path, die_after: int) -> None:
    held: list[Message] = []
    done = 0
    notes.touch()

    def work_off(body: int, message: Message) -> None:
        nonlocal done
        held.append(message)
        if die_after and done >= die_after and len(held) == AT_ONCE:
            os.kill(os.getpid(), signal.SIGKILL)
        if len(held) == AT_ONCE:
            done += settle()

    def settle() -> int:
        with notes.open("a") as file:
            file.writelines(f"{message.payload}\n" for message in held)
        for message in held:
            message.ack()
        number = len(held)
        held.clear()
        return number

    with connect(folder, transport) as connection, Consumer(connection, [NUMBERS], callbacks=[work_off]) as consumer:
        consumer.qos(prefetch_count=AT_ONCE)
        while True:
            try:
                connection.drain_events(timeout=0.2)
            except TimeoutError:
                settle()


if __name__ == "__main__":
    take(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
