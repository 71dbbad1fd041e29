"""Answers come on a beat, however long they took."""

import itertools
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from accounts import pace
from tests.cast import make_user, signed_in

KNOWN, BEAT, TAKEN = "known@example.org", 0.4, 0.1


@pytest.fixture
def waits(monkeypatch) -> list[float]:
    """What was waited, by a clock of which whatever is done takes a tenth of a second, on a busy machine, too."""
    ticks = itertools.count(0, TAKEN)
    said: list[float] = []
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: next(ticks), sleep=said.append))
    return said


@pytest.mark.parametrize(("taken", "left"), [(0.0, 0.3), (0.1, 0.2), (0.3, 0.3), (0.4, 0.2), (0.75, 0.15)])
def test_what_takes_longer_waits_for_the_next_beat(taken, left):
    assert pace.rest(taken, 0.3) == pytest.approx(left)


def test_no_beat_no_wait():
    assert pace.rest(0.1, 0) == 0


@pytest.mark.parametrize(("door", "field"), [("account_login", "login"), ("account_signup", "email")])
@pytest.mark.parametrize("address", [KNOWN, "other@example.org"])
def test_whoever_asks_for_a_code_is_answered_on_a_beat(door, field, address, db, settings, waits):
    make_user("Known", email=KNOWN)
    settings.PACE = BEAT

    Client().post(reverse(door), {field: address})

    assert waits == pytest.approx([BEAT - TAKEN])


@pytest.mark.parametrize("address", [KNOWN, "other@example.org"])
def test_the_page_for_the_code_keeps_it_too(address, db, settings, waits):
    make_user("Known", email=KNOWN)
    client, settings.PACE = Client(), BEAT
    page = client.post(reverse("account_login"), {"login": address}).headers["Location"]
    waits.clear()

    client.get(page)
    client.post(page, {"code": "WRNG"})

    assert waits == pytest.approx([BEAT - TAKEN] * 2)


def test_so_does_keeping_an_address_apart(db, settings, waits):
    client, settings.PACE = signed_in(make_user("Robin")), BEAT
    make_user("Known", email=KNOWN)

    client.post(reverse("home:keep_address_apart"), {"address": KNOWN})

    assert waits == pytest.approx([BEAT - TAKEN])
