"""What two people's answers have in common, value by value. Without the matcher: pages compare, too."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from consent.facets import CHOICE_KINDS, Facet

OWN = "~"
"""Before a value in somebody's own words, which no key of a choice begins with."""


def values(facet: Facet, value: Any) -> frozenset[str]:
    """What can be compared value by value: choices, own words, a place. Nothing of a text or of hours."""
    if facet.kind == "place":
        return frozenset(list(pieces(value))[:1])
    if facet.kind in CHOICE_KINDS:
        return frozenset(value["chosen"]) | own_words(facet, value["described"])
    return frozenset()


def own_words(facet: Facet, words: str) -> frozenset[str]:
    """Somebody's own words as values; a word that is on the list anyway is the one on the list."""
    if not words:
        return frozenset()
    listed = {fold(label): key for key, label in facet.labels.items()}
    return frozenset(listed.get(piece, OWN + piece) for piece in pieces(words))


def common(facet: Facet, one: Any, other: Any) -> list[str]:
    """Words for what two answers share: choices in the order of the vocabulary, then own words."""
    shared = values(facet, one) & values(facet, other)
    order = [key for key in facet.labels if key in shared] + sorted(shared - set(facet.labels))
    return [facet.word(key) if key in facet.labels else key.removeprefix(OWN) for key in order]


def crosses(boundary: str, said: object) -> bool:
    """Whether what somebody said lies behind a boundary in words: all words of the one are in the other."""
    ours, theirs = (set(re.findall(r"\w+", fold(words))) for words in (boundary, str(said)))
    return bool(ours and theirs) and (ours <= theirs or theirs <= ours)


def pieces(words: str) -> Iterator[str]:
    return (piece for piece in map(fold, re.split(r"[,;/\n]", words)) if piece)


def fold(words: str) -> str:
    """Capitals, widths and spaces make no difference."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())
