"""The pages of wishes and of the ledger, as a person meets them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from consent import gate
from consent.actions import answers, wishes
from consent.models import Opening, Wish
from consent.purposes import Reach
from tests.cast import NOW, signed_in, wish
from tests.consent.browsing import choice, text, url


@pytest.mark.parametrize("wished", [1, 3])
def test_wishes_cost_the_same_however_many(wished, mentee, django_assert_num_queries):
    for value in ("books", "music", "film")[:wished]:
        wish(mentee, "interests", value)
    browser = signed_in(mentee)

    with django_assert_num_queries(5):
        page = browser.get(url("wishes", mentee))
    assert text(page).count("Take away") == wished


@pytest.mark.parametrize("opened", [1, 3])
def test_the_ledger_costs_the_same_however_long(opened, mentee, coordinator, django_assert_num_queries):
    for facet in ("about", "place", "pronouns")[:opened]:
        answers.save(membership=mentee, facet=facet, value="w", reach=Reach.MATCHED, language="en", now=NOW)
        until = NOW + timedelta(hours=1)
        Opening.objects.create(membership=mentee, by=coordinator.user, reason="By phone", at=NOW, until=until)
    browser = signed_in(mentee)

    with django_assert_num_queries(12):
        page = text(browser.get(url("ledger", mentee)))
    assert page.count("granted") == opened
    assert page.count("By phone") == opened
    assert page.count("Mika") == opened


def test_the_ledger_shows_no_answer(mentee):
    answers.save(membership=mentee, facet="about", value="canary-7f3a", reach=Reach.MATCHED, language="en", now=NOW)

    assert "canary-7f3a" not in text(signed_in(mentee).get(url("ledger", mentee)))


def test_a_wish_is_made_and_taken_away(mentee):
    browser = signed_in(mentee)
    typed = {"a": [choice("interests", "books"), choice("interests", "music")], "s": "important"}

    assert browser.post(url("wish", mentee, "interests"), typed).url == url("wishes", mentee)
    assert {(own.value, own.on_lists) for own in gate.own_wishes(mentee)} == {("books", False), ("music", False)}

    for row in Wish.objects.all():
        browser.post(reverse("consent:remove_wish", args=[mentee.pk, row.pk]))
    assert gate.own_wishes(mentee) == []


def test_somebody_elses_wish_cannot_be_taken_away(mentee, other_mentee):
    theirs = wish(other_mentee, "interests", "books")

    response = signed_in(mentee).post(reverse("consent:remove_wish", args=[mentee.pk, theirs.pk]))

    assert response.status_code == 404
    assert Wish.objects.count() == 1


def test_a_wish_about_who_somebody_is_says_what_becomes_of_it(mentee):
    said = "only where at least five of them are here"

    assert said in text(signed_in(mentee).get(url("wish", mentee, "gender")))
    assert said not in text(signed_in(mentee).get(url("wish", mentee, "interests")))


def test_a_workplace_is_a_boundary_on_both_lists(mentee):
    signed_in(mentee).post(url("wish", mentee, "employer"), {"a": "Harbour Library"})

    (own,) = gate.own_wishes(mentee)
    assert (own.value, own.strength, own.on_lists) == ("Harbour Library", "never", True)


def test_an_ally_has_no_wishes_page(ally):
    assert signed_in(ally).get(url("wishes", ally)).status_code == 404
    assert wishes.facets_to_wish_for(ally) == []
