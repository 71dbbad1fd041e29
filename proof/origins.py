"""T30: no page asks anything of another origin, in a real Chromium; every answer says what a browser may do with it,
over HTTPS, whatever was asked; and Django's checks for a deployment find nothing."""

import http.client
import os
import random
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from django.core.cache import cache
from django.core.checks import run_checks
from django.test import override_settings
from playwright.sync_api import Error, Page, Response

from accounts import limits
from proof import browsing
from proof.browsing import Site
from proof.goal import Defect, Goal, Look, Size
from tests.defects import doors
from tests.pages.headers import missing_from
from tests.pages.openers import NOT_WHOLE, OPENERS, pages_of
from tests.routes.table import Route

FEW = 12
TELLING = ("home", "safety:help", "account_login", "admin:index")
OURS = ("data:", "about:", "blob:")
STATIC = "/static/css/base.css"
Question = tuple[str, str, dict[str, str], int]
ASKED: tuple[Question, ...] = (
    ("GET", STATIC, {}, 200),
    ("GET", "/static/icons/favicon.svg", {}, 200),
    ("GET", "/static/nowhere.css", {}, 404),
    ("GET", "/nowhere/", {}, 404),
    ("GET", "/me/", {}, 302),
    ("GET", "/help", {}, 301),
    ("GET", "/help/", {"Host": "elsewhere.example.org"}, 400),
    ("OPTIONS", "/help/", {}, 405),
    ("POST", "/account/login/", {}, 403),
    ("GET", "/coordination/", {}, 302),
    ("GET", "/healthy/", {}, 200),
    ("HEAD", "/help/", {}, 405),
)
"""What is asked of us besides pages, and with which status we answer."""


@dataclass
class Heard:
    """What a browser asked for and got while it looked at pages."""

    origin: str
    strangers: list[str] = field(default_factory=list)
    answers: int = 0
    silent: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    """Asked for once more: of what a browser kept it drops what was said about HTTPS."""

    def listen_to(self, page: Page) -> None:
        page.on("request", lambda request: self._asked(request.url))
        page.on("response", self._answered)
        page.on("console", lambda message: self._said(message.text) if message.type == "error" else None)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.origin, *OURS)):
            self.strangers.append(f"asked of another origin: {url}")

    def _said(self, words: str) -> None:
        if "Content Security Policy" in words:
            self.strangers.append(f"refused by the policy: {words[:160]}")

    def _answered(self, response: Response) -> None:
        if response.url.startswith(self.origin):
            self.answers += 1
            path, headers = urlsplit(response.url).path, {name.title(): said for name, said in response.headers.items()}
            if path.startswith("/static/"):
                self.files.add(path)
            else:
                self.silent += [
                    f"{path} ({response.status}): {words}" for words in unsaid(path, response.status, headers)
                ]


def unsaid(path: str, status: int, headers: dict[str, str]) -> list[str]:
    named = {name.lower(): said for name, said in headers.items()}
    asked = {name: named.get(name.lower(), "") for name in CASED}
    secure = "includeSubDomains" in named.get("strict-transport-security", "")
    return missing_from(path, status, asked) + ([] if secure else ["always over HTTPS"])


CASED = (
    "Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy",
    "Cross-Origin-Opener-Policy", "Cache-Control",
)  # fmt: skip


def look(size: Size, seed: int) -> Look:
    with browsing.site() as site:
        heard = Heard(site.origin)
        pages = [one for who, routes in drawn(size, seed) for one in opened(site, heard, who, routes)]
        files: tuple[Question, ...] = tuple(("GET", path, {}, 200) for path in sorted(heard.files))
        answers = [words for told in (*asked(site, (*ASKED, *files)), too_often(site)) for words in told]
        cookies = insecure(site)
    checks = [str(found) for found in deployment()]
    cells = heard.answers + len(pages) + len(ASKED) + 3
    return Look(cells, [*filter(None, pages), *sorted({*heard.strangers, *heard.silent}), *answers, *cookies, *checks])


