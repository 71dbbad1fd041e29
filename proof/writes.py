"""T4: whoever is turned away changes no row of any table, by whatever method they ask; and a form changes what it asks
for, whatever else is sent along."""

import re
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

from django.db import connection

from accounts.models import Membership, User
from matching.models import Proposal
from proof import drawn
from proof.goal import Defect, Goal, Look, Size
from proof.routes import EVERY_METHOD
from tests.defects import planted, routing
from tests.routes.scene import Scene
from tests.routes.smuggling import accepted, changes, every_column, first_of_each
from tests.routes.stage import staged
from tests.routes.table import Route
from tests.routes.verdicts import turned_away
from tests.routes.visit import OF_THE_VISIT, SAFE, WRITES, asked, client_of, fingerprint, rolled_back

METHODS = {Size.FULL: EVERY_METHOD, Size.SHORT: EVERY_METHOD, Size.LEAST: ("GET", "POST", "DELETE")}
READING = re.compile(r"\s*(SELECT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\b", re.IGNORECASE)
Tables = dict[str, str]
TELLING = (
    "accounts:me",
    "accounts:pause mentee",
    "matching:answer offer",
    "matching:proposal ask",
    "mentorship:end agreement",
    "mentorship:messages agreement",
    "mentorship:places mentor",
)


def look(size: Size, seed: int) -> Look:
    chosen = drawn.routes(size, seed, TELLING)
    with staged() as scene:
        before = tables()
        cells = product(chosen, METHODS[size])
        forbidden = [(route, method, who) for route, method in cells for who in turned_away(route, method)]
        wrong = [
            f"{method} {route.label} as {who} changes {table}"
            for route, method, who in forbidden
            for table in written(scene, route, method, who, before)
        ]
        pairs = accepted(chosen) if size is Size.FULL else first_of_each(accepted(chosen))
        wrong += [line for route, who in pairs for line in smuggled(scene, route, who)]
        columns = len(every_column(scene))
    return Look(len(forbidden) + len(pairs) * columns, wrong)


def written(scene: Scene, route: Route, method: str, who: str, before: Tables) -> list[str]:
    """The tables that hold something else afterwards. Where nothing but reading was asked of it, the database is not
    read again."""
    suspicious: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        wrote = WRITES.match(sql)
        if not (READING.match(sql) or (wrote and wrote[1] in OF_THE_VISIT)):
            suspicious.append(sql)
        return execute(sql, *rest)

    with rolled_back(), connection.execute_wrapper(watch):
        asked(client_of(scene, who), method, route.path(scene), {} if method in SAFE else route.fields(scene))
        after = tables() if suspicious else before
    return [table for table in after if after[table] != before[table]]


def tables() -> Tables:
    names = set(connection.introspection.table_names()) - OF_THE_VISIT
    return {table: fingerprint(table) for table in sorted(names)}


def smuggled(scene: Scene, route: Route, who: str) -> list[str]:
    asked_for, taken = (changes(scene, route, who, further) for further in ({}, every_column(scene)))
    differ = [f"{change.model} {change.row} {change.values}" for change in taken if change not in asked_for]
    return [f"{route.label} as {who} takes more than it asks for: {line}" for line in differ]


GOAL = Goal(
    "T4",
    "0 rows changed by any forbidden request, 0 columns by fields that no form asks for",
    look,
    (
        Defect("a message marked as read before it is known whose it is", planted.a_look_before_the_check),
        Defect("a pause before the check", routing.a_pause_before_the_check),
        Defect("a mark left by whoever is turned away", routing.a_refusal_that_is_counted),
        Defect("a row removed by DELETE, whoever asks", routing.a_removal_by_any_method),
        Defect("a name form that makes staff", partial(routing.storing, "accounts:me", User, "is_staff")),
        Defect("a pause that takes a role", partial(routing.storing, "accounts:pause", Membership, "role")),
        Defect("places that take a role", partial(routing.storing, "mentorship:places", Membership, "role")),
        Defect(
            "an answer that moves to another program", partial(routing.storing, "matching:answer", Proposal, "program")
        ),
    ),
)
