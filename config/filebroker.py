"""Celery's messages as files, for one machine without a broker.

kombu's own file transport may show a reader half a message and loses what a killed worker held. Here a message
becomes visible by one rename, taking it is one rename into a folder of the taker's, and acknowledging it is one
unlink. The taker holds a lock which the operating system drops when the process ends, however it ends; then any
other taker gives the messages back.

    folder/ready/<queue>/<time>-<id>.json             to be taken, oldest first
    folder/taken/<taker>/<queue>/<time>-<id>.json     taken, not yet acknowledged
    folder/taken/<taker>.lock                         locked while the taker lives
    folder/tables/<exchange>.json                     bindings, replaced whole
    folder/aside/                                     being written, or unreadable
"""

import fcntl
import json
import logging
import os
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from kombu.transport import filesystem, virtual

logger = logging.getLogger("kindred.filebroker")

LOOK_FOR_THE_DEAD_EVERY = 2.0


class Binding(NamedTuple):
    routing_key: str
    pattern: str
    queue: str


def _write_whole(target: Path, content: str, aside: Path) -> None:
    """Write beside and rename, so that no reader ever sees a part of it."""
    aside.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = aside / uuid.uuid4().hex
    try:
        written.write_text(content, encoding="utf-8")
        written.rename(target)
    finally:
        written.unlink(missing_ok=True)


def _move(source: Path, target: Path) -> bool:
    """True for the one process whose rename succeeded."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.rename(target)
    except FileNotFoundError:
        return False
    return True


def _folders(parent: Path) -> list[Path]:
    return sorted(path for path in parent.iterdir() if path.is_dir()) if parent.is_dir() else []


def _queue_folder(queue: str) -> str:
    return f"{quote(queue, safe='')}.queue"


class Taker:
    """The folder of one channel's taken messages, with a lock that lives as long as this process.

    The lock is a POSIX record lock: a forked pool child does not inherit it, so it falls with the process that took.
    """

    # Trying a lock of one's own process would succeed and closing it again would drop it: these are never tried.
    in_this_process: set[str] = set()

    def __init__(self, taken: Path) -> None:
        self.name = f"{os.getpid()}-{uuid.uuid4().hex}"
        self.process = os.getpid()
        self.folder = taken / self.name
        self.lock = taken / f"{self.name}.lock"
        self.in_this_process.add(self.name)
        taken.mkdir(parents=True, exist_ok=True)
        # Locked before it gets the name under which others look for locks.
        unseen = taken / f"{self.name}.new"
        self._descriptor = os.open(unseen, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.lockf(self._descriptor, fcntl.LOCK_EX)
        unseen.rename(self.lock)

    @property
    def is_here(self) -> bool:
        """False in a forked child, which holds a copy of everything but may not speak for its parent."""
        return self.process == os.getpid()

    def leave(self, ready: Path) -> None:
        if self.is_here:
            give_back(self.folder, ready)
            self.lock.unlink(missing_ok=True)
            os.close(self._descriptor)
            self.in_this_process.discard(self.name)


def give_back(folder: Path, ready: Path) -> int:
    """Make a taker's messages ready again, under their old names and so in their old order."""
    returned = 0
    for queue in _folders(folder):
        for message in sorted(queue.iterdir()):
            returned += _move(message, ready / queue.name / message.name)
        with suppress(OSError):
            queue.rmdir()
    with suppress(OSError):
        folder.rmdir()
    return returned


def give_back_of_the_dead(taken: Path, ready: Path) -> int:
    """Give back what takers hold whose process has ended. Safe to be called by several at once."""
    returned = 0
    for lock in taken.glob("*.lock"):
        if lock.stem in Taker.in_this_process:
            continue
        try:
            with lock.open("r+") as file:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                returned += give_back(taken / lock.stem, ready)
                lock.unlink(missing_ok=True)
        except (FileNotFoundError, BlockingIOError, PermissionError):
            continue
    if returned:
        logger.warning("%d messages of a worker that ended were given back", returned)
    return returned


class QoS(virtual.QoS):
    """Acknowledging unlinks; giving back renames."""

    def ack(self, delivery_tag: str) -> None:
        self.channel.settle(delivery_tag)
        super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if requeue:
            self.channel.put_back(delivery_tag)
        else:
            self.channel.settle(delivery_tag)
        # Not through the parent, which would write a second copy.
        super().ack(delivery_tag)


