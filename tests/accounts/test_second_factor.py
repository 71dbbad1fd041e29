"""Staff need a second factor, and its secrets lie sealed."""

import base64
import json
from datetime import timedelta

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests.cast import signed_in

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def stored():
    """What somebody who reads the table would read, sealed or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        texts = [value for (raw,) in cursor.fetchall() for value in json.loads(raw).values() if isinstance(value, str)]
    return b" ".join(text.encode() + b" " + _plain(text) for text in texts)


def _plain(text):
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def test_the_secret_of_an_authenticator_app_is_not_kept_in_clear(coordinator):
    TOTP.activate(coordinator.user, SECRET)

    assert SECRET.encode() not in stored()
    code = format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))
    assert TOTP(Authenticator.objects.get()).validate_code(code)


def test_recovery_codes_are_not_kept_in_clear(coordinator):
    codes = RecoveryCodes.activate(coordinator.user).get_unused_codes()
    seed = get_adapter().decrypt(Authenticator.objects.get().data["seed"])

    assert len(codes) == 10
    assert seed.encode() not in stored()


def test_control_an_adapter_that_seals_nothing_is_found_out(coordinator, settings):
    settings.MFA_ADAPTER = "allauth.mfa.adapter.DefaultMFAAdapter"
    TOTP.activate(coordinator.user, SECRET)

    assert SECRET.encode() in stored()


def test_what_an_authenticator_app_shows_names_no_address(coordinator, settings):
    url = get_adapter().build_totp_url(coordinator.user, generate_totp_secret())

    assert coordinator.user.email.partition("@")[0] not in url
    assert f"issuer={settings.SITE_NAME}" in url


def test_staff_without_a_second_factor_are_led_to_one(coordinator, settings):
    settings.STAFF_SECOND_FACTOR = True
    client = signed_in(coordinator)

    assert client.get("/").headers["Location"] == reverse("mfa_index")
    assert client.get("/coordination/").headers["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.get(reverse("safety:help")).status_code == 200


def test_staff_with_a_second_factor_go_on(coordinator, settings):
    settings.STAFF_SECOND_FACTOR = True
    TOTP.activate(coordinator.user, SECRET)

    assert signed_in(coordinator).get(reverse("accounts:me")).status_code == 200


def test_recovery_codes_alone_are_no_second_factor(coordinator, settings):
    settings.STAFF_SECOND_FACTOR = True
    RecoveryCodes.activate(coordinator.user)

    assert signed_in(coordinator).get("/").headers["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("required", [True, False])
def test_others_need_none(required, mentee, settings):
    settings.STAFF_SECOND_FACTOR = required

    assert signed_in(mentee).get(reverse("accounts:me")).status_code == 200


def test_a_code_by_mail_is_not_enough_where_there_is_a_second_factor(coordinator, client, settings):
    settings.PACE = 0
    TOTP.activate(coordinator.user, SECRET)
    confirm = client.post(reverse("account_login"), {"login": coordinator.user.email}).headers["Location"]
    code = client.session["account_login"]["state"]["stages"]["login_by_code"]["data"]["code"]

    response = client.post(confirm, {"code": code})

    assert response.headers["Location"].partition("?")[0] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_who_has_just_set_one_up_sees_the_recovery_codes_at_once(coordinator):
    client = signed_in(coordinator)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    answer = client.post(reverse("mfa_activate_totp"), {"code": code})

    assert client.get(answer.headers["Location"]).status_code == 200
    assert Authenticator.objects.filter(user=coordinator.user).count() == 2


@pytest.mark.parametrize("name", ["mfa_view_recovery_codes", "mfa_add_webauthn", "mfa_deactivate_totp"])
def test_later_it_is_asked_for_again(name, coordinator):
    for one in (TOTP.activate(coordinator.user, SECRET), RecoveryCodes.activate(coordinator.user)):
        Authenticator.objects.filter(pk=one.instance.pk).update(created_at=timezone.now() - timedelta(minutes=6))

    response = signed_in(coordinator).get(reverse(name))

    assert response.headers["Location"].partition("?")[0] == reverse("mfa_reauthenticate")
