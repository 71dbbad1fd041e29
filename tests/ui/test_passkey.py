"""Allauth's scripts for passkeys, on our pages and under our policy, with an authenticator made of software."""

import pytest

from tests.ui.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.ui.urls"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def key_holder(guest: Visitor) -> Visitor:
    session = guest.page.context.new_cdp_session(guest.page)
    session.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**kind, "isUserVerified": True}})
    return guest


def test_a_passkey_is_added_and_opens_the_account(key_holder: Visitor, mentee) -> None:
    key_holder.sign_in(mentee.user)
    page = key_holder.go("/account/2fa/webauthn/add/")
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/add/" not in url)
    page.context.clear_cookies()

    key_holder.go("/account/login/").click("#passkey_login")
    page.wait_for_url(lambda url: "/login/" not in url)

    assert page.locator("html[data-private]").count() == 1
    assert key_holder.complaints == []


def test_a_passkey_that_is_not_there_is_told_beside_its_button(guest: Visitor) -> None:
    page = guest.go("/account/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error()); }")
    page.click("#passkey_login")

    page.get_by_text("That did not work, or you stopped it.").wait_for()


def test_without_javascript_no_passkey_is_offered(plain_guest: Visitor) -> None:
    page = plain_guest.go("/account/login/")

    assert page.is_hidden("#passkey_login")
    assert page.is_visible("text=Send me a code")
