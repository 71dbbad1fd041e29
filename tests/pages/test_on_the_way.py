"""Pages that are there only on the way: between two steps of signing in, or after a form that lacks something."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from accounts.views import SHOWN
from notices import tasks as notices
from tests.canary.tokens import Tokens
from tests.pages.check import faults, open_page
from tests.pages.openers import NEVER_A_PAGE, names_without_a_page
from tests.pages.scene import MORE, SECURED
from tests.routes.scene import NEWCOMER, Scene
from tests.routes.table import Route
from tests.ui.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Visitor]
REFUSED = {
    "": [Route("account_login"), Route("account_signup")],
    NEWCOMER: [Route("accounts:welcome")],
    SECURED: [
        Route("accounts:me"),
        Route("accounts:join_program", "other_program"),
        Route("consent:facet", "secured 1"),
        Route("consent:facet", "secured 3"),
        Route("consent:facet", "secured 10"),
        Route("consent:wish", "secured 1"),
        Route("home:concern", SECURED),
        Route("safety:blocks"),
        Route("account_email"),
    ],
    "matched_mentor": [
        Route("mentorship:write", "beginning"),
        Route("mentorship:meetings", "agreement"),
        Route("mentorship:messages", "agreement"),
        Route("mentorship:places", "matched_mentor"),
        Route("home:concern_about", "mentee"),
        Route("mfa_activate_totp"),
    ],
    "coordinator": [
        Route("admin:accounts_membership_change", "mentee"),
        Route("admin:accounts_program_change", "program"),
        Route("admin:consent_opening_open", "mentee"),
        Route("admin:matching_proposal_add"),
        Route("admin:matching_matchrun_add"),
    ],
}
"""Forms that are sent with nothing in them."""

SEND_EMPTY = """() => {
  const kinds = ["text", "email", "number", "date", "time", "radio", "checkbox"].map((kind) => `[type=${kind}]`);
  const asks = `input:is(${kinds}, :not([type])), textarea`;
  const forms = [...document.querySelectorAll("main form[method=post], #content-main form[method=post]")];
  const form = forms.find((one) => one.querySelector(asks) ?? one.querySelector("select"));
  form.noValidate = true;
  form.querySelectorAll(asks).forEach((field) => { field.value = ""; field.checked = false; });
  form.querySelectorAll("select").forEach((field) => { field.selectedIndex = -1; });
  form.requestSubmit(form.querySelector("button[type=submit], button:not([type]), input[type=submit]"));
}"""
REFUSAL = "[aria-invalid=true], .errorlist, .error-summary, .notice--error"


def sent_empty(window: Visitor, path: str, tokens: Tokens) -> list[Any]:
    window.go(path)
    with window.page.expect_navigation() as sent:
        window.page.evaluate(SEND_EMPTY)
    accepted = [] if window.page.query_selector(REFUSAL) else ["nothing says what is missing"]
    return accepted + faults(window, sent.value, tokens)


def test_pages_that_say_what_is_missing_can_be_used_by_everybody(arrive: Arrive, scene: Scene):
    found: dict[str, list[Any]] = {}
    for who, pages in REFUSED.items():
        window = arrive(who)
        found |= {f"{route.label} as {who}": sent_empty(window, route.path(scene), scene.tokens) for route in pages}

    assert {label: wrong for label, wrong in found.items() if wrong} == {}


def confirm_login_code(window: Visitor, scene: Scene) -> None:
    window.go("/account/login/").fill("[name=login]", scene.users["ally"].email)
    window.page.click("text=Send me a code")


def email_verification_sent(window: Visitor, scene: Scene) -> None:
    window.go("/account/signup/").fill("[name=email]", "somebody@example.org")
    window.page.click("text=Send me a code")


def authenticate(window: Visitor, scene: Scene) -> None:
    confirm_login_code(window, scene)
    notices.sweep()
    window.page.fill("[name=code]", re.findall(r"Your code: (\S+)", str(mail.outbox[-1].body))[0])
    window.page.click("text=Go on")


WAYS = {
    "account_confirm_login_code": confirm_login_code,
    "account_email_verification_sent": email_verification_sent,
    "mfa_authenticate": authenticate,
}


@pytest.mark.parametrize("name", WAYS)
def test_pages_between_two_steps_can_be_used_by_everybody(name: str, arrive: Arrive, scene: Scene):
    window = arrive()

    WAYS[name](window, scene)

    window.page.wait_for_url(f"**{reverse(name)}")
    assert faults(window, None, scene.tokens) == []


def test_so_can_the_page_that_comes_before_everything(arrive: Arrive, scene: Scene):
    window = arrive(NEWCOMER)
    del window.session[SHOWN]
    window.session.save()

    found = open_page(window, reverse("accounts:welcome"), scene.tokens)

    assert (found, window.page.inner_text("h1")) == ([], "Leaving at once")


def test_so_can_the_page_that_gives_back_what_was_typed(arrive: Arrive, scene: Scene):
    window = arrive("mentee")
    window.go(Route("mentorship:messages", "agreement").path(scene)).fill("textarea", "Shall we say Friday?")
    window.end_session()

    with window.page.expect_navigation() as sent:
        window.page.click("text=Send")
    status = sent.value.status if sent.value else 0
    window.complaints.clear()  # that the answer is a 403

    assert (status, faults(window, None, scene.tokens)) == (403, [])
    assert window.page.input_value("textarea") == "Shall we say Friday?"


def test_so_can_the_mail_of_a_demo(arrive: Arrive, scene: Scene, settings: Any, tmp_path: Path):
    settings.DEMO, settings.EMAIL_FILE_PATH = True, tmp_path
    letter = "To: a@example.org\nSubject: An update\nDate: Mon, 02 Mar 2026 09:30:00 +0000\n\nYou have an update.\n"
    (tmp_path / "1.log").write_text(letter + 79 * "-")
    window = arrive()

    found = open_page(window, "/dev/mail/", scene.tokens)

    assert (found, "You have an update." in window.page.inner_text("main")) == ([], True)


def test_every_page_that_is_only_there_on_the_way_is_opened():
    elsewhere = {route.name for routes in MORE.values() for route in routes} & names_without_a_page()

    assert names_without_a_page() == {*WAYS, *elsewhere, *NEVER_A_PAGE, "home:dev_mail"}
