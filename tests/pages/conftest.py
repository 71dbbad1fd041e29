"""One scene for all pages, as real rows that a server in another thread reads, and a window for each person."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.pages.scene import furnished
from tests.routes.scene import Scene
from tests.ui.conftest import Visitor, browser_type_launch_args  # noqa: F401  a fixture


@pytest.fixture
def scene(transactional_db: None, settings: Any) -> Scene:
    settings.PACE = 0
    return furnished()


@pytest.fixture
def arrive(browser: Browser, live_server: Any, scene: Scene) -> Iterator[Callable[..., Visitor]]:
    """`arrive()` opens a window for a stranger, `arrive("mentee")` for somebody of the scene who is signed in."""
    contexts = []

    def open_window(who: str = "") -> Visitor:
        contexts.append(browser.new_context(reduced_motion="reduce"))
        visitor = Visitor(contexts[-1].new_page(), live_server.url)
        if who in scene.users:
            visitor.sign_in(scene.users[who])
        return visitor

    yield open_window

    for context in contexts:
        context.close()
