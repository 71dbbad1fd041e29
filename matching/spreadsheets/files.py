"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from matching.spreadsheets.sheets import SheetError

NEW, OLD = "new", "old"


def write(texts: Mapping[Path, str]) -> None:
    """Aside first, down to the disk, then renamed: what stands at a path is the old file or all of the new one, and
    where one of them cannot be put in place, none is. Only who ran it can read them. Raises SheetError."""
    with ExitStack() as stack:
        rooms = {path: _room(path, text, stack) for path, text in texts.items()}
        with _uninterrupted():
            _put_in_place(rooms)


def _room(path: Path, text: str, stack: ExitStack) -> Path:
    """A folder beside the file with the new one in it, and a copy of what stands there now."""
    with _named(path):
        room = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.")))
        if path.exists():
            shutil.copy2(path, room / OLD)
        with (room / NEW).open("x", encoding="utf-8", newline="") as file:
            (room / NEW).chmod(0o600)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    return room


def _put_in_place(rooms: Mapping[Path, Path]) -> None:
    with ExitStack() as undo:
        for path, room in rooms.items():
            with _named(path):
                (room / NEW).replace(path)
            undo.callback(_put_back, path, room / OLD)
        undo.pop_all()


def _put_back(path: Path, old: Path) -> None:
    if old.exists():
        old.replace(path)
    else:
        path.unlink()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Two renames take no time; between them nobody may say that nothing was written."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SheetError(f"{path}: cannot be written: {error.strerror}") from error
