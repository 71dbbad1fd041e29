"""Channels by which a word may get out, opened one at a time."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

from django.core.cache import cache, caches
from django.core.cache.backends.base import default_key_func
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse

from accounts import middleware
from accounts.models import User
from config import celery
from consent import gate
from consent.sealing import Keyring, Unopenable
from notices import letters
from notices.actions import outbox
from notices.models import Notice
from tests.defects import planted

Defect = AbstractContextManager[Any]


def somebody() -> User:
    """Of those who take part, always the same one."""
    return User.objects.filter(is_staff=False).exclude(adult_attested_at=None).earliest("joined_at", "pk")


def a_gate_that_opens_nothing() -> Defect:
    """Safe, and of no use: what people let each other know is not there."""
    return mock.patch.object(gate, "read", lambda purpose, people, model="": gate._opened(gate._given(people).none()))


@contextmanager
def words_in_clear() -> Iterator[None]:
    """Sealing that seals nothing, and opens it again."""
    own = Keyring.open

    def open_or_read(self: Keyring, sealed: bytes, place: bytes) -> bytes:
        try:
            return own(self, sealed, place)
        except Unopenable:
            return sealed

    with planted.answers_in_clear(), mock.patch.object(Keyring, "open", open_or_read):
        yield


@contextmanager
def mail_to_two_at_once() -> Iterator[None]:
    """And nobody at the door who counts the recipients."""
    compose = letters.compose

    def copied(notice: Notice) -> Any:
        letter = compose(notice)
        letter.bcc = ["archive@example.org"]
        return letter

    with mock.patch.object(letters, "compose", copied), mock.patch.object(outbox, "_hand_over", EmailMessage.send):
        yield


def mail_with_a_name() -> Defect:
    compose = letters.compose

    def greeting(notice: Notice) -> Any:
        letter = compose(notice)
        letter.body = f"Dear {somebody().name_to_use},\n{letter.body}"
        return letter

    return mock.patch.object(letters, "compose", greeting)


def a_message_with_a_name() -> Defect:
    """The worker is told what it could look up."""
    ring_now = celery._ring_now
    return mock.patch.object(celery, "_ring_now", lambda task, ids: ring_now(task, (*ids, somebody().name_to_use)))


def _with_each_answer(add: Callable[[HttpRequest, HttpResponse], object]) -> Defect:
    own = middleware.WholePages.__call__

    def call(self: middleware.WholePages, request: HttpRequest) -> HttpResponse:
        response = own(self, request)
        add(request, response)
        return response

    return mock.patch.object(middleware.WholePages, "__call__", call)


def a_log_that_greets() -> Defect:
    return _with_each_answer(lambda request, _: logging.getLogger("kindred").debug("hello %s", somebody().name_to_use))


def limits_under_plain_digests() -> Defect:
    """As allauth counts them."""
    return mock.patch.object(caches["default"], "key_func", default_key_func)


def a_header_with_a_digest() -> Defect:
    """Of somebody's address, as services for pictures of people ask for it."""

    def add(request: HttpRequest, response: HttpResponse) -> None:
        response["X-Picture"] = hashlib.md5(somebody().email.encode()).hexdigest()

    return _with_each_answer(add)


def a_cookie_with_a_name() -> Defect:
    return _with_each_answer(lambda request, response: response.set_cookie("seen", somebody().name_to_use))


def a_session_that_remembers() -> Defect:
    """What was sent in is kept in the session, to fill the form with next time."""
    return _with_each_answer(lambda request, _: request.session.update({"draft": dict(request.POST.lists())}))


def a_cache_that_remembers() -> Defect:
    return _with_each_answer(lambda request, _: cache.set("draft", dict(request.POST.lists())))
