"""Time zones as people find them in a list: by part of the world, then by place."""

from functools import cache
from itertools import groupby
from zoneinfo import available_timezones

PARTS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")

Choices = list[tuple[str, list[tuple[str, str]]]]


@cache
def choices() -> Choices:
    """Grouped for a select: `("Europe", [("Europe/Lisbon", "Lisbon"), …])`. Names of places stay as the world's
    list of zones spells them."""
    named = sorted(name for name in available_timezones() if name.split("/")[0] in PARTS)
    groups = [(part, [(name, _place(name)) for name in names]) for part, names in groupby(named, _part)]
    return [("UTC", [("UTC", "UTC")]), *groups]


def _part(name: str) -> str:
    return name.partition("/")[0]


def _place(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")
