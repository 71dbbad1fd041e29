"""The other ways in which a word could get out: tables, cache, sessions, mail, log lines, messages to workers."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from celery.signals import before_task_publish
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection

from config.logs import Formatter
from safety.models import Session
from safety.sessions import opened

TO = {"to", "message-id"}
"""Headers that have to carry an address or an id."""


def tables() -> Iterator[tuple[str, bytes]]:
    """Every value of every row, as it lies there."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield table, b"\n".join(_plain(value) for row in cursor.fetchall() for value in row)


def sessions() -> bytes:
    return b"\n".join(repr(opened(row.pk, row.session_data)).encode() for row in Session.objects.all())


def cached() -> bytes:
    """The rows of the database cache lie among the tables; Redis is asked for everything it holds."""
    if not settings.CACHES["default"]["BACKEND"].endswith("RedisCache"):
        return b"\n".join(content for table, content in tables() if table == "cache")
    client = cache._cache.get_client()
    return b"\n".join(bytes(client.get(key) or b"") + bytes(key) for key in client.scan_iter())


def letters() -> list[EmailMessage]:
    """What was sent, read back as a mail program would."""
    return [read_back(sent) for sent in mail.outbox]


def read_back(sent: mail.EmailMessage) -> EmailMessage:
    return message_from_bytes(sent.message().as_bytes(), _class=EmailMessage, policy=policy.default)


def on_the_envelope(letter: EmailMessage) -> str:
    """What a lock screen or a list shows, and all other headers but the recipient's."""
    return "\n".join(f"{name}: {value}" for name, value in letter.items() if name.lower() not in TO)


def inside(letter: EmailMessage) -> str:
    return "\n".join(str(part.get_content()) for part in letter.walk() if not part.is_multipart())


class Lines(logging.Handler):
    """Every record at every level, as it was written and as our formatter writes it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(Formatter())
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))


@contextmanager
def logged() -> Iterator[list[str]]:
    """Listens to everybody who may write a line, however quiet they are in production."""
    handler, root = Lines(), logging.getLogger()
    loggers = [root, *(found for found in root.manager.loggerDict.values() if isinstance(found, logging.Logger))]
    before = [(logger, logger.level) for logger in loggers]
    root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        yield handler.written
    finally:
        root.removeHandler(handler)
        for logger, level in before:
            logger.setLevel(level)


@contextmanager
def published() -> Iterator[list[str]]:
    """Messages on their way to the broker: body, headers and address."""
    messages: list[str] = []

    def listen(**message: Any) -> None:
        messages.append(repr({key: value for key, value in message.items() if key != "signal"}))

    before_task_publish.connect(listen, weak=False)
    try:
        yield messages
    finally:
        before_task_publish.disconnect(listen)


def lying_at_the_broker() -> bytes:
    """What the broker on files holds; of another one nothing is asked, for `published` has heard it all."""
    folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("folder", "/nowhere"))
    return b"\n".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def _plain(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
