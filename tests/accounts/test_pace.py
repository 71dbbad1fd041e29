"""Answers come on a beat, however long they took."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from accounts.pace import rest
from tests.cast import make_user, signed_in

KNOWN, BEAT = "known@example.org", 0.4


@pytest.mark.parametrize(("taken", "waits"), [(0.0, 0.3), (0.1, 0.2), (0.3, 0.3), (0.4, 0.2), (0.75, 0.15)])
def test_what_takes_longer_waits_for_the_next_beat(taken, waits):
    assert rest(taken, 0.3) == pytest.approx(waits)


def test_no_beat_no_wait():
    assert rest(0.1, 0) == 0


def on_the_beat(ask) -> bool:
    begun = time.monotonic()
    ask()
    return (time.monotonic() - begun) % BEAT < BEAT / 2


@pytest.mark.parametrize("address", [KNOWN, "other@example.org"])
def test_the_page_for_the_code_keeps_it_too(address, db, settings):
    make_user("Known", email=KNOWN)
    client, settings.PACE = Client(), 0
    page = client.post(reverse("account_login"), {"login": address}).headers["Location"]
    settings.PACE = BEAT

    assert [on_the_beat(ask) for ask in (lambda: client.get(page), lambda: client.post(page, {"code": "WRNG"}))] == [
        True,
        True,
    ]


def test_so_does_keeping_an_address_apart(db, settings):
    client, settings.PACE = signed_in(make_user("Robin")), BEAT
    make_user("Known", email=KNOWN)

    assert on_the_beat(lambda: client.post(reverse("home:keep_address_apart"), {"address": KNOWN}))
