"""Knocking at a door as one of the cast, and what comes back."""

import hashlib
import re
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.urls import Resolver404, resolve

from tests.routes.scene import Scene
from tests.routes.table import Route

TURNED_AWAY = {"sign-in", "welcome", "missing", "no", ">admin:index"}
SAFE = {"GET", "HEAD", "OPTIONS"}
"""Nothing is sent along with them."""
HANDLER = ClientHandler(enforce_csrf_checks=False)
CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
CLOCKED = {"Date", "Expires", "Last-Modified", "Set-Cookie", "Content-Length"}
"""Headers whose values tell the time, or are as long as a token of the form happens to be."""
WRITES = re.compile(r'^\s*(?:INSERT INTO|INSERT OR IGNORE INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
NOBODYS = uuid.UUID("9d2f1c3e-6b7a-4c58-9e0f-3a1b2c4d5e6f"), 987_654_321
"""Ids that no row has."""
OF_THE_VISIT = {"safety_session", "cache"}


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever happens in here has not happened. What is to follow a commit waits for one that never comes."""
    with transaction.atomic():
        cache.clear()
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    cookies: dict[str, str]
    outcome: str
    changed: frozenset[str] = field(default_factory=frozenset)
    """Tables that hold something else than before, besides those of the session and the cache."""


def client_of(scene: Scene, who: str) -> Client:
    client = Client(raise_request_exception=False)
    client.handler = HANDLER  # one for all: each would load the middleware anew
    if who in scene.sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = scene.sessions[who]
    return client


def knock(scene: Scene, who: str, method: str, path: str, data: dict[str, list[str]] | None = None) -> Answer:
    """One request, after which everything is as it was before."""
    wrote: set[str] = set()

    def watch(execute, sql, params, many, context):
        if (found := WRITES.match(sql)) and found[1] not in OF_THE_VISIT:
            wrote.add(found[1])
        return execute(sql, params, many, context)

    with rolled_back(), connection.execute_wrapper(watch):
        response = asked(client_of(scene, who), method, path, data or {})
        cookies = {name: morsel.value for name, morsel in response.cookies.items()}
        headers = dict(response.headers.items())
        body = b"".join(response.streaming_content) if response.streaming else response.content
        after = {table: fingerprint(table) for table in wrote}
    changed = frozenset(table for table in wrote if fingerprint(table) != after[table])
    return Answer(response.status_code, headers, body, cookies, outcome_of(response), changed)


def asked(client: Client, method: str, path: str, data: dict[str, list[str]]) -> Any:
    if method in {"GET", "POST"}:
        return getattr(client, method.lower())(path, data)
    return client.generic(method, path, urlencode(data, doseq=True), "application/x-www-form-urlencoded")


def fingerprint(table: str) -> str:
    """Differs when any value of any row does."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        rows = sorted(repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in cursor.fetchall())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def outcome_of(response: HttpResponse) -> str:
    if response.status_code in {301, 302}:
        return _led_to(response["Location"])
    return {200: "ok", 404: "missing", 405: "no"}.get(response.status_code, str(response.status_code))


def _led_to(location: str) -> str:
    parts = urlsplit(location)
    if parts.netloc:
        return "away"
    try:
        found = resolve(parts.path)
    except Resolver404:
        return f"lost at {location}"
    name = found.view_name
    if name in {"account_login", "admin:login"} and "next=" in parts.query:
        return "sign-in"
    return "welcome" if name == "accounts:welcome" else f">{name}"


class Visits:
    """What was found behind each door so far: every door is knocked at once, whoever asks about it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._found: dict[tuple[str, ...], Answer] = {}

    def at(self, route: Route, method: str, who: str) -> Answer:
        return self._once((route.label, route.data, method, who), route, method, who, route.path(self.scene))

    def knock_everywhere(self, routes: Collection[Route]) -> None:
        for route in routes:
            for method in ("GET", "POST"):
                for who, outcome in route.expected(method).items():
                    self.at(route, method, who)
                    if outcome in TURNED_AWAY and any(name in self.scene.rows for name in route.of.split()):
                        self.nowhere(route, method, who)

    def nowhere(self, route: Route, method: str, who: str) -> Answer:
        """The same door, of a row that does not exist: the last id in the address is nobody's."""
        names = route.of.split()
        ids = [self.scene.pk(name) for name in names]
        last = max(place for place, name in enumerate(names) if name in self.scene.rows)
        known = tuple(str(pk) for pk in (*ids[:last], "nobody", *ids[last + 1 :]))
        nobodys = NOBODYS[isinstance(ids[last], int)]
        path = route.path_with(*ids[:last], nobodys, *ids[last + 1 :])
        return self._once(("nowhere", route.name, *known, method, who), route, method, who, path)

    def _once(self, key: tuple[str, ...], route: Route, method: str, who: str, path: str) -> Answer:
        if key not in self._found:
            data = None if method in SAFE else route.fields(self.scene)
            self._found[key] = knock(self.scene, who, method, path, data)
        return self._found[key]


def as_read(answer: Answer, *ids: object) -> tuple[object, ...]:
    """What must not differ: everything but the token of the form, the clock, and the id that was asked for where
    somebody is led on to it after signing in."""
    headers = {name: value for name, value in answer.headers.items() if name not in CLOCKED}
    for pk in ids:
        if "Location" in headers:
            headers["Location"] = unquote(headers["Location"]).replace(f"/{pk}/", "/id/")
    return answer.status, headers, sorted(answer.cookies), CSRF.sub(b"token", answer.body)
