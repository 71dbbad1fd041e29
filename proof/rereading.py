"""Every page of everybody, read once; and after a change, which of them read otherwise.

A page is what its code makes of what it reads from the database: the clock stands, chance repeats itself, the cache is
a table. So a page is remembered with its questions to the database and what these answered. After a change, every
question is asked again that looks at a table which was written to; a page of which one has another answer, or which
writes something itself and looks there, is read again and compared byte for byte. Pages drawn by lot are read again
in any case: they would show if that did not hold."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.db import connection
from django.http import HttpResponse

from notices.actions import outbox
from notices.models import Notice
from proof.frozen import Chance
from tests.routes.scene import Scene
from tests.routes.visit import OF_THE_VISIT, WRITES, client_of, rolled_back

TABLES = re.compile(r'(?:FROM|JOIN)\s+"(\w+)"', re.IGNORECASE)
READS = re.compile(r"^\s*(?:SELECT|WITH)\b", re.IGNORECASE)
Question = tuple[str, tuple[Any, ...]]
MAIL = "mail"


@dataclass(frozen=True, order=True)
class Page:
    """Who asks for what; or somebody's mail."""

    who: str
    label: str
    path: str
    data: tuple[tuple[str, tuple[str, ...]], ...] | None = None

    def __str__(self) -> str:
        return f"{self.who} at {self.label}"


@dataclass
class Asked:
    """What one page did: how many queries, what they asked, which tables it wrote to, whom it called."""

    count: int = 0
    questions: dict[Question, None] = field(default_factory=dict)
    wrote: set[str] = field(default_factory=set)


@contextmanager
def watched() -> Iterator[Asked]:
    asked = Asked()

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.count += 1
        if READS.match(sql):
            asked.questions[sql, tuple(params or ())] = None
        elif found := WRITES.match(sql):
            asked.wrote.add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield asked


class Reading:
    """All pages as they are now, to be compared with what they are after something changed."""

    def __init__(self, scene: Scene, chance: Chance, pages: Iterable[Page]) -> None:
        self.scene, self.chance = scene, chance
        self.found: dict[Page, bytes] = {}
        self.asked: dict[Page, Asked] = {}
        for page in pages:
            with watched() as asked:
                self.found[page] = self.read(page)
            self.asked[page] = asked
        questions = {question for asked in self.asked.values() for question in asked.questions}
        self.answered = {question: answer_to(question) for question in questions}
        self.looks_at = {question: frozenset(TABLES.findall(question[0])) for question in questions}

    def read(self, page: Page) -> bytes:
        self.chance.begin(page)
        ContentType.objects.clear_cache()  # whoever asks first must not take a query more
        return self._mail() if page.label == MAIL else everything(self.scene, page)

    def differing(self, wrote: Collection[str], besides: Collection[Page] = ()) -> dict[Page, tuple[bytes, bytes]]:
        """Pages that read otherwise now that these tables were written to: before and after."""
        again = {*self.touched(wrote), *besides}
        after = {page: self.read(page) for page in sorted(again, key=str)}
        return {page: (self.found[page], found) for page, found in after.items() if found != self.found[page]}

    def touched(self, wrote: Collection[str]) -> Iterator[Page]:
        written = set(wrote) - OF_THE_VISIT
        others = {question for question, tables in self.looks_at.items() if tables & written}
        differ = {question for question in others if answer_to(question) != self.answered[question]}
        for page, asked in self.asked.items():
            near = written & asked.wrote or others.intersection(asked.questions)
            if differ.intersection(asked.questions) or (near and asked.wrote - OF_THE_VISIT):
                yield page

    def _mail(self) -> bytes:
        """Whatever waits goes out, as the worker would send it."""
        with rolled_back():
            mail.outbox = []
            for pk in Notice.objects.filter(state=Notice.State.WAITING).order_by("pk").values_list("pk", flat=True):
                outbox.deliver(pk=pk, now=self.scene.now)
            letters = sorted(letter.message().as_bytes() for letter in mail.outbox)
        return b"\n".join(letters)


def everything(scene: Scene, page: Page) -> bytes:
    """Status, headers, cookies, body; how many queries it took, and what would be called once it is committed."""
    with rolled_back(), watched() as asked:
        before = len(connection.run_on_commit)
        client = client_of(scene, page.who)
        data = None if page.data is None else {name: list(values) for name, values in page.data}
        response = client.get(page.path) if data is None else client.post(page.path, data)
        told = [_bell(entry[1]) for entry in connection.run_on_commit[before:]]
        return b"\n".join(
            [*_heads(response), _body(response), f"{asked.count} queries".encode(), *map(str.encode, told)]
        )


def _heads(response: HttpResponse) -> list[bytes]:
    heads: Mapping[str, str] = dict(response.headers.items())
    lines = [str(response.status_code), *(f"{name}: {value}" for name, value in sorted(heads.items()))]
    return [line.encode() for line in (*lines, *(morsel.OutputString() for morsel in response.cookies.values()))]


def _body(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def _bell(function: Any) -> str:
    """What a worker would be told, or what would be done: not where in memory that lies."""
    return repr(function.args) if isinstance(function, partial) else f"{function.__module__}.{function.__qualname__}"


def answer_to(question: Question) -> bytes:
    sql, params = question
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]
    return hashlib.blake2b(repr(rows).encode(), digest_size=16).digest()
