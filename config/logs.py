"""Log lines that cannot tell on anybody: what happened and where, never with whose words."""

import logging
import traceback
from collections.abc import Mapping
from typing import Any


def wordless(arguments: Any) -> Any:
    """An exception among a line's arguments becomes its type. Celery hands it over as "exc", as text."""
    if isinstance(arguments, Mapping):
        return {
            name: str(value).partition("(")[0] if name == "exc" else _kind(value) for name, value in arguments.items()
        }
    return tuple(map(_kind, arguments)) if isinstance(arguments, tuple) else arguments


def _kind(value: Any) -> Any:
    return type(value).__name__ if isinstance(value, BaseException) else value


class Formatter(logging.Formatter):
    """Time, level, logger and place. An exception is told by its type and the lines it passed, never by its text:
    an IntegrityError carries the row's values in its message."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei: Any) -> str:
        _, error, trace = ei
        lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        while error is not None:
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or error.__context__
        return "\n".join(lines)

    def format(self, record: logging.LogRecord) -> str:
        record = logging.makeLogRecord(record.__dict__)
        record.exc_text = None
        record.args = wordless(record.args)
        if record.name.startswith(("django.request", "django.security")):
            # Django puts the path there; a path may hold an id, and an id leads to a person.
            record.msg, record.args = "%s", (getattr(record, "status_code", ""),)
        return super().format(record)