def drawn(size: Size, seed: int) -> list[tuple[str, list[Route]]]:
    """Who looks at which pages."""
    every = [(who, [route for route in pages_of(who) if route.name not in NOT_WHOLE]) for who in OPENERS]
    if size is Size.FULL:
        return every
    if size is Size.SHORT:
        lot = random.Random(seed).sample([(who, route) for who, routes in every for route in routes], FEW)
        return [(who, [route]) for who, route in lot]
    return [(who, [route for route in routes if route.name in TELLING][:1]) for who, routes in every[:2]]


def opened(site: Site, heard: Heard, who: str, routes: list[Route]) -> Iterator[str]:
    """What is wrong with opening them, "" for nothing."""
    with site.window(who) as context:
        page = context.new_page()
        heard.listen_to(page)
        for route in routes:
            with site.lock:
                cache.clear()
            try:
                answer = page.goto(f"{site.origin}{route.path(site.scene)}")
            except Error as error:  # a file is not shown; what was said with it is heard all the same
                yield "" if "Download is starting" in error.message else f"{route.label} as {who}: {error.message}"
            else:
                status = answer.status if answer else 0
                yield "" if status == 200 else f"{route.label} as {who}: {status}"


def asked(site: Site, questions: tuple[Question, ...]) -> Iterator[list[str]]:
    for method, path, headers, expected in questions:
        status, told = raw(site, method, path, headers)
        other = [] if status == expected else [f"answered {status}, not {expected}"]
        yield [f"{method} {path}: {words}" for words in [*other, *unsaid(path, status, told)]]


def too_often(site: Site) -> list[str]:
    """The page that asks to wait."""
    pages, limits.PAGES = limits.PAGES, "1/m/ip"
    try:
        status, told = [raw(site, "GET", "/account/login/", {}) for _ in range(2)][-1]
    finally:
        limits.PAGES = pages
        with site.lock:
            cache.clear()
    other = [] if status == 429 else [f"answered {status}, not 429"]
    return [f"too often: {words}" for words in [*other, *unsaid("/account/login/", status, told)]]


def insecure(site: Site) -> list[str]:
    """Cookies that would go over a plain line, or that scripts or other sites could use."""
    with site.window() as context:
        context.new_page().goto(f"{site.origin}/account/login/")
        found = context.cookies(site.origin)
    good = {"secure": True, "httpOnly": True, "sameSite": "Lax", "path": "/"}
    wrong = [
        f"the cookie {cookie['name']}: {name} is {cookie.get(name)}"
        for cookie in found
        for name, value in good.items()
        if cookie.get(name) != value
    ]
    return wrong if found else ["no page set a cookie: nothing was looked at"]


def raw(site: Site, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    place = urlsplit(site.origin)
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    line = http.client.HTTPSConnection(str(place.hostname), place.port, context=trusting, timeout=30)
    try:
        line.request(method, path, headers=headers)
        answer = line.getresponse()
        answer.read()
        return answer.status, dict(answer.getheaders())
    finally:
        line.close()


def deployment() -> list[Any]:
    """`check --deploy`, with what production sets."""
    given = {**browsing.OVER_HTTPS, **SETTINGS}
    with override_settings(**given), patch.dict(os.environ):
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # Playwright's loop asks for it
        return list(run_checks(include_deployment_checks=True))


SETTINGS: dict[str, Any] = {}
"""What a defect sets besides."""


def setting(**changed: Any) -> Callable[[], Any]:
    return lambda: doors.added(SETTINGS, changed)


GOAL = Goal(
    "T30",
    "0 requests to another origin; security headers on 100 % of answers; nothing for check --deploy",
    look,
    (
        Defect("a font from another origin", doors.a_font_from_elsewhere),
        Defect("a picture from another origin", doors.a_picture_from_elsewhere),
        Defect("a script from another origin", doors.a_script_from_elsewhere),
        Defect("files without headers", doors.files_without_headers),
        Defect("faults without headers", doors.faults_without_headers),
        Defect("a policy that lets everything in", doors.a_loose_policy),
        Defect("a page that asks to wait without headers", doors.a_429_without_headers),
        Defect("a cookie that scripts can read", doors.an_open_cookie),
        Defect("plain lines allowed", setting(SECURE_HSTS_SECONDS=0)),
        Defect("a key that is too short", setting(SECRET_KEY="short")),
    ),
)
