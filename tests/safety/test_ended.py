"""What somebody is told whose session is over, and what becomes of what they typed."""

import re

import pytest
from django.urls import reverse

from safety.models import Session
from tests.cast import agree, signed_in

WORDS = "I would love to hear how you found your way."


@pytest.fixture
def ended(mentee):
    """A browser that still has the cookie of a session that is over."""
    client = signed_in(mentee)
    Session.objects.all().delete()
    return client


def test_it_is_said_at_the_sign_in_page_once(ended):
    led_to = ended.get(reverse("accounts:me"))
    read = ended.get(led_to.headers["Location"]).content.decode()
    again = ended.get(reverse("accounts:me"))

    assert led_to.headers["Location"] == "/account/login/?next=/me/&ended=1"
    assert "You were signed out" in read
    assert again.headers["Location"] == "/account/login/?next=/me/"


def test_who_was_never_signed_in_is_not_told(client, db):
    assert client.get(reverse("accounts:me")).headers["Location"] == "/account/login/?next=/me/"


def test_a_page_for_everybody_is_shown_as_ever(ended):
    assert ended.get(reverse("safety:help")).status_code == 200


def test_a_part_of_a_page_leads_the_whole_page_there(ended):
    response = ended.get(reverse("accounts:me"), headers={"HX-Request": "true"})

    assert response.headers["HX-Redirect"] == "/account/login/?ended=1"


def test_what_was_typed_is_given_back_and_not_sent(ended, mentee, mentor):
    agreement = agree(mentee, mentor)
    response = ended.post(reverse("mentorship:messages", args=[agreement.pk]), {"text": WORDS, "to": "one"})

    page = response.content.decode()
    assert (response.status_code, re.findall(r"<textarea[^>]*>([^<]*)", page)) == (403, [WORDS])
    assert "no-store" in response.headers["Cache-Control"]
    assert not agreement.messages.exists()


def test_where_nothing_was_typed_there_is_nothing_to_give_back(ended, mentee):
    assert ended.post(reverse("accounts:pause", args=[mentee.pk])).status_code == 302
