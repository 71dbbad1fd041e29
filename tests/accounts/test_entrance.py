"""Nobody can tell whether an address is known: same bytes, same number of mails."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from consent.letters import open_letter
from notices.models import Notice
from tests.cast import make_user

KNOWN, UNKNOWN, UNPROVED = "known@example.org", "other@example.org", "begun@example.org"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
DOORS = {"sign in": ("account_login", "login"), "sign up": ("account_signup", "email")}


@pytest.fixture(autouse=True)
def people(db, settings):
    settings.PACE = 0
    make_user("Known", email=KNOWN)
    User.objects.create_user(UNPROVED).emailaddress_set.create(email=UNPROVED, verified=False, primary=True)


def page(response, address):
    """What somebody sees of an answer, but for what is random or what they typed themselves."""
    cookies = [(name, {**morsel, "expires": ""}) for name, morsel in response.cookies.items()]
    body = TOKEN.sub("", response.content.decode()).replace(address, "ADDRESS")
    headers = {name: value for name, value in response.headers.items() if name not in {"Expires", "Content-Length"}}
    return response.status_code, headers, cookies, body


def transcript(door, address):
    """Everything that the site answers to somebody who asks for a code, asks again, and guesses until the end."""
    client, (name, field) = Client(), DOORS[door]
    answers = [client.post(reverse(name), {field: address})]
    code_page = answers[0].headers.get("Location", reverse("account_login"))
    answers.append(client.get(code_page))
    answers.append(client.post(code_page, {"action": "resend"}))
    answers.extend(client.post(code_page, {"code": "WRNG-CODE"}) for _ in range(6))
    answers.append(client.get(reverse("account_login")))
    return [page(answer, address) for answer in answers]


@pytest.mark.parametrize("address", [KNOWN, UNPROVED])
@pytest.mark.parametrize("door", DOORS)
def test_a_known_address_reads_like_an_unknown_one(door, address):
    assert transcript(door, address) == transcript(door, UNKNOWN)


@pytest.mark.parametrize("door", DOORS)
def test_control_without_the_prevention_the_difference_is_found(door, settings):
    settings.ACCOUNT_PREVENT_ENUMERATION = False

    assert transcript(door, KNOWN) != transcript(door, UNKNOWN)


@pytest.mark.parametrize("door", DOORS)
def test_an_inactive_account_reads_like_an_unknown_one(door):
    User.objects.filter(email=KNOWN).update(is_active=False)

    assert transcript(door, KNOWN) == transcript(door, UNKNOWN)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("address", [KNOWN, UNKNOWN, UNPROVED])
def test_every_address_gets_one_mail_with_the_same_subject(door, address):
    transcript(door, address)

    notice = Notice.objects.get()
    assert (notice.address, notice.to, notice.kind) == (address, None, Notice.Kind.ACCOUNT)
    assert open_letter(notice.pk, notice.sealed)["subject"] == "Your code"


@pytest.mark.parametrize("door", DOORS)
def test_asking_too_often_reads_alike(door):
    def answers(address):
        return [page(Client().post(reverse(DOORS[door][0]), {DOORS[door][1]: address}), address) for _ in range(5)]

    assert answers(KNOWN) == answers(UNKNOWN)


def test_the_limit_holds_across_processes(settings):
    """It lives in the cache, and the cache is shared: a second client, in another process, meets the same one."""
    said = [Client().post(reverse("account_login"), {"login": KNOWN}).status_code for _ in range(5)]

    assert said == [302, 302, 302, 200, 200]
    assert settings.CACHES["default"]["BACKEND"].rpartition(".")[2] in {"DatabaseCache", "RedisCache"}


def code_for(address):
    notice = Notice.objects.filter(address=address).latest("created_at")
    return re.search(r"Your code: (\S+)", open_letter(notice.pk, notice.sealed)["body"])[1]


def test_the_code_in_the_mail_signs_in(client):
    confirm = client.post(reverse("account_login"), {"login": KNOWN}).headers["Location"]

    response = client.post(confirm, {"code": code_for(KNOWN)})

    assert response.headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(User.objects.get(email=KNOWN).pk)


def test_the_first_code_makes_an_account_that_is_asked_the_basics_first(client):
    confirm = client.post(reverse("account_signup"), {"email": "Brand.New@Example.org"}).headers["Location"]

    client.post(confirm, {"code": code_for("brand.new@example.org")})

    assert EmailAddress.objects.get(email="brand.new@example.org").verified
    assert client.get("/").headers["Location"] == reverse("accounts:welcome")


def test_somebody_who_never_typed_the_first_code_may_sign_in_later(client):
    confirm = client.post(reverse("account_login"), {"login": UNPROVED}).headers["Location"]

    client.post(confirm, {"code": code_for(UNPROVED)})

    assert EmailAddress.objects.get(email=UNPROVED).verified
    assert "_auth_user_id" in client.session


def test_changing_to_an_address_of_somebody_else_tells_nothing(client):
    def answer(address):
        client.force_login(make_user("Asking"))
        told = [client.post(reverse("account_email"), {"email": address, "action_add": "1"})]
        told.append(client.get(told[0].headers["Location"]))
        return [page(one, address) for one in told]

    assert answer(KNOWN) == answer(UNKNOWN)
    assert Notice.objects.filter(address=KNOWN).count() == Notice.objects.filter(address=UNKNOWN).count() == 1


@pytest.mark.parametrize(
    "path", ["password/change/", "password/set/", "password/reset/", "reauthenticate/", "3rdparty/"]
)
def test_pages_about_passwords_are_missing(path, client, mentee):
    client.force_login(mentee.user)

    assert client.get(f"/account/{path}").status_code == 404


@pytest.mark.parametrize("name", ["account_change_password", "account_set_password", "account_reset_password"])
def test_pages_about_passwords_have_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("name", ["account_login", "account_signup"])
def test_no_page_asks_for_a_password(name, client):
    assert "password" not in re.sub(r"There is no password[^<]*", "", client.get(reverse(name)).content.decode())


@pytest.mark.parametrize("path", ["password_change/", "password_change/done/"])
def test_coordination_has_no_pages_about_passwords_either(path, coordinator, client):
    client.force_login(coordinator.user)

    assert client.get(f"/coordination/{path}").status_code == 404


def test_whoever_is_too_fast_reads_a_page_of_ours(client):
    """Twenty addresses a minute from one place."""
    answers = [client.post(reverse("account_signup"), {"email": f"n{number}@example.org"}) for number in range(21)]

    assert "That was a little fast" in answers[-1].content.decode()
    assert (answers[-2].status_code, answers[-1].status_code) == (302, 429)
