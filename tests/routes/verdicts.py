"""What is held against the table, for one row of it. The tests and their controls call the same functions."""

from tests.routes.scene import PEOPLE
from tests.routes.table import Route
from tests.routes.visit import NOBODYS, TURNED_AWAY, Visits, as_read

METHODS = ("GET", "POST")


def differences(visits: Visits, route: Route, method: str) -> dict[str, str]:
    """Who gets something else than declared, and what."""
    expected = route.expected(method)
    got = {who: visits.at(route, method, who).outcome for who in PEOPLE}
    return {who: f"{got[who]}, declared {expected[who]}" for who in PEOPLE if got[who] != expected[who]}


def tell_apart(visits: Visits, route: Route, method: str) -> list[str]:
    """Who can tell that a row which is not theirs exists: it reads otherwise than one that does not."""
    ids = [visits.scene.pk(name) for name in route.of.split() if name in visits.scene.rows]
    if not ids:
        return []
    return [
        who
        for who in turned_away(route, method)
        if as_read(visits.at(route, method, who), *ids) != as_read(visits.nowhere(route, method, who), *ids, *NOBODYS)
    ]


def written_though_forbidden(visits: Visits, route: Route) -> dict[str, list[str]]:
    """Who was turned away and changed something all the same, and in which tables."""
    changed = {who: visits.at(route, method, who).changed for method in METHODS for who in turned_away(route, method)}
    return {who: sorted(tables) for who, tables in changed.items() if tables}


def turned_away(route: Route, method: str) -> list[str]:
    return [who for who, outcome in route.expected(method).items() if outcome in TURNED_AWAY]
