"""Django's own command, told beside the code about the words that stand in data files."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages

SOURCES = ("consent/vocabulary.toml", "safety/crisis.toml", "home/register.toml")
PROSE = {
    *("label", "question", "question_mentor", "why", "who", "hint", "wish", "boundary", "reason", "reason_mentor"),
    *("title", "intro", "hours", "note"),
    *("about", "until", "because", "points"),
}
LISTING = "words_in_data_files.py"


class Command(makemessages.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        listing = Path(LISTING)
        lines = [f"gettext_noop({json.dumps(words, ensure_ascii=False)})\n" for words in sorted(words_in_data_files())]
        try:
            listing.write_text("".join(lines), encoding="utf-8")
            super().handle(*args, **options)
        finally:
            listing.unlink(missing_ok=True)


def words_in_data_files() -> set[str]:
    return {words for source in SOURCES for words in _prose(tomllib.loads((settings.BASE_DIR / source).read_text()))}


def _prose(data: Any) -> Iterator[str]:
    """Names of countries are translated, those of help lines are not."""
    if isinstance(data, list):
        for part in data:
            yield from _prose(part)
    elif isinstance(data, dict):
        yield from data.get("words", {}).values()
        yield from (country["name"] for country in data.get("country", []))
        for key, value in data.items():
            if key in PROSE and isinstance(value, str):
                yield value
            elif key in PROSE and isinstance(value, list):
                yield from value
            else:
                yield from _prose(value)
