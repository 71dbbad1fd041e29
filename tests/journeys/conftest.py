"""Whole journeys in a real Chromium: on a phone and at a desk, with JavaScript and without."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import Membership, User
from matching import tasks as matching
from notices import tasks as notices
from tests.ui.conftest import Visitor, browser_type_launch_args  # noqa: F401  a fixture


@dataclass(frozen=True)
class Way:
    """How somebody comes: width and height of the window, and whether scripts run."""

    width: int
    height: int
    scripts: bool


WAYS = {
    "phone": Way(375, 812, True),
    "desk": Way(1280, 900, True),
    "phone-plain": Way(375, 812, False),
    "desk-plain": Way(1280, 900, False),
}


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def way(request: pytest.FixtureRequest) -> Way:
    return request.param


class Traveller(Visitor):
    """Somebody with a browser of their own, who reads labels and presses buttons."""

    def __init__(self, page: Page, origin: str, way: Way) -> None:
        super().__init__(page, origin)
        self.way = way

    def press(self, name: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("link", name=name, exact=True).first.click()

    def write(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).first.fill(words)

    def tick(self, *labels: str) -> None:
        for label in labels:
            self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}")).first.check()

    def reads(self, words: str) -> None:
        """The words are on the page where they can be read."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def does_not_read(self, words: str) -> None:
        expect(self.page.get_by_text(words)).to_have_count(0)

    def is_at(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def card(self, words: str) -> Locator:
        return self.page.get_by_role("listitem").filter(has_text=words)

    def code(self) -> str:
        """The code in the newest mail to anybody: the outbox is sent first, as the worker would."""
        notices.sweep()
        return re.findall(r"Your code: (\S+)", str(mail.outbox[-1].body))[0]


@pytest.fixture
def arrive(browser: Browser, live_server: Any, way: Way) -> Iterator[Callable[..., Traveller]]:
    """`arrive()` opens a browser for a stranger, `arrive(somebody)` for a person who is signed in already. When it is
    over, nothing was asked of another origin, nothing was complained about, and nothing was wider than the window."""
    everybody: list[Traveller] = []

    def open_browser(who: Membership | User | None = None) -> Traveller:
        size = {"width": way.width, "height": way.height}
        context = browser.new_context(viewport=size, java_script_enabled=way.scripts)
        traveller = Traveller(context.new_page(), live_server.url, way)
        everybody.append(traveller)
        if who is not None:
            traveller.sign_in(who.user if isinstance(who, Membership) else who)
        return traveller

    yield open_browser

    for traveller in everybody:
        traveller.page.context.close()
    assert [traveller.strangers for traveller in everybody if traveller.strangers] == []
    assert [traveller.complaints for traveller in everybody if traveller.complaints] == []


@pytest.fixture
def work() -> Callable[[], None]:
    """The worker's turn: whatever is queued is worked off, with the code that the worker runs. (Real worker processes
    have tests of their own.)"""

    def turn() -> None:
        from matching.actions import runs, shortlists, whatifs
        from matching.models import MatchRun, Shortlist, WhatIf

        for run in MatchRun.objects.filter(state=MatchRun.State.QUEUED):
            runs.execute(run_id=run.pk)
        queued = Shortlist.objects.filter(state=Shortlist.State.QUEUED)
        for program_id in set(queued.values_list("mentee__program_id", flat=True)):
            shortlists.compute(program_id=program_id)
        for question in WhatIf.objects.filter(state=WhatIf.State.QUEUED):
            whatifs.answer(whatif_id=question.pk)
        notices.sweep()

    return turn


__all__ = ["Traveller", "Way", "arrive", "matching", "way", "work"]
