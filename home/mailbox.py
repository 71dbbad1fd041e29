"""The mail that would have been sent, where a demo keeps it in files."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

MOST = 60


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    at: datetime
    body: str


def letters(folder: Path) -> list[Letter]:
    """The newest letters first; a file may hold several."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[:MOST]
    found = [letter for file in files for letter in _read(file)]
    return sorted(found, key=lambda letter: letter.at, reverse=True)


def _read(file: Path) -> list[Letter]:
    parts = file.read_bytes().split(b"-" * 79)
    return [_letter(part.strip()) for part in parts if part.strip()]


def _letter(raw: bytes) -> Letter:
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    body = message.get_body(("plain",))
    return Letter(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=parsedate_to_datetime(str(message["Date"])).replace(tzinfo=UTC),  # Django writes -0000: UTC, place unknown
        body=str(body.get_content()) if body is not None else "",
    )
