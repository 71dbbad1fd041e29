"""Who has seen what of mine, and a receipt of what I allowed."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership, Role, ScreeningStep, Standing
from consent import queries, receipts
from consent.actions import answers, consents, wishes
from consent.models import Grant, LedgerEntry, Opening, SecondYes
from consent.purposes import Purpose, Reach
from tests.cast import NOW, chosen, make_member, signed_in
from tests.consent.browsing import text, url

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def colleague(program) -> Membership:
    return make_member(program, Role.COORDINATOR, "Nika")


@pytest.fixture
def said(mentee) -> Membership:
    """Somebody who allowed this, took that back, and made a wish that acts on other people's lists."""
    about = {"membership": mentee, "language": "en", "now": NOW}
    answers.save(facet="gender", value=chosen("trans"), reach=Reach.MATCHED, **about)
    answers.save(facet="about", value="canary-7f3a", reach=Reach.SUGGESTED, **about)
    answers.set_reach(facet="about", reach=Reach.ONLY_ME, **about | {"now": NOW + HOUR})
    consents.give(purpose=Purpose.LEARNING, **about)
    wishes.add(facet="interests", value="books", strength="nice", on_lists=True, membership=mentee, now=NOW)
    return mentee


def a_yes(member: Membership, by: Membership, **fields) -> SecondYes:
    about = {"program": member.program, "asked_by": by.user, "reason": "A threat", "asked_at": NOW, "until": NOW + DAY}
    return SecondYes.objects.create(**about | {"what": "opening", "membership": member} | fields)


def taken(by: Membership, colleague: Membership, at=NOW) -> SecondYes:
    said = {"state": "used", "answered_by": colleague.user, "answered_at": at, "used_at": at}
    return a_yes(by, by, what="list", membership=None, reason="A report", **said)


def receipt_of(member: Membership) -> dict:
    return receipts.of(member, list(queries.ledger_of(member).reverse()))


def record(member: Membership) -> str:
    return text(signed_in(member).get(url("ledger", member)))


def test_an_opening_with_a_second_yes_names_both(mentee, coordinator, colleague):
    said = {"state": "used", "answered_by": colleague.user, "answered_at": NOW, "used_at": NOW}
    row = a_yes(mentee, coordinator, **said)
    Opening.objects.create(
        membership=mentee, by=coordinator.user, reason="A threat", at=NOW, until=NOW + HOUR, second_yes=row
    )

    page = record(mentee)
    assert "Mika , coordinator, opened everything that you said." in page
    assert "Nika, coordinator, said yes to it." in page
    assert page.count("A threat") == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({}, "Nobody has said yes."),
        ({"state": "given", "answered_at": NOW}, "Nika, coordinator, said yes to it."),
        ({"state": "refused", "answered_at": NOW}, "Nika, coordinator, said no."),
    ],
)
def test_asking_is_shown_whatever_became_of_it(mentee, coordinator, colleague, answer, words):
    a_yes(mentee, coordinator, **answer, **({"answered_by": colleague.user} if answer else {}))

    page = record(mentee)
    assert "Mika , coordinator, asked another coordinator whether to open what you said." in page
    assert words in page


def test_a_list_that_was_taken_is_shown_to_who_was_on_it(mentee, stranger, coordinator, colleague):
    Membership.objects.update(applied_at=NOW - DAY)
    taken(coordinator, colleague)

    assert "took a list away with your name" in record(mentee)
    assert "took a list away" not in record(stranger)


def test_a_list_from_before_one_came_is_not_shown(mentee, coordinator, colleague):
    Membership.objects.update(applied_at=NOW + HOUR)
    taken(coordinator, colleague)

    assert "took a list away" not in record(mentee)


def test_a_list_from_while_one_was_away_is_not_shown(mentee, coordinator, colleague):
    Membership.objects.update(applied_at=NOW - DAY)
    for standing, hours in ((Standing.LEFT, -1), (Standing.APPLIED, 1)):
        ScreeningStep.objects.create(membership=mentee, kind="standing", standing=standing, at=NOW + hours * HOUR)
    taken(coordinator, colleague)

    assert "took a list away" not in record(mentee)


def test_an_ask_for_a_list_that_was_not_taken_is_nobodys_business_yet(mentee, coordinator):
    Membership.objects.update(applied_at=NOW - DAY)
    a_yes(mentee, coordinator, what="list", membership=None)

    assert "Nobody has looked at what you keep closed." in record(mentee)


