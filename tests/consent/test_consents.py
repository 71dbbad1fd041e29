"""The yes that concerns no single answer: whether somebody's matches may help improve the matching."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership, Standing
from consent import gate, notice, queries
from consent.actions import answers, consents
from consent.models import Consent, Grant, LedgerEntry
from consent.purposes import Purpose
from tests.cast import NOW, give, signed_in
from tests.consent.browsing import text, url

LATER = NOW.replace(hour=15)


def say_yes(member, now=NOW):
    consents.give(membership=member, purpose=Purpose.LEARNING, language="en", now=now)


def take_back(member, now=LATER):
    consents.take_back(membership=member, purpose=Purpose.LEARNING, now=now)


def ledger(member) -> list[tuple[str, str, str, str]]:
    rows = LedgerEntry.objects.filter(membership_id=member.pk).order_by("id")
    return [(row.facet, row.purpose, row.event, row.notice) for row in rows]


def test_it_is_off_until_somebody_says_yes(mentee, mentor):
    assert not queries.lets_learn(mentee)

    say_yes(mentee)

    assert (queries.lets_learn(mentee), queries.lets_learn(mentor)) == (True, False)


def test_the_ledger_remembers_yes_and_no_under_which_words(mentee):
    say_yes(mentee)
    say_yes(mentee, LATER)
    take_back(mentee)
    take_back(mentee)

    assert ledger(mentee) == [("*", "learning", event, notice.VERSION) for event in ("granted", "withdrawn")]
    assert not queries.lets_learn(mentee)


def test_other_words_are_another_yes(mentee):
    say_yes(mentee)
    Consent.objects.update(notice="what was said last year")

    say_yes(mentee, LATER)

    assert len(ledger(mentee)) == 2
    assert Consent.objects.values_list("notice", "granted_at").get() == (notice.VERSION, LATER)


def test_who_has_left_can_take_it_back_but_not_say_yes(mentee):
    say_yes(mentee)
    Membership.objects.filter(pk=mentee.pk).update(standing=Standing.LEFT)

    take_back(mentee)
    with pytest.raises(answers.HasLeft):
        say_yes(mentee)

    assert not queries.lets_learn(mentee)


def test_keeping_everything_to_oneself_takes_it_back_too(mentee, mentor):
    say_yes(mentee)
    say_yes(mentor)

    answers.keep_to_self(membership=mentee, now=LATER)

    assert (queries.lets_learn(mentee), queries.lets_learn(mentor)) == (False, True)
    assert [event for _, _, event, _ in ledger(mentee)] == ["granted", "withdrawn"]


def test_it_opens_no_answer(mentee):
    give(mentee, "about", "canary-7f3a")
    say_yes(mentee)

    assert dict(gate.read(Purpose.LEARNING, [mentee])[mentee.pk]) == {}


def test_the_database_knows_it_from_what_concerns_an_answer(mentee):
    answer = give(mentee, "about", "canary-7f3a")
    said = {"notice": "1", "language": "en"}

    for model, fields in ((Grant, {"answer": answer}), (Consent, {"membership": mentee})):
        purpose = Purpose.LEARNING if model is Grant else Purpose.MATCH
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(purpose=purpose, **fields, **said)


def test_somebody_says_yes_and_no_on_a_page_that_says_what_it_means(mentee):
    browser, here = signed_in(mentee), url("learning", mentee)
    page = text(browser.get(here))
    assert all(str(line) in page for line in notice.LEARNING_EXPLAINED)
    assert "This is off unless you say yes." in page

    assert browser.post(here, {"do": "yes", "v": notice.VERSION}).url == here
    assert queries.lets_learn(mentee)
    assert "Your matches help to improve the matching." in text(browser.get(url("ledger", mentee)))

    browser.post(here, {"do": "no"})
    page = text(browser.get(url("ledger", mentee)))
    assert not queries.lets_learn(mentee)
    assert page.count("My matches") == 2
    assert "Your matches help to improve the matching." not in page


@pytest.mark.parametrize("sent", [{"do": "yes", "v": "what was said last year"}, {"do": "yes"}, {"v": notice.VERSION}])
def test_a_yes_to_other_words_is_none(sent, mentee):
    page = signed_in(mentee).post(url("learning", mentee), sent, follow=True)

    assert "Please read them once more." in text(page)
    assert not queries.lets_learn(mentee)
