"""What is held against the table. The tests, their controls and the proof call the same functions."""

from collections.abc import Collection

from tests.routes.scene import PEOPLE
from tests.routes.table import Route, addresses
from tests.routes.visit import NOBODYS, TURNED_AWAY, Visits, as_read

METHODS = ("GET", "POST")


def undeclared(routes: Collection[Route]) -> list[str]:
    return sorted(addresses() - {route.name for route in routes})


def gone(routes: Collection[Route]) -> list[str]:
    return sorted({route.name for route in routes} - addresses())


def differences(visits: Visits, route: Route, method: str) -> dict[str, str]:
    """Who gets something else than declared, and what."""
    expected = route.expected(method)
    got = {who: visits.at(route, method, who).outcome for who in PEOPLE}
    return {who: f"{got[who]}, declared {expected[who]}" for who in PEOPLE if got[who] != expected[who]}


def tell_apart(visits: Visits, route: Route, method: str) -> list[str]:
    """Who can tell that a row which is not theirs exists: it reads otherwise than one that does not."""
    ids = [visits.scene.pk(name) for name in route.of.split() if name in visits.scene.rows]
    return [
        who
        for who in could_tell(visits, route, method)
        if as_read(visits.at(route, method, who), *ids) != as_read(visits.nowhere(route, method, who), *ids, *NOBODYS)
    ]


def could_tell(visits: Visits, route: Route, method: str) -> list[str]:
    """Those to whom the row in the address is to be as good as missing."""
    return turned_away(route, method) if any(name in visits.scene.rows for name in route.of.split()) else []


def written_though_forbidden(visits: Visits, route: Route) -> dict[str, list[str]]:
    """Who was turned away and changed something all the same, and in which tables."""
    changed = {who: visits.at(route, method, who).changed for method in METHODS for who in turned_away(route, method)}
    return {who: sorted(tables) for who, tables in changed.items() if tables}


def turned_away(route: Route, method: str) -> list[str]:
    return [who for who, outcome in route.expected(method).items() if outcome in TURNED_AWAY]
