"""Sending in more than a form asks for: every column there is, with the value that one would like it to have."""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils import timezone

from tests.routes.pages import ROUTES as PAGES
from tests.routes.scene import Scene
from tests.routes.table import Route
from tests.routes.visit import client_of, rolled_back

OF_THE_VISIT = {"safety.Session"}
DRAWN = {"seed"}
"""Columns that are drawn by lot."""
ASKED_FOR = {"admin:accounts_user_change"}
"""The operator's own page for accounts asks for the very columns that others would like to smuggle."""
AN_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
WANTED = {
    "state": ["active", "agreed", "published"],
    "standing": ["approved"],
    "role": ["coordinator"],
    "kind": ["standing"],
    "time_zone": ["Asia/Tokyo"],
    "password": ["smuggled"],
}
Rows = dict[str, dict[Any, dict[str, Any]]]


def accepted(routes: Collection[Route]) -> list[tuple[Route, str]]:
    """Every form of ours with everybody whose words it takes."""
    return [
        (route, who)
        for route in routes
        if (route.name.startswith("admin:") or route in PAGES) and (route.data or ":" in route.name)
        for who, outcome in route.expected("POST").items()
        if outcome.startswith(">") and route.name not in ASKED_FOR
    ]


def first_of_each(pairs: Iterable[tuple[Route, str]]) -> list[tuple[Route, str]]:
    return [next(people) for _route, people in groupby(pairs, itemgetter(0))]


def every_column(scene: Scene) -> dict[str, list[str]]:
    """A value for each field of each model, under its name and under that of its column."""
    wanted: dict[str, list[str]] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            for name in {field.name, field.attname}:
                wanted[name] = WANTED.get(field.name) or [_tempting(scene, field)]
    return wanted


def _tempting(scene: Scene, field: "models.Field[Any, Any]") -> str:
    if field.is_relation:
        own = {"User": "other_program_coordinator's_account", "Program": "other_program"}
        return str(scene.pk(own.get(field.related_model.__name__, "other_program_coordinator")))
    kind = field.get_internal_type()
    return {
        "BooleanField": "on",
        "DateTimeField": "2001-01-01 00:00",
        "DateField": "2001-01-01",
        "UUIDField": str(scene.pk("other_program_coordinator")),
    }.get(kind, "19" if "Integer" in kind or kind == "FloatField" else "smuggled")


class Change(NamedTuple):
    """One row: new, gone, or the columns of it that hold something else."""

    model: str
    row: str
    values: dict[str, Any]


def changes(scene: Scene, route: Route, who: str, further: dict[str, list[str]]) -> list[Change]:
    """What sending a form in did to every table, without what chance draws."""
    fields = route.fields(scene)
    before = _rows()
    with rolled_back():
        sent = {**{name: value for name, value in further.items() if name not in fields}, **fields}
        client_of(scene, who).post(route.path(scene), sent)
        after = _rows()
    known = {str(pk) for rows in before.values() for pk in rows}
    return sorted((line for model in after for line in _changes(model, before[model], after[model], known)), key=repr)


def _rows() -> Rows:
    found: Rows = {}
    for model in apps.get_models():
        if model._meta.label not in OF_THE_VISIT:
            rows = model._default_manager.order_by("pk").values()
            found[model._meta.label] = {row[model._meta.pk.attname]: row for row in rows}
    return found


def _changes(model: str, before: dict[Any, Any], after: dict[Any, Any], known: set[str]) -> Iterator[Change]:
    for pk in before.keys() - after.keys():
        yield Change(model, f"gone: {pk}", {})
    for pk, row in after.items():
        if pk not in before:
            yield Change(model, "new", _told(row, known))
        elif row != before[pk]:
            different = {name: value for name, value in row.items() if before[pk][name] != value}
            yield Change(model, str(pk), _told(different, known))


def _told(row: dict[str, Any], known: set[str]) -> dict[str, Any]:
    return {name: _plain(value, known) for name, value in row.items() if name != "id" and name not in DRAWN}


def _plain(value: Any, known: set[str]) -> Any:
    """The same on every run: moments by the hour, ids of new rows and sealed words by their length alone."""
    if isinstance(value, datetime):
        return f"in {round((value - timezone.now()) / timedelta(hours=1))} hours"
    if isinstance(value, bytes | memoryview):
        return f"{len(bytes(value))} bytes"
    if isinstance(value, date | int | float | bool | None):
        return value
    if isinstance(value, UUID | str):
        return AN_ID.sub(lambda found: found[0] if str(UUID(found[0])) in known else "new", str(value))
    return AN_ID.sub("id", str(value))
