"""Leaving at once. The URLs are those of tests/ui/urls.py: /safety/exit/ stands for the view that ends the session."""

import pytest
from playwright.sync_api import expect

from accounts.models import Membership
from tests.ui.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.ui.urls"), pytest.mark.django_db(transaction=True)]


def test_the_button_covers_the_page_and_leaves_no_step_back_to_it(guest: Visitor) -> None:
    guest.go("/account/login/")
    page = guest.go("/gallery/")
    page.click(".exit")
    page.wait_for_url("**/safety/exit/")

    page.go_back()

    assert page.url.endswith("/account/login/")


def test_shift_three_times_leaves(guest: Visitor) -> None:
    page = guest.go("/gallery/")
    for _ in range(3):
        page.keyboard.press("Shift")

    page.wait_for_url("**/safety/exit/")


def test_shift_is_counted_aloud(guest: Visitor) -> None:
    page = guest.go("/gallery/")
    page.keyboard.press("Shift")
    first = page.inner_text("[data-exit-status]")
    page.keyboard.press("Shift")

    assert first == "Shift twice more to leave."
    assert page.inner_text("[data-exit-status]") == "Shift once more to leave."


def test_typing_capitals_does_not_leave(guest: Visitor) -> None:
    page = guest.go("/gallery/")
    page.focus("#id_about")
    page.keyboard.type("A")
    for letter in "BCDE":
        page.keyboard.down("Shift")
        page.keyboard.press(letter)
        page.keyboard.up("Shift")

    assert page.url.endswith("/gallery/")
    assert page.input_value("#id_about").upper() == "ABCDE"


def test_three_presses_too_slow_do_not_leave(guest: Visitor) -> None:
    page = guest.page
    page.clock.install()
    guest.go("/gallery/")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.clock.run_for(5100)
    page.keyboard.press("Shift")

    assert page.url.endswith("/gallery/")
    assert page.inner_text("[data-exit-status]") == "Shift twice more to leave."


def test_the_page_is_covered_in_the_same_instant(guest: Visitor) -> None:
    page = guest.go("/gallery/")
    shown = page.evaluate(
        """() => {
          document.querySelector(".exit").click();
          return [getComputedStyle(document.body).display, document.title];
        }"""
    )

    assert shown == ["none", "\u200b"]


def test_other_windows_leave_too(guest: Visitor) -> None:
    other = guest.page.context.new_page()
    other.goto(f"{guest.origin}/gallery/")
    guest.go("/gallery/").click(".exit")

    other.wait_for_url("**/safety/exit/")


def test_the_first_stop_of_the_keyboard_is_the_way_out(guest: Visitor) -> None:
    page = guest.go("/account/inactive/")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "Exit this site now"
    page.keyboard.press("Enter")
    page.wait_for_url("**/safety/exit/")


def test_without_javascript_it_is_a_plain_link(plain_guest: Visitor) -> None:
    page = plain_guest.go("/gallery/")
    page.click(".exit")

    page.wait_for_url("**/safety/exit/")


@pytest.mark.parametrize("kept_by", ["guest", "keeping_guest"], ids=["what was sent", "the page as it was"])
@pytest.mark.parametrize(("query", "shown"), [("", "There is nothing here"), ("?unguarded", "Good to see you")])
def test_back_asks_anew_for_what_the_browser_kept(
    request: pytest.FixtureRequest, kept_by: str, mentee: Membership, query: str, shown: str
) -> None:
    """The control has the same page without its guard, and shows what was kept."""
    guest: Visitor = request.getfixturevalue(kept_by)
    guest.sign_in(mentee.user)
    page = guest.go(f"/kept/{query}")
    guest.go("/exit/")
    guest.end_session()

    page.go_back(wait_until="commit")
    page.wait_for_timeout(500)

    expect(page.locator("h1")).to_have_text(shown, timeout=15_000)
