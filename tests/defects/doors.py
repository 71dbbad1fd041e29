"""Guards of the way in and out, taken away while the block lasts."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts import access
from accounts.middleware import PrivateResponses
from accounts.models import Program, User
from safety import sessions
from safety.sessions import SessionStore

Change = Callable[[HttpRequest, HttpResponse], None]
PAGE, SCRIPT = "text/html", "/static/js/exit.js"


@contextmanager
def changed(change: Change, guarded: type = PrivateResponses) -> Iterator[None]:
    """Every answer is changed on its way out."""
    before = guarded.__call__

    def answer(self: Any, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = before(self, request)
        change(request, response)
        return response

    with patch.object(guarded, "__call__", answer):
        yield


def on_pages(words: bytes, others: bytes) -> AbstractContextManager[None]:
    def change(_request: HttpRequest, response: HttpResponse) -> None:
        if response.headers.get("Content-Type", "").startswith(PAGE) and not response.streaming:
            response.content = response.content.replace(words, others)
            response.headers.pop("Content-Length", None)

    return changed(change)


def kept_by_browsers() -> AbstractContextManager[None]:
    def change(_request: HttpRequest, response: HttpResponse) -> None:
        response.headers["Cache-Control"] = "private, max-age=600"

    return changed(change)


def no_guard() -> AbstractContextManager[None]:
    return on_pages(b" data-private", b"")


@contextmanager
def an_exit_without_its_key() -> Iterator[None]:
    with on_pages(b'<script type="module" src="/static/js/exit.js"></script>', b""):
        yield


def a_sign_out_that_ends_nothing() -> AbstractContextManager[Any]:
    return patch.object(SessionStore, "flush", lambda self: None)


def a_session_that_is_never_idle() -> AbstractContextManager[Any]:
    def ends_at(since: datetime | None, seen: datetime) -> datetime:
        return (since or seen) + settings.SESSION_LONGEST

    return patch.object(sessions, "ends_at", ends_at)


def a_session_without_a_last_hour() -> AbstractContextManager[Any]:
    return patch.object(sessions, "ends_at", lambda since, seen: seen + settings.SESSION_IDLE)


def a_revoked_session_that_goes_on() -> AbstractContextManager[Any]:
    return patch("safety.actions.sessions.end_all", lambda *, user: 0)


def a_closed_account_that_goes_on() -> AbstractContextManager[Any]:
    return patch("django.contrib.auth.backends.ModelBackend.user_can_authenticate", lambda self, user: True)


def coordination_that_goes_on() -> AbstractContextManager[Any]:
    def coordinated(user: User) -> Any:
        return Program.objects.filter(memberships__user=user).distinct()

    return patch.object(access, "programs_coordinated_by", coordinated)


@contextmanager
def a_slow_exit() -> Iterator[None]:
    flush = SessionStore.flush

    def slow(self: SessionStore) -> None:
        time.sleep(1.2)
        flush(self)

    with patch.object(SessionStore, "flush", slow):
        yield


def an_exit_that_leaves_cookies() -> AbstractContextManager[None]:
    def change(request: HttpRequest, response: HttpResponse) -> None:
        if request.path == "/exit/":
            response.cookies.clear()
            response.set_cookie("lang", "en", secure=True)

    return changed(change)


ELSEWHERE = "https://elsewhere.invalid"


def _loose(_request: HttpRequest, response: HttpResponse) -> None:
    response.headers.pop("Content-Security-Policy", None)


@contextmanager
def _asking(words: str) -> Iterator[None]:
    """Without the policy, too, which would keep it from being asked for."""
    outside = changed(_loose, CSPMiddleware)
    with on_pages(b"</head>", words.encode() + b"</head>"), outside:
        yield


def a_font_from_elsewhere() -> AbstractContextManager[None]:
    return _asking(f'<link rel="preload" as="font" crossorigin href="{ELSEWHERE}/font.woff2">')


def a_picture_from_elsewhere() -> AbstractContextManager[None]:
    return on_pages(b"</main>", f'<img alt="" src="{ELSEWHERE}/pixel.gif"></main>'.encode())


def a_script_from_elsewhere() -> AbstractContextManager[None]:
    return _asking(f'<script src="{ELSEWHERE}/count.js"></script>')


def _bare(response: HttpResponse) -> None:
    for name in ("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"):
        response.headers.pop(name, None)


def files_without_headers() -> AbstractContextManager[None]:
    return _without_headers(lambda request, response: request.path.startswith("/static/"))


def faults_without_headers() -> AbstractContextManager[None]:
    return _without_headers(lambda request, response: response.status_code in {400, 404, 405})


def a_429_without_headers() -> AbstractContextManager[None]:
    return _without_headers(lambda request, response: response.status_code == 429)


def _without_headers(where: Callable[[HttpRequest, HttpResponse], bool]) -> AbstractContextManager[None]:
    def change(request: HttpRequest, response: HttpResponse) -> None:
        if where(request, response):
            _bare(response)

    return changed(change, CSPMiddleware)


def a_loose_policy() -> AbstractContextManager[None]:
    def change(_request: HttpRequest, response: HttpResponse) -> None:
        response.headers["Content-Security-Policy"] = "default-src * 'unsafe-inline'"

    return changed(change, CSPMiddleware)


def an_open_cookie() -> AbstractContextManager[None]:
    def change(_request: HttpRequest, response: HttpResponse) -> None:
        for morsel in response.cookies.values():
            morsel["httponly"] = False

    return changed(change, CSPMiddleware)


@contextmanager
def added(to: dict[str, Any], more: dict[str, Any]) -> Iterator[None]:
    before = dict(to)
    to.update(more)
    try:
        yield
    finally:
        to.clear()
        to.update(before)
