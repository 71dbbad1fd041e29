"""Where somebody is signed in, until when, and how it ends."""

import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from safety import devices
from safety.models import Session
from safety.sessions import SessionStore, ends_at, opened
from tests.accounts.test_entrance import code_for
from tests.cast import NOW, signed_in

SECOND = timedelta(seconds=1)
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture
def clock(monkeypatch):
    """Stands where it is put."""

    def put(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    put(NOW)
    return put


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("safety:devices")).status_code == 200


def test_it_ends_when_nothing_was_done_for_a_while_to_the_second(clock, mentee):
    client = signed_in(mentee)
    clock(NOW + settings.SESSION_IDLE - SECOND)
    assert is_signed_in(client)

    clock(NOW + 2 * settings.SESSION_IDLE - SECOND)

    assert not is_signed_in(client)


def test_whatever_is_done_keeps_it_up_for_as_long_again(clock, mentee):
    client = signed_in(mentee)
    for part in (1, 2, 3):
        clock(NOW + part * (settings.SESSION_IDLE - SECOND))

        assert is_signed_in(client)


@pytest.mark.parametrize(("before_the_end", "is_in"), [(SECOND, True), (timedelta(0), False)])
def test_it_ends_at_the_latest_so_long_after_the_sign_in_to_the_second(clock, mentee, before_the_end, is_in):
    client = signed_in(mentee)
    end, moment = NOW + settings.SESSION_LONGEST, NOW
    while (moment := moment + settings.SESSION_IDLE - SECOND) < end - before_the_end:
        clock(moment)
        assert is_signed_in(client)

    clock(end - before_the_end)

    assert is_signed_in(client) is is_in


def test_the_earlier_of_both_ends_counts():
    assert ends_at(None, NOW) == NOW + settings.SESSION_IDLE
    assert ends_at(NOW - settings.SESSION_LONGEST + SECOND, NOW) == NOW + SECOND


def test_the_cookie_goes_when_the_browser_is_closed(mentee):
    client = signed_in(mentee)

    cookie = client.get("/").cookies[settings.SESSION_COOKIE_NAME]

    assert (cookie["expires"], cookie["max-age"]) == ("", "")


def test_the_database_holds_neither_the_cookie_nor_what_is_in_the_session(mentee):
    client = signed_in(mentee)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value

    row = Session.objects.get()

    assert key not in (row.session_key, row.session_data)
    assert str(mentee.user_id) not in row.session_data
    assert opened(row.pk, row.session_data)["_auth_user_id"] == str(mentee.user_id)


def test_what_was_sealed_for_one_row_opens_nothing_in_another(mentee, coordinator):
    own, hers = (SessionStore(signed_in(who).session.session_key) for who in (mentee, coordinator))
    stolen = Session.objects.get(pk=hers.row).session_data
    Session.objects.filter(pk=own.row).update(session_data=stolen)

    assert dict(SessionStore(own.session_key).items()) == {}


def test_a_changed_key_signs_out_only_when_the_old_one_is_taken_out(mentee, settings):
    client = signed_in(mentee)
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [old]
    assert is_signed_in(client)

    stale = signed_in(mentee)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "newest", []

    assert not is_signed_in(stale)


def test_two_requests_at_once_do_not_undo_each_other(mentee):
    key = signed_in(mentee).session.session_key
    slow, quick = SessionStore(key), SessionStore(key)
    assert slow.get("words") is None
    quick["words"] = "hello"
    quick.save()

    slow.save()

    assert SessionStore(key)["words"] == "hello"


def test_only_the_kind_of_browser_and_device_is_kept(mentee):
    client = Client(headers={"User-Agent": FIREFOX})
    confirm = client.post(reverse("account_login"), {"login": mentee.user.email}).headers["Location"]
    client.post(confirm, {"code": code_for(mentee.user.email)})

    row = Session.objects.get()

    assert (row.device, devices.words(row.device)) == ("Firefox/Android", "Firefox on Android")
    kept = opened(row.pk, row.session_data)
    assert {*kept, *kept["account_authentication_methods"][0]} == {
        "_auth_user_id", "_auth_user_backend", "_auth_user_hash", "account_authentication_methods",
        "account_authentication_methods_user", "method", "at", "email", "since", "device",
    }  # fmt: skip
    assert kept["device"] == row.device


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit Safari/604",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("curl/8", "A browser"),
        ("Safari", "Safari"),
    ],
)
def test_a_device_is_called_by_its_kind(said, words):
    assert devices.words(devices.device_of(said)) == words


def test_one_reads_where_one_is_signed_in_and_nobody_elses(mentee, mentor, django_assert_num_queries):
    there, here = signed_in(mentee), signed_in(mentee)
    signed_in(mentor)
    Session.objects.filter(pk=there.session.row).update(device="Firefox/Android")

    with django_assert_num_queries(4):
        places = here.get(reverse("safety:devices")).context["places"]

    assert [(place["words"], place["is_here"]) for place in places] == [
        ("A browser", True),
        ("Firefox on Android", False),
    ]


def test_signing_out_somewhere_else_acts_at_once(mentee):
    here, there = signed_in(mentee), signed_in(mentee)

    here.post(reverse("safety:end_session", args=[there.session.row]))

    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


@pytest.mark.parametrize(("which", "left"), [("others", [True, False, False]), ("all", [False, False, False])])
def test_one_signs_out_everywhere(mentee, which, left):
    places = [signed_in(mentee) for _ in range(3)]

    places[0].post(reverse("safety:end_sessions"), {"do": which})

    assert [is_signed_in(place) for place in places] == left


def test_nobody_signs_somebody_else_out(mentee, mentor):
    hers = signed_in(mentee)

    response = signed_in(mentor).post(reverse("safety:end_session", args=[hers.session.row]))

    assert (response.status_code, is_signed_in(hers)) == (404, True)


def test_who_may_not_sign_in_any_more_is_signed_out_for_good(mentee):
    client = signed_in(mentee)
    User.objects.update(is_active=False)
    assert not is_signed_in(client)

    User.objects.update(is_active=True)

    assert not is_signed_in(client)


def test_sessions_go_with_their_person(mentee: Membership):
    signed_in(mentee)
    User.objects.filter(pk=mentee.user_id).delete()

    assert not Session.objects.exists()


def totp_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def recently_proved(member: Membership) -> Client:
    client = signed_in(member)
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
    session.save()
    return client


@pytest.mark.django_db(transaction=True)
def test_a_new_second_step_renews_the_session_and_ends_the_others(mentee):
    here, there = recently_proved(mentee), signed_in(mentee)
    here.get(reverse("mfa_activate_totp"))
    before, secret = here.session.session_key, here.session["mfa.totp.secret"]

    here.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})

    assert Authenticator.objects.filter(type="totp").exists()
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    assert here.session.session_key != before


def test_a_new_address_renews_the_session_and_ends_the_others(mentee):
    here, there = recently_proved(mentee), signed_in(mentee)
    here.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    before = here.session.session_key

    here.post(reverse("account_email_verification_sent"), {"code": code_for("new@example.org")})

    assert EmailAddress.objects.get(user=mentee.user, primary=True).email == "new@example.org"
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    assert here.session.session_key != before
