"""One family of pools for all measurements, drawn from a seed: 60 tags, 64 numbers of text, capacities 1 to 5, a third
of the pairs without a shared language, a third of the people with weights of their own, three groups to be counted in,
one of which has other things on its mind than most mentors.
"""

from __future__ import annotations

from array import array
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matching.engine.types import Facet, Kind, Person, Settings

Drawn = NDArray[np.int64]

TAGS = np.array([f"tag{i}" for i in range(60)], object)
TAGS_EACH = 6
LANGUAGES = ["en", "de", "ar"]
NUMBERS = 64
TOPICS = 24
WEIGHTS: list[dict[str, float]] = [{}] * 6 + [{"values": 2.0}, {"about": 2.0}, {"values": 3.0, "about": 1.5}]
GROUPS = ["north", "east", "south"]
SHARES = [0.55, 0.3, 0.15]
SETTINGS = Settings(
    facets=(
        Facet("values", Kind.TAGS),
        Facet("about", Kind.TEXT),
        Facet("languages", Kind.LANGUAGES, 0.0),
    ),
    week=date(2026, 3, 25),
)


def family(
    n: int, m: int, seed: int, places: Literal["scarce", "equal"] = "scarce"
) -> tuple[list[Person], list[Person], Settings]:
    """n mentees and m mentors. Scarce: capacities are drawn, 3 on average; equal: they add up to n, the hard case."""
    draw = np.random.default_rng(seed)
    topics = draw.normal(size=(TOPICS, NUMBERS))
    group = draw.choice(len(GROUPS), n, p=SHARES)
    mentees = _people("n", draw, topics, np.where(group == 2, 0.5, 1.0), np.ones(n, np.int64), group)
    capacity = draw.integers(1, 6, m) if places == "scarce" else _adding_up_to(n, m, draw)
    return mentees, _people("m", draw, topics, np.ones(m), capacity, None), SETTINGS


def _adding_up_to(n: int, m: int, draw: np.random.Generator) -> Drawn:
    if n < m:
        raise ValueError(f"{m} mentors cannot have {n} places and one each")
    return 1 + np.bincount(draw.integers(0, m, n - m), minlength=m)


def _people(
    letter: str,
    draw: np.random.Generator,
    topics: NDArray[np.float64],
    common: NDArray[np.float64],
    capacity: Drawn,
    group: Drawn | None,
) -> list[Person]:
    """`common` (people,) is how much somebody keeps to what is popular, 1 as most do."""
    size = len(common)
    tags = TAGS[_tags(size, draw, common)].tolist()
    spoken = [_spoken(mask) for mask in range(8)]
    languages = draw.choice([1, 2, 4, 3, 5, 6], size).tolist()
    weights = draw.integers(0, len(WEIGHTS), size).tolist()
    counted = [frozenset({name}) for name in GROUPS]
    return [
        Person(
            f"{letter}{i:06}",
            {"values": frozenset(tags[i]), "about": about, "languages": spoken[languages[i]]},
            weights=WEIGHTS[weights[i]],
            capacity=places,
            groups=frozenset() if group is None else counted[group[i]],
        )
        for i, (about, places) in enumerate(zip(_texts(size, draw, topics), capacity.tolist(), strict=True))
    ]


def _spoken(mask: int) -> frozenset[str]:
    return frozenset(language for bit, language in enumerate(LANGUAGES) if mask >> bit & 1)


def _tags(size: int, draw: np.random.Generator, common: NDArray[np.float64]) -> Drawn:
    """(size, TAGS_EACH) without replacement, the popular ones more often (Gumbel's trick, Vieira 2014)."""
    popular = -np.log(np.arange(1, len(TAGS) + 1))
    keys = common[:, None] * popular + draw.gumbel(size=(size, len(TAGS)))
    return np.argpartition(keys, -TAGS_EACH, axis=1)[:, -TAGS_EACH:]


def _texts(size: int, draw: np.random.Generator, topics: NDArray[np.float64]) -> list[array[float]]:
    """Each a mixture of a few topics, with what is somebody's own beside it; of length 1, as models make them."""
    mixed = draw.gamma(0.3, size=(size, TOPICS)) @ topics + draw.normal(scale=0.6, size=(size, NUMBERS))
    unit = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)
    return [array("f", row.tobytes()) for row in unit]
