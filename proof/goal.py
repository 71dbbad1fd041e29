"""What a goal is: one look that finds what deviates, and the planted defects that show that it can."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Size(StrEnum):
    FULL = "full"
    """What the goal promises."""
    SHORT = "short"
    """For every change: a minute."""
    LEAST = "least"
    """Just enough to catch each planted defect."""


@dataclass(frozen=True)
class Look:
    cells: int
    """Combinations looked at."""
    wrong: list[str]
    """What deviates, in words; nothing is the goal."""


@dataclass(frozen=True)
class Defect:
    name: str
    plant: Callable[[], AbstractContextManager[Any]]
    """A guard is away for as long as this lasts."""


@dataclass(frozen=True)
class Goal:
    key: str
    sentence: str
    look: Callable[[Size, int], Look]
    """Takes a size and a seed, and leaves the database as it was."""
    defects: tuple[Defect, ...]
