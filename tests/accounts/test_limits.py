"""Whoever does something too often is asked, kindly, to wait, and loses nothing that was typed."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError as Refused

from accounts import limits
from mentorship.models import Message
from tests.cast import signed_in

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
PLACE_AND_TIME = re.compile(r'action="[^"]*"|\d+ minutes|a minute')
WORDS = "Shall we say Friday?\nOr another day."


@pytest.fixture
def once(monkeypatch) -> None:
    """Everything may be done once."""
    for table in (limits.VISITORS, limits.MEMBERS):
        for name, rate in table.items():
            monkeypatch.setitem(table, name, re.sub(r"^\d+", "1", rate))
    monkeypatch.setattr(limits, "PAGES", "1/m/ip")
    monkeypatch.setattr(limits, "FORMS", "1/h/user")


@pytest.fixture
def messages(mentee, matched_mentor) -> str:
    return reverse("mentorship:messages", args=[mentee.agreements_as_mentee.get().pk])


def page(response: Any) -> tuple[int, str]:
    return response.status_code, TOKEN.sub("", response.content.decode())


def test_the_page_says_when_to_try_again(once, mentee, messages):
    client = signed_in(mentee)
    client.post(messages, {"text": WORDS})

    response = client.post(messages, {"text": WORDS})

    assert response.status_code == 429
    assert 3590 <= int(response.headers["Retry-After"]) <= 3600
    assert "Please try again in 60 minutes." in response.content.decode()
    assert Message.objects.count() == 1


def test_what_was_typed_can_be_sent_again_from_there(once, mentee, messages):
    client = signed_in(mentee)
    client.post(messages, {"text": "Hello"})
    refused = client.post(messages, {"text": WORDS, "more": ""}).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(text|more)" value="([^"]*)"', refused))
    cache.clear()

    client.post(re.findall(r'<form method="post" action="([^"]+)"', refused)[0], hidden)

    assert (hidden, Message.objects.count()) == ({"text": WORDS, "more": ""}, 2)


def test_it_is_the_same_page_for_everybody(once, mentee, coordinator, db):
    """But for where it was sent to, and how long it takes."""
    members = [(signed_in(who), reverse("accounts:me")) for who in (mentee, coordinator)]
    answers = [
        [client.post(path, {"email": "new@example.org"}) for _ in range(2)][-1]
        for client, path in [*members, (Client(), reverse("account_signup"))]
    ]

    told = {(answer.status_code, PLACE_AND_TIME.sub("", page(answer)[1])) for answer in answers}
    assert [status for status, _words in told] == [429]


def test_help_and_the_way_out_are_never_refused(once, mentee):
    for client in (Client(), signed_in(mentee)):
        for name in ("safety:help", "safety:exit_explained", "safety:shared_device", "safety:exit"):
            answers = [client.get(reverse(name)).status_code for _ in range(3)]

            assert set(answers) <= {200, 302}


def test_pages_without_a_sign_in_are_counted_together(once, db):
    answers = [Client().get(path).status_code for path in ("/", "/account/login/", "/account/signup/")]

    assert answers == [200, 429, 429]


def test_who_is_signed_in_reads_as_much_as_they_like(once, mentee):
    client = signed_in(mentee)

    assert [client.get(reverse("accounts:me")).status_code for _ in range(3)] == [200, 200, 200]


def test_one_person_is_not_held_up_by_another(once, mentee, matched_mentor, messages):
    answers = [signed_in(who).post(messages, {"text": WORDS}).status_code for who in (mentee, matched_mentor, mentee)]

    assert answers == [302, 302, 429]


def test_a_cache_that_is_down_keeps_nobody_out(once, db, monkeypatch):
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise Refused

    monkeypatch.setattr("allauth.core.internal.ratelimit.cache.add", refuse)

    assert [Client().get("/").status_code for _ in range(3)] == [200, 200, 200]
