"""Everywhere that something of somebody could lie: tables as they are, and with everything sealed opened; sessions,
cache, mail, log lines, messages to workers; every file of the data folder."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core import mail

from consent.sealing import keyring
from home.management.commands.reseal import COLUMNS
from tests.canary import channels

CODE = {"static", "log"}
"""Of the data folder: what is ours alone, and lines that are heard as they are written."""


class Heard:
    """Lines and messages, from the moment on at which one begins to listen."""

    def __init__(self, lines: list[str], messages: list[str]) -> None:
        self.lines, self.messages = lines, messages

    def places(self) -> Iterator[tuple[str, bytes]]:
        yield "log lines", "\n".join(self.lines).encode()
        yield "messages to workers", "\n".join(self.messages).encode()


@contextmanager
def listening() -> Iterator[Heard]:
    with ExitStack() as stack:
        yield Heard(stack.enter_context(channels.logged()), stack.enter_context(channels.published()))


def everywhere() -> Iterator[tuple[str, bytes]]:
    for table, content in channels.tables():
        yield f"table {table}", content
    for column, content in unsealed():
        yield f"opened {column}", content
    yield "sessions", channels.sessions()
    yield "cache", channels.cached()
    yield "mail", b"\n".join(sent.message().as_bytes() for sent in mail.outbox)
    yield "broker", channels.lying_at_the_broker()
    yield from files(settings.DATA, "data folder")
    yield from files(Path(settings.MEDIA_ROOT), "media")


def unsealed() -> Iterator[tuple[str, bytes]]:
    """Whoever has the keys reads on."""
    for column in COLUMNS:
        wanted = dict.fromkeys(["pk", column.field, column.owner, *column.named_by])
        rows = apps.get_model(column.model)._base_manager.exclude(**{column.field: b""}).values(*wanted)
        opened = [keyring().open(bytes(row[column.field]), column.place_of(row)) for row in rows]
        yield str(column), b"\n".join(opened)


def files(folder: Path, called: str) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if file.is_file() and inside.parts[0] not in CODE and "sqlite3" not in file.name:
            yield f"{called}: {inside}", str(inside).encode() + b"\n" + file.read_bytes()
