"""T20: with an exception that carries a word forced in each view and each task, no log line, page or letter holds it;
nor does the log of PostgreSQL when it refuses a statement."""

import functools
import inspect
import io
import logging
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from typing import Any
from unittest import mock

from celery import Task
from django.core import mail
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import ResolverMatch, URLPattern

from config.celery import app
from proof import postgres, quarrels
from proof.broken import KINDS, Breaks
from proof.goal import Defect, Goal, Look, Size
from tests.canary.crawl import everything
from tests.defects import planted, telling
from tests.routes.scene import Scene
from tests.routes.stage import staged
from tests.routes.table import Route
from tests.routes.tables import ROUTES
from tests.routes.verdicts import METHODS
from tests.routes.visit import NOBODYS, TURNED_AWAY, knock, rolled_back

MOMENTS = ("before", "midway", "after")
TELLING = ("mentorship:agreement", "accounts:me")
View = Callable[..., HttpResponse]
Cell = tuple[str, str]
"""A kind of exception and a moment."""


def look(size: Size, seed: int) -> Look:
    with staged() as scene, heard() as lines:
        word = scene.tokens.plant("answer", "mentee", "in an exception")
        found = [*in_views(scene, word, size, seed, lines), *in_tasks(word, size, seed, lines)]
        found.append(at_no_address(scene, word, lines))
    if postgres.programs():
        found.append(quarrels.look(word))
    elif size is Size.FULL or os.environ.get("CI"):
        found.append(Look(0, ["PostgreSQL's programs are not here, and its log is not looked at"]))
    return Look(sum(one.cells for one in found), [line for one in found for line in one.wrong])


def in_views(scene: Scene, word: str, size: Size, seed: int, lines: list[str]) -> Iterator[Look]:
    """Each view once at least; at full size with each kind at each moment."""
    for number, route in enumerate(every_view(size)):
        method, who = whoever_gets_in(route)
        for kind, moment in drawn(size, seed + number):
            with failing_views(KINDS[kind], word, moment) as failed:
                answer = knock(scene, who, method, route.path(scene), route.fields(scene))
            where = f"{method} {route.label} as {who}, {kind} {moment}"
            yield Look(
                1, [*told(word, lines, where, everything(answer)), *([] if failed else [f"{where}: did not fail"])]
            )


def in_tasks(word: str, size: Size, seed: int, lines: list[str]) -> Iterator[Look]:
    for number, task in enumerate(every_task()):
        for kind, moment in drawn(size, seed + number):
            ids = [str(NOBODYS[0]) for _ in inspect.signature(task.run).parameters]
            with rolled_back(), failing_task(task, KINDS[kind], word, moment) as failed:
                task.apply(args=ids)
            where = f"{task.name}, {kind} {moment}"
            yield Look(1, [*told(word, lines, where), *([] if failed else [f"{where}: did not fail"])])


def at_no_address(scene: Scene, word: str, lines: list[str]) -> Look:
    """Where nothing is, asked for by a word."""
    answer = knock(scene, "mentee", "GET", f"/{word}/?q={word}")
    return Look(1, told(word, lines, "an address that is none", everything(answer)))


def told(word: str, lines: list[str], where: str, answer: bytes = b"") -> list[str]:
    """Wherever the word got out: to the page, to a log, to the standard outputs, or to a letter."""
    letters = [str(letter.message()) for letter in mail.outbox]
    heard = {"the page": answer.decode(errors="replace"), "a log": "\n".join(lines), "a letter": "\n".join(letters)}
    lines.clear()
    mail.outbox = []
    return [f"{place} tells, {where}" for place, text in heard.items() if word in text]


def every_view(size: Size) -> list[Route]:
    """One row of the table for each address."""
    rows = {route.name: route for route in ROUTES if whoever_gets_in(route)}
    return [row for name, row in rows.items() if size is not Size.LEAST or name in TELLING]


def whoever_gets_in(route: Route) -> tuple[str, str]:
    """Somebody for whom the view runs to its end, if there is one; else somebody who is at least not led away."""
    cells = [(method, who, outcome) for method in METHODS for who, outcome in route.expected(method).items()]
    welcome = [(method, who) for method, who, outcome in cells if outcome not in TURNED_AWAY]
    return next(iter(welcome), ("GET", "superuser"))


