import os
import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright

from accounts.views import SHOWN

CHROMIUM = os.environ.get("KINDRED_CHROMIUM") or shutil.which("chromium") or ""
# The same engine without windows and menus, in half the time. It keeps no pages for Back: see `keeping_guest`.
SHELL = shutil.which("chromium-headless-shell") or CHROMIUM
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
# Only what is wrong leaves the page: all that is right takes longer to bring over than to find.
VIOLATIONS = """() => axe.run({preload: false, resultTypes: ["violations"]}).then(({violations}) =>
  violations.map(({id, nodes}) => [id, nodes.map(({html}) => html.slice(0, 120))]))"""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": SHELL, "args": QUIET.split()}


class Visitor:
    """A browser window that remembers what it complained about and where it asked."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.set_default_timeout(10_000)
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self.origin, "data:", "about:")):
            self.strangers.append(url)

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.origin}{path}")
        return self.page

    def violations(self) -> list[tuple[str, list[str]]]:
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(Axe().axe_script)
        return [(rule, nodes) for rule, nodes in self.page.evaluate(VIOLATIONS)]

    def sign_in(self, user: Any) -> None:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session  # as recent as allauth wants it before it lets anybody change their sign-in
        session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
        session[SHOWN] = True
        session.save()
        name = settings.SESSION_COOKIE_NAME
        self.page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.origin}])
        self.session = session

    def end_session(self) -> None:
        """On the server, as exit and expiry do. (A cookie that is only taken away may come back with a late answer.)"""
        self.session.flush()


@pytest.fixture(params=[(375, 812), (1280, 900)], ids=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def visitor(browser: Browser, live_server: Any, size: tuple[int, int], scheme: str) -> Iterator[Visitor]:
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    yield Visitor(context.new_page(), live_server.url)
    context.close()


@pytest.fixture
def guest(browser: Browser, live_server: Any) -> Iterator[Visitor]:
    """One window of one size, for what looks have no part in."""
    context = browser.new_context(viewport={"width": 375, "height": 812})
    yield Visitor(context.new_page(), live_server.url)
    context.close()


@pytest.fixture
def keeping_guest(playwright: Playwright, live_server: Any) -> Iterator[Visitor]:
    """One window of a whole Chromium, which keeps the pages one comes from."""
    # Playwright switches the back-forward cache off; the guard against it can only be seen with it on.
    kept = {"ignore_default_args": ["--disable-back-forward-cache"]}
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split(), **kept)
    yield Visitor(browser.new_page(), live_server.url)
    browser.close()


@pytest.fixture
def plain_guest(browser: Browser, live_server: Any) -> Iterator[Visitor]:
    """The same without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    yield Visitor(context.new_page(), live_server.url)
    context.close()
