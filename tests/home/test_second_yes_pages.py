"""The pages on which one coordinator asks and another one answers, and the list that may then be taken away."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role, TrailEntry
from consent.models import Opening, SecondYes
from home.actions import second_yes
from home.actions.second_yes import What
from tests.cast import agree, make_member, signed_in

ADD = "/coordination/consent/secondyes/add/"


@pytest.fixture
def colleague(program) -> Membership:
    return make_member(program, Role.COORDINATOR, "Nika")


@pytest.fixture
def given(program, coordinator, colleague) -> SecondYes:
    """A yes to take a list."""
    row = second_yes.ask(what=What.LIST, program=program, by=coordinator.user, reason="A report.", now=timezone.now())
    second_yes.answer(row=row, by=colleague.user, yes=True, now=timezone.now())
    row.refresh_from_db()
    return row


def page(row: SecondYes, verb: str = "change") -> str:
    return reverse(f"admin:consent_secondyes_{verb}", args=[row.pk])


def opened(member: Membership) -> str:
    return reverse("admin:consent_opening_open", args=[member.pk])


def test_somebody_asks_for_a_list_and_a_colleague_says_yes(program, coordinator, colleague):
    asked = signed_in(coordinator).post(ADD, {"program": program.pk, "reason": "A report."})
    row = SecondYes.objects.get()
    said = signed_in(colleague).post(page(row, "answer"), {"answer": "yes"})

    row.refresh_from_db()
    assert (asked.url, said.url) == (page(row), page(row))
    assert (row.what, row.state, row.answered_by) == ("list", "given", colleague.user)


def test_what_is_not_a_yes_is_a_no(given, program, coordinator, colleague):
    row = second_yes.ask(what=What.LIST, program=program, by=colleague.user, reason="Too.", now=timezone.now())
    signed_in(coordinator).post(page(row, "answer"), {"answer": "perhaps"})

    row.refresh_from_db()
    assert row.state == "refused"


def test_who_is_alone_reads_what_to_do(program, coordinator):
    answer = signed_in(coordinator).post(ADD, {"program": program.pk, "reason": "A report."})

    assert "ask whoever runs this service" in answer.content.decode()
    assert SecondYes.objects.count() == 0


def test_the_list_holds_standing_and_pairs_and_is_taken_once(given, coordinator, mentee, mentor):
    agree(mentee, mentor)
    client = signed_in(coordinator)
    answer = client.post(page(given, "take"))

    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    said = {line["Name to use"]: (line["Role"], line["Standing"], line["With"]) for line in lines}
    assert said["Robin"] == ("mentee", "approved", "Sam")
    assert said["Sam"] == ("mentor", "approved", "Robin")
    assert answer["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert client.post(page(given, "take")).status_code == 302
    assert TrailEntry.objects.filter(act="exported", row_id=given.pk).count() == 1


def test_a_name_is_never_run_as_a_formula(given, coordinator, program):
    make_member(program, Role.MENTEE, '=HYPERLINK("x")')

    lines = csv.reader(io.StringIO(signed_in(coordinator).post(page(given, "take")).content.decode()))
    assert [cell for line in lines for cell in line if cell[:1] in set("=+-@\t\r")] == []


def test_the_colleague_who_said_yes_cannot_take_it(given, colleague):
    answer = signed_in(colleague).post(page(given, "take"))

    given.refresh_from_db()
    assert (answer.status_code, given.state) == (302, "given")


def test_a_list_of_another_program_is_not_there(given, other_program_coordinator):
    client = signed_in(other_program_coordinator)

    assert [client.get(page(given)).status_code, client.post(page(given, "take")).status_code] == [404, 404]


def test_the_eleventh_person_is_asked_for_on_the_same_page(program, coordinator, colleague, mentee):
    until = timezone.now() + timezone.timedelta(hours=1)
    for number in range(10):
        member = make_member(program, Role.MENTEE, f"Person {number}")
        Opening.objects.create(membership=member, by=coordinator.user, reason="A call", until=until)
    client = signed_in(coordinator)

    before = client.get(opened(mentee)).content.decode()
    client.post(opened(mentee), {"reason": "A threat."})
    row = SecondYes.objects.get()
    signed_in(colleague).post(page(row, "answer"), {"answer": "yes"})
    after = client.get(opened(mentee)).content.decode()
    client.post(opened(mentee), {"reason": "A threat."})

    assert ("Ask another coordinator" in before, "Nika said yes" in after) == (True, True)
    assert Opening.objects.get(membership=mentee).second_yes == row


def test_what_waits_for_a_colleague_stands_on_the_first_page(program, coordinator, colleague):
    second_yes.ask(what=What.LIST, program=program, by=coordinator.user, reason="A report.", now=timezone.now())

    assert "A coordinator asks for a second yes." in signed_in(colleague).get("/coordination/").content.decode()


@pytest.mark.parametrize(
    "lookup",
    [
        "answers__isnull=True",
        "wishes__isnull=False",
        "user__email__startswith=a",
        "answers__facet=gender",
        "capacity=1",
    ],
)
def test_a_list_is_filtered_by_nothing_that_it_does_not_offer(coordinator, mentee, lookup):
    answer = signed_in(coordinator).get(f"/coordination/accounts/membership/?{lookup}")

    assert answer.status_code == 400


@pytest.mark.parametrize("lookup", ["role__exact=mentee", "stands=waiting", "program__id__exact=", "q=Robin"])
def test_what_a_list_offers_still_works(coordinator, mentee, lookup):
    answer = signed_in(coordinator).get(
        f"/coordination/accounts/membership/?{lookup}{mentee.program_id if lookup[-1] == '=' else ''}"
    )

    assert answer.status_code == 200