def every_task() -> list[Task]:
    app.loader.import_default_modules()
    return [task for name, task in sorted(app.tasks.items()) if not name.startswith("celery.")]


def drawn(size: Size, seed: int) -> list[Cell]:
    cells = [(kind, moment) for kind in KINDS for moment in MOMENTS]
    return cells if size is Size.FULL else random.Random(seed).sample(cells, 4 if size is Size.LEAST else 1)


@contextmanager
def failing_views(breaks: Breaks, word: str, moment: str) -> Iterator[list[str]]:
    """Every view fails in the same way; the list says that one did."""
    own = URLPattern.resolve
    failed: list[str] = []

    def resolve(self: URLPattern, path: str) -> ResolverMatch | None:
        match = own(self, path)
        if match:
            match.func = failing(match.func, breaks, word, moment, failed)
        return match

    with mock.patch.object(URLPattern, "resolve", resolve):
        yield failed


@contextmanager
def failing_task(task: Task, breaks: Breaks, word: str, moment: str) -> Iterator[list[str]]:
    failed: list[str] = []
    with mock.patch.object(task, "run", failing(task.run, breaks, word, moment, failed)):
        yield failed


def failing(act: Callable[..., Any], breaks: Breaks, word: str, moment: str, failed: list[str]) -> Callable[..., Any]:
    """`midway` is in its first query, or, where it has none, after it."""

    @functools.wraps(act)
    def fails(*args: Any, **kwargs: Any) -> Any:
        try:
            if moment != "before":
                with transaction.atomic(), connection.execute_wrapper(query) if moment == "midway" else nullcontext():
                    act(*args, **kwargs)
        except Exception:  # it may refuse by itself, too: a page that is missing, an id that nobody has
            if failed:
                raise
        return fail()

    def query(execute: Callable[..., Any], *rest: Any) -> Any:
        return execute(*rest) if failed else fail()

    def fail() -> None:
        failed.append(word)
        breaks(word)

    return fails


@contextmanager
def heard() -> Iterator[list[str]]:
    """Every line that any handler of any logger writes, by its own formatter, however quiet the logger is; and whatever
    is printed."""
    lines: list[str] = []
    own = logging.Handler.handle

    def handle(self: logging.Handler, record: logging.LogRecord) -> Any:
        if self.filter(record):
            lines.append(self.format(record))
        return own(self, record)

    printed = _Heard(lines)
    with mock.patch.object(logging.Handler, "handle", handle), redirect_stderr(printed), redirect_stdout(printed):
        yield lines


class _Heard(io.TextIOBase):
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def write(self, text: str) -> int:
        self.lines.append(text)
        return len(text)


IN_POSTGRES = (
    Defect("a PostgreSQL that logs errors", lambda: quarrels.told("log_min_messages = error")),
    Defect("a PostgreSQL that logs statements", lambda: quarrels.told("log_statement = 'all'")),
    Defect("a PostgreSQL that logs what takes long", lambda: quarrels.told("log_min_duration_statement = 0")),
)

GOAL = Goal(
    "T20",
    "0 planted words in logs, pages and letters with an exception forced in every view and task, PostgreSQL's log too",
    look,
    (
        Defect("a log that quotes exceptions", planted.a_log_that_quotes_exceptions),
        Defect("a log that quotes arguments", telling.a_log_that_quotes_arguments),
        Defect("a log that names addresses", telling.a_log_that_names_addresses),
        Defect("a handler with a formatter of its own", telling.a_handler_of_its_own),
        Defect("a trace that is printed", telling.a_trace_that_is_printed),
        Defect("a fault page that explains", telling.a_fault_page_that_explains),
        Defect("a refusal that quotes", telling.a_refusal_that_quotes),
        Defect("debugging left on", telling.debugging_left_on),
        Defect("traces by mail to the operator", telling.traces_by_mail),
        *(IN_POSTGRES if postgres.programs() or os.environ.get("CI") else ()),
    ),
)
