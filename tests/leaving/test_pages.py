"""The pages of whoever wants to go, or to take a copy along."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import limits
from accounts.models import Membership, User
from home.actions import erasures
from home.models import Erasure
from tests.cast import give, signed_in

MINUTE = 60


def came_in(member: Membership, ago: float = 0) -> Client:
    """Signed in with a code so many seconds ago, as allauth writes it down."""
    client = signed_in(member)
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": time.time() - ago}]
    session["account_authentication_methods_user"] = str(member.user_id)
    session.save()
    return client


def test_the_page_says_what_goes_and_what_stays(mentee, matched_mentor):
    give(mentee, "about", "words")

    page = signed_in(mentee).get("/me/erase/").content.decode()

    assert [words for words in ("answers: 1, wishes: 0", "never why", "One more in a count") if words not in page] == []
    assert "nobody has looked after it yet" not in page


def test_in_a_week_unless_it_is_taken_back_with_one_tap(mentee):
    client = came_in(mentee)

    assert client.post("/me/erase/").headers["Location"] == "/me/erase/"
    assert "You leave on" in client.get("/").content.decode()
    assert "Take it back" in client.get("/me/erase/").content.decode()
    client.post("/me/erase/stay/")

    assert not Erasure.objects.exists()


def test_at_once_signs_out_and_is_worked_off(mentee):
    client = came_in(mentee)

    page = client.post("/me/erase/now/", follow=True).content.decode()

    assert "everything of yours is being erased" in page
    assert client.get("/me/").headers["Location"].startswith("/account/login/")
    assert erasures.carry_out(pk=Erasure.objects.get().pk, now=timezone.now())
    assert not User.objects.filter(pk=mentee.user_id).exists()


@pytest.mark.parametrize("path", ["/me/erase/", "/me/erase/now/", "/me/copy/"])
def test_whoever_finds_a_device_unlocked_has_to_sign_in_once_more(mentee, path):
    answer = came_in(mentee, ago=16 * MINUTE).post(path)

    assert (answer.headers["Content-Type"], Erasure.objects.count()) == ("text/html; charset=utf-8", 0)
    assert f'value="/account/login/?next={path}"' in answer.content.decode()


def test_signing_in_once_more_leads_back(mentee):
    client = came_in(mentee, ago=16 * MINUTE)

    answer = client.post("/account/logout/", {"next": "/account/login/?next=/me/erase/"})

    assert answer.headers["Location"] == "/account/login/?next=/me/erase/"


def test_the_only_coordinator_reads_a_kind_sentence(coordinator, mentee):
    page = came_in(coordinator).post("/me/erase/", follow=True).content.decode()

    assert "find somebody who takes over first" in page
    assert not Erasure.objects.exists()


def test_once_it_has_begun_there_is_nothing_to_press(mentee):
    now = timezone.now()
    Erasure.objects.create(user=mentee.user, asked_at=now, due_at=now, begun_at=now)
    client = signed_in(mentee)

    assert "cannot be taken back any more" in client.post("/me/erase/stay/", follow=True).content.decode()
    assert "Erase everything now" not in client.get("/me/erase/").content.decode()


def test_what_nobody_has_looked_after_is_said_to_go_too(mentee):
    mentee.program.concerns.create(by=mentee.user, sealed=b"words")

    assert "nobody has looked after it yet" in signed_in(mentee).get("/me/erase/").content.decode()


def test_a_copy_is_a_file_with_a_name_that_tells_nothing(mentee):
    answer = came_in(mentee).post("/me/copy/")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="copy.zip"'
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_few_copies_an_hour_are_enough(mentee):
    client = came_in(mentee)

    codes = [client.post("/me/copy/").status_code for _ in range(11)]

    assert codes == [200] * 10 + [429]


def test_control_without_the_limit_there_is_no_end_to_it(mentee, monkeypatch):
    monkeypatch.delitem(limits.MEMBERS, "home:copy")
    client = came_in(mentee)

    assert {client.post("/me/copy/").status_code for _ in range(12)} == {200}


def test_the_home_page_says_until_when(mentee):
    now = timezone.now()
    erasures.ask(user=mentee.user, now=now)

    until = (now + timedelta(days=7)).strftime("%-d %b %Y")
    assert until in signed_in(mentee).get("/").content.decode()