def test_one_record_is_opened_at_once_and_several_are_a_choice(mentee, program, other_program):
    one = signed_in(mentee).get(reverse("consent:seen"))
    make_member(other_program, Role.MENTEE, "", user=mentee.user)
    several = text(signed_in(mentee).get(reverse("consent:seen")))

    assert one.url == f"{url('ledger', mentee)}#seen"
    assert (program.name in several, other_program.name in several) == (True, True)


def test_a_receipt_has_the_parts_of_the_standard(said):
    receipt = receipt_of(said)
    record, (processing,) = receipt["record"], receipt["record"]["pii_processing"]

    assert set(receipt) == {"schema_version", "receipt_id", "record"}
    assert set(record) == {
        "schema_version", "record_id", "pii_principal_id", "pii_processing", "party_identification", "events",
    }  # fmt: skip
    assert set(processing) == {"privacy_notice", "language", "purposes"}
    wanted = {
        "purpose", "purpose_type", "lawful_basis", "pii_information", "pii_controllers", "collection_method",
        "processing_method", "storage_locations", "retention_period", "processing_locations", "jurisdiction",
        "recipient_third_parties", "withdrawal_method", "privacy_rights",
    }  # fmt: skip
    assert [set(purpose) for purpose in processing["purposes"]] == [wanted] * len(processing["purposes"])


def test_a_receipt_lists_what_is_allowed_now_and_nothing_else(said):
    (processing,) = receipt_of(said)["record"]["pii_processing"]

    told = {
        (purpose["purpose_type"], information["pii_attribute_id"])
        for purpose in processing["purposes"]
        for information in purpose["pii_information"]
    }
    assert told == {
        ("match", "gender"), ("matched", "gender"), ("learning", "*"),
        ("match", "wish:interests"), ("suggested", "wish:interests"),
    }  # fmt: skip


def test_the_ledger_and_the_live_grants_say_the_same(said):
    entries = receipts.live(LedgerEntry.objects.filter(membership_id=said.pk).order_by("at", "id"))
    live = Grant.objects.filter(answer__membership=said).values_list("answer__facet", "purpose")

    of_answers = {(entry.facet, entry.purpose) for entry in entries if entry.facet in {"gender", "about"}}
    assert of_answers == set(live)


def test_a_receipt_has_every_event_and_when(said):
    events = receipt_of(said)["record"]["events"]

    assert len(events) == LedgerEntry.objects.filter(membership_id=said.pk).count()
    withdrawn = [event for event in events if event["event_state"] == "withdrawn"]
    assert {(event["pii_attribute_id"], event["event_time"]) for event in withdrawn} == {
        ("about", "2026-03-02T10:30:00+00:00")
    }


def test_a_receipt_says_what_is_about_who_somebody_is(said):
    (processing,) = receipt_of(said)["record"]["pii_processing"]

    found = {
        information["pii_attribute_id"]: information["special_pii_category"]
        for purpose in processing["purposes"]
        for information in purpose["pii_information"]
    }
    assert found == {"gender": True, "*": False, "wish:interests": False}


def test_the_same_ledger_gives_the_same_receipt_and_a_longer_one_another(said):
    first, again = receipt_of(said), receipt_of(said)
    answers.keep_to_self(membership=said, now=NOW + DAY)

    assert first == again
    assert receipt_of(said)["receipt_id"] != first["receipt_id"]


def test_the_file_has_a_neutral_name_and_holds_no_answer_and_no_name(said):
    answer = signed_in(said).get(url("receipt_file", said))

    assert answer["Content-Disposition"] == 'attachment; filename="record.json"'
    assert json.loads(answer.content) == receipt_of(said)
    for word in ("canary-7f3a", "trans", "books", "Robin", said.user.email):
        assert word not in answer.content.decode()


def test_the_page_of_a_receipt_reads_like_the_file(said):
    page = text(signed_in(said).get(url("receipt", said)))

    assert receipt_of(said)["receipt_id"] in page
    assert ("canary-7f3a" in page, "Gender" in page, "My match sees it" in page) == (False, True, True)


@pytest.mark.parametrize("events", [1, 30])
def test_a_receipt_costs_the_same_however_long(events, mentee, django_assert_num_queries):
    for number in range(events):
        reach = Reach.SUGGESTED if number % 2 else Reach.MATCHED
        answers.save(membership=mentee, facet="about", value="w", reach=reach, language="en", now=NOW + number * HOUR)
    browser = signed_in(mentee)

    with django_assert_num_queries(5):
        browser.get(url("receipt", mentee))