class Channel(filesystem.Channel):
    QoS = QoS

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self.folder = Path(self.transport_options["folder"])
        self._taker: Taker | None = None
        self._held: dict[str, Path] = {}
        self._seen: dict[str, deque[str]] = {}
        self._looked_for_the_dead = float("-inf")
        self._unacknowledging: set[str] = set()

    @property
    def ready(self) -> Path:
        return self.folder / "ready"

    @property
    def taken(self) -> Path:
        return self.folder / "taken"

    @property
    def aside(self) -> Path:
        return self.folder / "aside"

    # Messages

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex}.json"
        _write_whole(self.ready / _queue_folder(queue) / name, json.dumps(payload), self.aside)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        self._look_for_the_dead()
        while (taken := self._take(queue)) is not None:
            try:
                payload: dict[str, Any] = json.loads(taken.read_text(encoding="utf-8"))
                tag = payload["properties"]["delivery_tag"]
            except (ValueError, KeyError, TypeError):
                _move(taken, self.aside / f"unreadable-{taken.name}")
                logger.error("a message that cannot be read was put aside: %s", taken.name)
                continue
            self._hold(queue, tag, taken)
            return payload
        raise Empty

    def _hold(self, queue: str, tag: str, taken: Path) -> None:
        if queue in self._unacknowledging:
            taken.unlink(missing_ok=True)
        else:
            self._held[tag] = taken

    def _take(self, queue: str) -> Path | None:
        """Take the oldest message that nobody else took first."""
        source = self.ready / _queue_folder(queue)
        names = self._seen.setdefault(queue, deque())
        if not names:
            with suppress(FileNotFoundError):
                names.extend(sorted(os.listdir(source)))  # noqa: PTH208 - names are all we need, and many
        while names:
            if self._taker is None:
                self._taker = Taker(self.taken)
            name = names.popleft()
            target = self._taker.folder / source.name / name
            if _move(source / name, target):
                return target
        return None

    def _look_for_the_dead(self) -> None:
        if time.monotonic() - self._looked_for_the_dead >= LOOK_FOR_THE_DEAD_EVERY:
            self._looked_for_the_dead = time.monotonic()
            give_back_of_the_dead(self.taken, self.ready)

    def settle(self, delivery_tag: str) -> None:
        held = self._held.pop(delivery_tag, None)
        if held is not None:
            held.unlink(missing_ok=True)

    def put_back(self, delivery_tag: str) -> None:
        held = self._held.pop(delivery_tag, None)
        if held is not None and self._taker is not None and self._taker.is_here:
            _move(held, self.ready / held.parent.name / held.name)

    def _restore(self, message: Any) -> None:
        self.put_back(message.delivery_tag)

    def basic_consume(
        self, queue: str, no_ack: bool, callback: Callable[..., Any], consumer_tag: str, **kwargs: Any
    ) -> None:
        if no_ack:
            self._unacknowledging.add(queue)
        super().basic_consume(queue, no_ack, callback, consumer_tag, **kwargs)

    def basic_get(self, queue: str, no_ack: bool = False, **kwargs: Any) -> Any:
        message = super().basic_get(queue, no_ack=no_ack, **kwargs)
        if message is not None and no_ack:
            self.settle(message.delivery_tag)
        return message

    def close(self) -> None:
        super().close()
        if self._taker is not None:
            self._taker.leave(self.ready)
            self._taker = None

    def _names(self, queue: str) -> list[str]:
        source = self.ready / _queue_folder(queue)
        return [path.name for path in source.iterdir()] if source.is_dir() else []

    def _size(self, queue: str) -> int:
        return len(self._names(queue))

    def _purge(self, queue: str) -> int:
        source = self.ready / _queue_folder(queue)
        names = self._names(queue)
        for name in names:
            (source / name).unlink(missing_ok=True)
        return len(names)

    # Bindings

    def _table(self, exchange: str) -> Path:
        return self.folder / "tables" / f"{quote(exchange, safe='')}.json"

    def get_table(self, exchange: str) -> list[Binding]:
        try:
            return [Binding(*row) for row in json.loads(self._table(exchange).read_text(encoding="utf-8"))]
        except FileNotFoundError:
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = Binding(routing_key or "", pattern or "", queue or "")
        with self._changing(exchange) as table:
            if binding not in table:
                table.insert(0, binding)

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any) -> None:
        self._purge(queue)
        binding = Binding(routing_key or "", pattern or "", queue or "")
        with self._changing(exchange) as table:
            if binding in table:
                table.remove(binding)

    @contextmanager
    def _changing(self, exchange: str) -> Iterator[list[Binding]]:
        """One writer at a time; readers see the old table or the new one."""
        path = self._table(exchange)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            before = list(table)
            yield table
            if table != before:
                _write_whole(path, json.dumps(table), self.aside)


class Transport(filesystem.Transport):
    Channel = Channel
    can_parse_url = True
    driver_type = driver_name = "files"

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        # The parent shares one state between all folders of a process, and then binds in the first of them only.
        self.state = virtual.BrokerState()

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        """Look up at least twice a second, so that a worker that is asked to end does."""
        super().drain_events(connection, timeout=None if timeout is None else min(timeout, 0.5))

    def as_uri(self, uri: str, include_password: bool = False, mask: str = "**") -> str:
        return uri


def waiting(folder: Path) -> dict[str, int]:
    """How many messages wait in each queue, for a look from outside."""
    return {unquote(path.name.removesuffix(".queue")): len(list(path.iterdir())) for path in _folders(folder / "ready")}
