"""The way out, and help, for whoever asks."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Program, User
from safety import crisis, whereabouts
from safety.models import Session
from tests.cast import make_member, signed_in


@pytest.mark.parametrize("method", ["get", "post"])
def test_exit_ends_the_session_and_leaves(method, mentee, settings):
    settings.EXIT_ADDRESS = "https://weather.example/"
    client = signed_in(mentee)

    response = getattr(client, method)(reverse("safety:exit"))

    assert (response.status_code, response.headers["Location"]) == (302, "https://weather.example/")
    assert not Session.objects.exists()
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_the_old_cookie_opens_nothing_any_more(mentee):
    client = signed_in(mentee)
    kept = dict(client.cookies)
    client.get(reverse("safety:exit"))

    client.cookies.update(kept)

    assert client.get(reverse("accounts:me")).headers["Location"].startswith("/account/login/")


def test_exit_takes_our_cookies_along(mentee, settings):
    client = signed_in(mentee)
    client.get(reverse("account_email"))

    response = client.get(reverse("safety:exit"))

    gone = {name for name, morsel in response.cookies.items() if morsel["max-age"] == 0}
    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME} <= gone
    assert response.headers["Clear-Site-Data"] == '"storage"'


def test_exit_works_signed_out_and_before_anything_was_answered(db, settings):
    for client in (Client(), signed_in(User.objects.create_user("new@example.org"))):
        assert client.get(reverse("safety:exit")).headers["Location"] == settings.EXIT_ADDRESS


def test_exit_asks_the_database_little(mentee):
    client = signed_in(mentee)

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("safety:exit"))

    assert len(queries) <= 4


def test_the_words_about_exit_are_honest(client, db):
    page = client.get(reverse("safety:exit_explained")).content.decode()

    assert "It does not erase the browser&#x27;s history." in page or "It does not erase the browser's history." in page


def headings(client, **headers):
    page = client.get(reverse("safety:help"), headers=headers).content.decode()
    return [part.partition("</h2>")[0] for part in page.split("<h2>")[1:]]


def test_help_begins_with_the_lines_of_the_persons_own_program(mentee):
    Program.objects.update(help_lines=[{"name": "Night phone", "phone": "020 7946 0000"}])
    User.objects.filter(pk=mentee.user_id).update(time_zone="Europe/London")

    assert headings(signed_in(mentee))[:3] == ["Harbour", "United Kingdom", "Other countries"]


def test_two_roles_in_one_program_show_its_lines_once(mentee):
    Program.objects.update(help_lines=[{"name": "Night phone", "phone": "020 7946 0000"}])
    make_member(mentee.program, "mentor", "Robin", user=mentee.user)

    assert headings(signed_in(mentee)).count("Harbour") == 1


def test_help_signed_out_goes_by_the_language_of_the_browser(client, db):
    assert headings(client, accept_language="pt;q=0.5, en-GB, en;q=0.9")[0] == "United Kingdom"


@pytest.mark.parametrize("said", ["", "en", "*", "x" * 5000, "en-GB;q=oops", "en-ZZ"])
def test_help_without_a_country_shows_all(said, client, db):
    page = client.get(reverse("safety:help"), headers={"accept-language": said}).content.decode()

    assert "By country" in page
    assert [country.name for country in crisis.load().countries if country.name not in page] == []


def test_help_names_lines_that_can_be_called_and_says_who_is_no_clinician(client, db):
    page = client.get(reverse("safety:help")).content.decode()

    assert 'href="tel:988"' in page
    assert "Mentors and coordinators are not clinicians" in page


def test_a_slip_in_a_programs_own_lines_hides_no_others(mentee, caplog):
    Program.objects.update(help_lines=[{"name": "Night phone", "phone": "call us"}])

    assert headings(signed_in(mentee)) == ["By country"]
    assert caplog.messages == ["a program's own help lines cannot be shown: field phone"]


def test_no_link_of_the_help_page_leaves_the_site_but_by_phone(client, db):
    page = client.get(reverse("safety:help")).content.decode()

    assert [part for part in page.split('href="')[1:] if not part.startswith(("/", "tel:", "sms:", "#"))] == []


def test_a_time_zone_has_the_country_that_the_worlds_list_gives_it():
    zones = whereabouts.by_zone()

    assert (zones["Europe/Lisbon"], zones["America/Chicago"], zones["Asia/Kolkata"]) == ("PT", "US", "IN")
