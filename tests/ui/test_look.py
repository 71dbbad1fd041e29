"""What the pages look like, by axe and by ruler: two widths, light and dark."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from tests.ui.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.ui.urls"), pytest.mark.django_db(transaction=True)]

OPEN = ["/gallery/", "/account/login/", "/account/login/code/", "/account/signup/", "/account/inactive/", "/nowhere/"]
ENDS = ["signup_closed", "verification_sent", "verified_email_required"]
SHOWN = ["400", "403_csrf", "500", *(f"account/{name}" for name in ENDS)]
OF_ONES_OWN = ["/gallery/", "/account/logout/", "/account/email/", "/account/2fa/", "/account/2fa/totp/activate/"]
SECURED = [
    "/account/2fa/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/generate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/2fa/reauthenticate/",
    "/coordination/",
]
TOO_SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
.filter((e) => {
  const box = e.closest("label, .check")?.getBoundingClientRect() ?? e.getBoundingClientRect();
  const inText = e.closest("p:not(.actions):not(.cluster), td, .error-summary, .notice, main > .skip");
  return box.width && box.height < 43.9 && !inText && !e.classList.contains("skip");
}).map((e) => e.outerHTML.slice(0, 100))"""
TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"


def faults(visitor: Visitor, paths: list[str]) -> dict[str, list[str]]:
    """What axe and the ruler find, by page."""
    found = {}
    for path in paths:
        page = visitor.go(path)
        found[path] = [rule for rule, _ in visitor.violations()] + ["too wide"] * page.evaluate(TOO_WIDE)
    return {path: rules for path, rules in found.items() if rules}


def test_axe_finds_nothing_on_pages_for_everybody(visitor: Visitor) -> None:
    assert faults(visitor, [*OPEN, *(f"/show/{name}/" for name in SHOWN)]) == {}


def test_axe_finds_nothing_on_pages_of_ones_own(visitor: Visitor, coordinator) -> None:
    visitor.sign_in(coordinator.user)

    assert faults(visitor, OF_ONES_OWN) == {}


def test_axe_finds_nothing_once_there_is_a_second_step(visitor: Visitor, coordinator) -> None:
    TOTP.activate(coordinator.user, generate_totp_secret())
    RecoveryCodes.activate(coordinator.user)
    visitor.sign_in(coordinator.user)

    assert faults(visitor, SECURED) == {}
    assert visitor.complaints == []


def test_axe_would_find_something(guest: Visitor) -> None:
    page = guest.go("/gallery/")
    page.evaluate("document.querySelector('label').remove()")

    assert "label" in [rule for rule, _ in guest.violations()]


def test_every_target_can_be_hit_with_a_thumb(visitor: Visitor) -> None:
    page = visitor.go("/gallery/")

    assert page.evaluate(TOO_SMALL) == []


def test_the_ruler_would_find_a_small_target(guest: Visitor) -> None:
    page = guest.go("/gallery/")
    page.evaluate("document.querySelector('.exit').setAttribute('class', 'tag')")

    assert len(page.evaluate(TOO_SMALL)) == 1


def test_nothing_is_asked_of_another_origin_and_the_policy_has_nothing_to_refuse(guest: Visitor, mentee) -> None:
    guest.sign_in(mentee.user)
    for path in ["/gallery/", "/account/2fa/", "/account/email/", "/show/500/"]:
        guest.go(path)

    assert guest.strangers == []
    assert guest.complaints == []


def test_an_inline_script_or_style_would_be_refused(guest: Visitor) -> None:
    page = guest.go("/gallery/")
    page.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend", "<p style='color: red'>x</p>");
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
        }"""
    )

    assert len(guest.complaints) == 2
    assert page.evaluate("window.ran") is None


def test_nothing_moves_while_the_page_loads(guest: Visitor) -> None:
    page = guest.page
    page.add_init_script(
        "window.moved = 0;"
        "const add = (list) => list.getEntries().forEach((shift) => { window.moved += shift.value });"
        "new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true })"
    )
    guest.go("/account/signup/")

    assert page.evaluate("window.moved") == 0
