"""The community's words with plain words behind them, so that "HRT" and "hormones" are alike to whatever reads texts.

The words stand in glossary.*.toml beside this file, one file for each language. Only the matcher's copy of a text
passes through here.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

WORD = re.compile(r"\w+")
Words = tuple[str, ...]
Entry = tuple[int, Words, str]
"""The place of its longest word in a phrase, the phrase, and plain words for it."""


@dataclass(frozen=True, slots=True)
class Language:
    everyday: frozenset[str]
    known: dict[str, list[Entry]]  # by the longest word of each phrase


def expanded(text: str) -> str:
    """The text, and behind it in plain words what it says in the community's."""
    words = folded(text)
    if _telling().isdisjoint(words):
        return text
    found = {
        plain: None
        for language in _spoken(words)
        for i, word in enumerate(words)
        for place, phrase, plain in language.known.get(word, ())
        if words[i - place : i - place + len(phrase)] == phrase
    }
    return f"{text} ({', '.join(found)})" if found else text


def folded(text: str) -> Words:
    """Words without capitals and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = apart if apart.isascii() else "".join(letter for letter in apart if not unicodedata.combining(letter))
    return tuple(WORD.findall(plain))


@cache
def digest() -> str:
    """Changes when the files do."""
    return sha256(b"\0".join(file.read_bytes() for file in files())).hexdigest()[:8]


def files() -> list[Path]:
    return sorted(Path(__file__).parent.glob("glossary.*.toml"))


def _spoken(words: Words) -> list[Language]:
    """The languages of which most everyday words stand in a text; all of them where none does."""
    times = [sum(word in language.everyday for word in words) for language in languages()]
    return [language for language, count in zip(languages(), times, strict=True) if count == max(times)]


@cache
def _telling() -> frozenset[str]:
    """Most texts have none of these words, and need no closer look."""
    return frozenset().union(*(language.known for language in languages()))


@cache
def languages() -> tuple[Language, ...]:
    return tuple(map(_language, files()))


def _language(file: Path) -> Language:
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    known: dict[str, list[Entry]] = {}
    for word, plain in said["words"].items():
        phrase = folded(word)
        longest = max(phrase, key=len)
        known.setdefault(longest, []).append((phrase.index(longest), phrase, plain))
    return Language(frozenset(folded(said["everyday"])), known)
