"""Reading every page as everybody, and holding what is found against what is declared."""

from collections.abc import Collection, Iterator

from tests.canary.readers import PLAIN, SEALED, Finding, declared
from tests.canary.tokens import Token
from tests.routes.scene import PEOPLE
from tests.routes.table import Route
from tests.routes.visit import Answer, Visits

METHODS = ("GET", "POST")
Read = Iterator[tuple[str, str, Answer]]
"""Who asked, for which page, and what came back."""


def pages(visits: Visits, routes: Collection[Route], people: Collection[str] = PEOPLE) -> Read:
    for route in routes:
        for method in METHODS:
            label = route.label if method == "GET" else f"POST {route.label}"
            for who in people:
                yield who, label, visits.at(route, method, who)


def shown(visits: Visits, routes: Collection[Route]) -> Read:
    """The same for those only who are declared to get a page: enough where only answers travel otherwise."""
    for route in routes:
        for method in METHODS:
            label = route.label if method == "GET" else f"POST {route.label}"
            for who, outcome in route.expected(method).items():
                if outcome == "ok":
                    yield who, label, visits.at(route, method, who)


def everything(answer: Answer) -> bytes:
    """All that a browser gets: body, headers, cookies by name and value."""
    heads = [f"{name}: {value}" for name, value in (*answer.headers.items(), *answer.cookies.items())]
    return answer.body + "\n".join(heads).encode()


def finds(
    visits: Visits, read: Iterator[tuple[str, str, Answer]], kinds: Collection[str] = (*SEALED, *PLAIN)
) -> set[Finding]:
    found: set[Finding] = set()
    for who, page, answer in read:
        tokens: set[Token] = visits.scene.tokens.found_in(everything(answer))
        found |= {(who, page, token) for token in tokens if token.kind in kinds}
    return found


def leaks(visits: Visits, found: set[Finding]) -> list[str]:
    """What somebody read and may not."""
    return sorted(f"{who} reads {token} at {page}" for who, page, token in found - declared(visits.scene))


def broken_promises(visits: Visits, found: set[Finding]) -> list[str]:
    """What somebody may read and does not find."""
    return sorted(f"{who} misses {token} at {page}" for who, page, token in declared(visits.scene) - found)
