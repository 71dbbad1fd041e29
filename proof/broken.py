"""Exceptions that carry a word, of every kind that something may go wrong with, and how they are raised."""

from collections.abc import Callable

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation, ValidationError
from django.db import DataError, IntegrityError, OperationalError, transaction
from django.http import Http404
from django.template import TemplateSyntaxError

from accounts.models import User

Breaks = Callable[[str], None]


def _raising(kind: type[Exception]) -> Breaks:
    def breaks(word: str) -> None:
        raise kind(word)

    return breaks


def _constraint(word: str) -> None:
    """The database's own refusal: PostgreSQL quotes the row in it."""
    with transaction.atomic():
        for _ in range(2):
            User.objects.create(email=f"{word}@example.org", name_to_use=word)


def _chained(word: str) -> None:
    try:
        raise KeyError(word)
    except KeyError as error:
        raise RuntimeError(f"while looking for {word}") from error


def _noted(word: str) -> None:
    error = ValueError("noted")
    error.add_note(word)
    raise error


def _grouped(word: str) -> None:
    raise ExceptionGroup(word, [ValueError(word), KeyError(word)])


def _undecodable(word: str) -> None:
    (word.encode() + b"\xff").decode()


def _in_a_local(word: str) -> None:
    secret = {"said": word}
    assert not secret


KINDS: dict[str, Breaks] = {
    **{
        kind.__name__: _raising(kind)
        for kind in (
            ValueError, KeyError, LookupError, OSError, DataError, IntegrityError, OperationalError, ValidationError,
            TemplateSyntaxError, PermissionDenied, Http404, SuspiciousOperation, BadRequest,
        )
    },
    "a constraint": _constraint,
    "a chain": _chained,
    "a note": _noted,
    "a group": _grouped,
    "bytes": _undecodable,
    "a local": _in_a_local,
}  # fmt: skip
