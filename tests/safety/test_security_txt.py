"""Whom to tell of a hole."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from config import env

FILE = "/.well-known/security.txt"


def test_without_a_contact_there_is_none(client, db):
    assert client.get(FILE).status_code == 404


def test_it_has_what_the_standard_asks_for(client, db, settings, monkeypatch):
    settings.SECURITY_CONTACT, settings.SITE_ADDRESS = "mailto:holes@example.org", "https://updates.example.org/"
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 2, 9, 30, tzinfo=UTC))

    response = client.get(FILE)

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "Contact: mailto:holes@example.org",
        "Expires: 2026-05-31T00:00:00Z",
        "Preferred-Languages: en",
        "Canonical: https://updates.example.org/.well-known/security.txt",
    ]


def test_it_is_good_for_less_than_a_year_and_never_over(client, db, settings):
    settings.SECURITY_CONTACT = "mailto:holes@example.org"
    said = client.get(FILE).content.decode().splitlines()[1].removeprefix("Expires: ")

    assert timedelta(days=80) < datetime.fromisoformat(said) - timezone.now() < timedelta(days=365)


def test_a_contact_that_no_link_leads_to_stops_the_start(monkeypatch):
    monkeypatch.setenv("KINDRED_SECURITY_CONTACT", "holes@example.org")

    with pytest.raises(env.Unreadable, match="an address like mailto:"):
        env.contact("KINDRED_SECURITY_CONTACT")
