"""Who was erased, remembered outside the database, so that a back-up from before does not bring them back.

A file for each day, a line for each erasure: a keyed digest of the random id, which tells whether a row of a back-up is
theirs, and nothing else. Lines are only ever added; a file goes as a whole once no back-up can be that old."""

import os
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "home.erased"
LINE = re.compile(rb"^[0-9a-f]{64}$", re.MULTILINE)


def remember(person: uuid.UUID, now: datetime) -> None:
    """On the disk when this returns. The line break comes first, too: a line that a fault cut off spoils no other."""
    folder = settings.ERASURES
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder / _day(now).isoformat(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"\n{_digests(person)[0]}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)
    _settle(folder)


def remembered() -> set[str]:
    return {line.decode() for _day, file in _files() for line in LINE.findall(file.read_bytes())}


def is_among(person: uuid.UUID, known: set[str]) -> bool:
    return not known.isdisjoint(_digests(person))


def forget_old(now: datetime) -> int:
    """Take away the days from which there is no back-up any more. How many."""
    oldest = _day(now) - timedelta(days=settings.BACKUP_DAYS)
    old = [file for day, file in _files() if day < oldest]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _digests(person: uuid.UUID) -> list[str]:
    """The first by the key in use; the others by those that are still recognised."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [salted_hmac(SALT, person.hex, secret=key, algorithm="sha256").hexdigest() for key in keys]


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _files() -> Iterator[tuple[date, Path]]:
    for file in sorted(settings.ERASURES.glob("????-??-??")):
        yield date.fromisoformat(file.name), file


def _settle(folder: Path) -> None:
    """The name of a new file is on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
