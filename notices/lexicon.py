"""Words that out whoever is seen with them, in four languages at once: a mail is read by whoever looks."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("lexicon.toml")
LETTER = r"[^\W\d_]"
JOINED = r"[-‐‑_\s]*"
DOTS = "\u0308"


def outing(text: str) -> list[str]:
    """Those in `text`, as they are written there."""
    text = unicodedata.normalize("NFC", text)
    letters = [(letter, place) for place, written in enumerate(text) for letter in _plain(written)]
    folded = "".join(letter for letter, _ in letters)
    places = [place for _, place in letters]
    return [text[places[found.start()] : places[found.end() - 1] + 1] for found in _pattern().finditer(folded)]


@cache
def languages() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(SOURCE.read_text())


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<!{LETTER})(?:{'|'.join(_alternatives())})(?!{LETTER})")


def _alternatives() -> Iterator[str]:
    """The longest first, so that what is quoted is the whole of it."""
    endings = {"stems": rf"{LETTER}*", "words": "", "alone": "(?![-‐‑])"}
    said = {(word, kind) for kinds in languages().values() for kind, words in kinds.items() for word in words}
    for word, kind in sorted(said, key=lambda one: (-len(one[0]), one)):
        yield JOINED.join(map(re.escape, word.split("-"))) + endings[kind]


def _plain(letter: str) -> str:
    """In small letters, without accents; but two dots stay: what is *schwül* is only humid."""
    parts = unicodedata.normalize("NFKD", letter.casefold())
    kept = (part for part in parts if unicodedata.category(part) != "Mn" or part == DOTS)
    return unicodedata.normalize("NFC", "".join(kept))
