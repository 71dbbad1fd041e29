"""Where sessions are kept: a row each, found by a digest of the cookie, its words sealed. A copy of it signs nobody in.

A session ends when nothing was done for a while, and at the latest some hours after the sign-in; both moments make the
row's `expire_date`, after which no request finds it."""

import base64
import hashlib
import uuid
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as Stored
from django.contrib.sessions.serializers import JSONSerializer
from django.utils import timezone

from consent.sealing import Keyring, Unopenable
from safety.models import Session

SINCE, DEVICE = "since", "device"


def kept_as(session_key: str) -> str:
    """Written as an id, because it stands in addresses as one."""
    return str(uuid.UUID(bytes=hashlib.sha256(session_key.encode()).digest()[:16]))


def ends_at(since: datetime | None, seen: datetime) -> datetime:
    idle = seen + settings.SESSION_IDLE
    return min(idle, since + settings.SESSION_LONGEST) if since else idle


@lru_cache(maxsize=4)
def _keyring(secrets: tuple[str, ...]) -> Keyring:
    """Of the keys that sign everything else: whoever takes one of them out has signed people out."""
    digests = [hashlib.sha256(b"sessions" + secret.encode()).digest() for secret in secrets]
    return Keyring(tuple(f"{digest.hex()[:4]}:{base64.b64encode(digest).decode()}" for digest in digests))


def _keys() -> Keyring:
    return _keyring((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def sealed(words: dict[str, Any], row: str) -> str:
    """Bound to its row: what is moved to another one opens nothing there."""
    return base64.b64encode(_keys().seal(JSONSerializer().dumps(words), row.encode())).decode()


def opened(row: str, session_data: bytes | str) -> dict[str, Any]:
    try:
        return dict(JSONSerializer().loads(_keys().open(base64.b64decode(session_data), row.encode())))
    except Unopenable:
        return {}


class SessionStore(Stored):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    @property
    def row(self) -> str:
        return kept_as(self.session_key or "")

    @property
    def since(self) -> datetime | None:
        return datetime.fromtimestamp(self[SINCE], UTC) if SINCE in self else None

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        return ends_at(self.since, timezone.now())

    def get_expiry_age(self, **kwargs: Any) -> int:
        return int((self.get_expiry_date() - timezone.now()).total_seconds())

    def encode(self, session_dict: dict[str, Any]) -> str:
        return sealed(session_dict, self.row)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        return opened(self.row, session_data)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        now = timezone.now()
        if SESSION_KEY in data:
            data.setdefault(SINCE, now.timestamp())
        return Session(
            session_key=self.row,
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
            device=data.get(DEVICE, ""),
            since=self.since or now,
            seen_at=now,
        )

    def save(self, must_create: bool = False) -> None:
        """Where nothing was changed, only that somebody was here is noted: what another request wrote stays."""
        if must_create or self.modified or self.session_key is None:
            super().save(must_create=must_create)
        elif not Session.objects.filter(pk=self.row).update(expire_date=self.get_expiry_date(), seen_at=timezone.now()):
            raise UpdateError

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(pk=kept_as(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(pk=kept_as(key)).delete()

    def _get_session_from_db(self) -> Session | None:
        found = Session.objects.filter(pk=self.row, expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found
