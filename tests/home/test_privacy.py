"""What everybody may read about what is kept: on a page, signed in or not, with the days that hold here."""

from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from home import privacy, register
from tests.cast import make_user, signed_in

pytestmark = pytest.mark.django_db
ADDRESS = reverse("home:privacy")


def page(client: Client) -> str:
    return client.get(ADDRESS).content.decode()


def test_all_that_is_kept_about_people_stands_there():
    html = page(Client())
    told = register.load()
    about = {entry.about for entry in told.of("table") if entry.klass in {"member", "sealed"}}

    assert [line for line in about if f"<dt>{escape(line)}</dt>" not in html] == []
    assert html.count("<dt>") == len(about)


def test_it_says_who_reads_what_and_for_how_long():
    row = next(
        row for part in privacy.parts(register.load()) for row in part.rows if "wrote to each other" in row.about
    )

    assert row.readers == "you, the person you have an agreement with"
    assert row.until == "30 days after the agreement ended"
    assert (row.sealed, row.exported) == (True, "yes, opened for you")


def test_it_names_the_days_that_are_set_here():
    with patch.object(register, "load", lambda: register.read({"message": 3})):
        html = page(Client())

    assert "Kept: 3 days after the agreement ended" in html
    assert "30 days after the agreement ended" not in html


def test_every_page_leads_there(mentee):
    link = f'href="{ADDRESS}"'

    assert link in Client().get("/").content.decode()
    assert link in signed_in(mentee).get("/").content.decode()
    assert link in Client().get("/nowhere/").content.decode()


def test_who_has_not_said_hello_yet_may_read_it():
    newcomer = make_user("Robin", name_to_use="", adult_attested_at=None)

    assert "What is kept about you" in page(signed_in(newcomer))


def test_it_names_who_answers_for_it_where_that_is_set(settings):
    assert "Who runs this site:" not in page(Client())

    settings.ANSWERS_FOR_IT = "Harbour association, 1 Quay"

    assert "Who runs this site: Harbour association, 1 Quay" in page(Client())
