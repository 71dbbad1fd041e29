"""Which routes a look goes to."""

import random
from collections.abc import Collection, Iterator
from itertools import groupby

from proof.goal import Size
from tests.routes.table import Route
from tests.routes.tables import ROUTES

A_SHORT_LOOK = 16


def routes(size: Size, seed: int, telling: Collection[str]) -> list[Route]:
    """All; or some drawn from the seed; or those, by their labels, at which each planted defect shows."""
    if size is Size.FULL:
        return list(ROUTES)
    if size is Size.SHORT:
        return random.Random(seed).sample(ROUTES, A_SHORT_LOOK)
    chosen = [route for route in ROUTES if route.label in telling]
    if missing := set(telling) - {route.label for route in chosen}:
        raise LookupError(f"{', '.join(sorted(missing))}: no longer in the table of routes")
    return chosen


def by_name(chosen: Collection[Route]) -> Iterator[list[Route]]:
    """Those that lead to one address together: what is found there is kept no longer than it is needed."""
    ordered = sorted(chosen, key=lambda route: route.name)
    return (list(group) for _name, group in groupby(ordered, key=lambda route: route.name))
