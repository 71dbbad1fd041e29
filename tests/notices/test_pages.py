"""How somebody says how they want to be written to."""

import pytest
from django.urls import reverse

from accounts.models import User
from notices.models import Manner
from notices.queries import own_words
from tests.cast import make_user, signed_in

FIRST, PAGE = "/me/mail/first/", "/me/mail/"
SAID = {"discreet": "yes", "often": "at_once", "daily_at": "18:00", "line": "", "entry": ""}


@pytest.fixture
def robin(db) -> User:
    return make_user("Robin")


def test_it_is_asked_when_somebody_joins_right_after_the_name(db):
    newcomer = make_user("Robin", adult_attested_at=None)
    basics = {"name_to_use": "Robin", "time_zone": "UTC", "language": "en", "adult": "on"}

    response = signed_in(newcomer).post(reverse("accounts:welcome"), basics)

    assert response.headers["Location"] == FIRST


def test_discreet_is_what_the_question_starts_with(robin):
    page = signed_in(robin).get(FIRST).content.decode()

    assert '<input type="radio" name="discreet" value="yes" required id="id_discreet_0" checked>' in page


@pytest.mark.parametrize(("said", "discreet"), [("yes", True), ("no", False)])
def test_what_is_said_is_kept_and_leads_on_to_the_programs(said, discreet, robin):
    response = signed_in(robin).post(FIRST, {"discreet": said})

    assert (response.headers["Location"], Manner.objects.get(user=robin).discreet) == ("/me/join/", discreet)


def test_it_can_be_skipped_and_mail_is_discreet_then(robin):
    assert signed_in(robin).get("/me/join/").status_code == 200
    assert not Manner.objects.exists()


def test_everything_can_be_changed_on_a_page_of_ones_own(robin):
    more = {"often": "daily", "quiet_from": "22:00", "quiet_until": "07:00", "line": "Parcel", "entry": "Dentist"}

    response = signed_in(robin).post(PAGE, {**SAID, "discreet": "no", **more})

    manner = Manner.objects.get(user=robin)
    assert response.headers["Location"] == PAGE
    assert (manner.discreet, manner.often, str(manner.quiet_from), str(manner.quiet_until)) == (
        False, "daily", "22:00:00", "07:00:00",
    )  # fmt: skip
    assert own_words(manner) == {"line": "Parcel", "entry": "Dentist"}


def test_the_page_shows_what_others_could_see(robin):
    signed_in(robin).post(PAGE, {**SAID, "line": "Your parcel", "entry": "Dentist"})

    page = signed_in(robin).get(PAGE).content.decode()

    seen = ["Updates &lt;updates@localhost&gt;", "<dd>Your parcel</dd>", "<dd>Dentist</dd>"]
    assert [words for words in seen if words not in page] == []


def test_a_telling_word_is_quoted_as_it_was_written_and_nothing_is_saved_yet(robin):
    page = signed_in(robin).post(PAGE, {**SAID, "line": "Your PRIDE tickets"}).content.decode()

    assert "You wrote “PRIDE”." in page
    assert '<input type="checkbox" name="sure"' in page
    assert not Manner.objects.exists()


def test_whoever_is_sure_may_use_it(robin):
    signed_in(robin).post(PAGE, {**SAID, "line": "Your PRIDE tickets", "sure": "on"})

    assert own_words(Manner.objects.get(user=robin))["line"] == "Your PRIDE tickets"


def test_words_that_tell_nothing_are_not_asked_about(robin):
    page = signed_in(robin).post(PAGE, {**SAID, "line": "Transport"}, follow=True).content.decode()

    assert ("Saved." in page, "You wrote" in page) == (True, False)


def test_half_a_quiet_hour_is_refused_kindly(robin):
    page = signed_in(robin).post(PAGE, {**SAID, "quiet_from": "22:00"}).content.decode()

    assert "Please choose when quiet hours begin and when they end" in page
    assert not Manner.objects.filter(quiet_from__isnull=False).exists()


def test_the_page_is_found_from_ones_own(robin):
    assert f'href="{PAGE}"' in signed_in(robin).get("/me/").content.decode()


def test_nobody_else_is_changed(robin):
    other = make_user("Noor")
    signed_in(robin).post(PAGE, {**SAID, "user": str(other.pk), "often": "never"})

    assert list(Manner.objects.values_list("user", "often")) == [(robin.pk, "never")]
