"""A program's own settings: a slip is named, and nothing is half-saved."""

import json

import pytest

from tests import cast

GOOD = {
    "name": "Harbour",
    "about": "Mentoring in the city.",
    "terms": "Be kind.",
    "is_open": "on",
    "agreements_per_mentee": "1",
    "ask_days": "10",
    "remind_days": "4",
    "vocabulary": "{}",
    "help_lines": "[]",
}


def change(program, coordinator, **fields):
    address = f"/coordination/accounts/program/{program.pk}/change/"
    response = cast.signed_in(coordinator).post(address, GOOD | fields)
    program.refresh_from_db()
    return response


def test_a_coordinator_hides_a_question(program, coordinator):
    response = change(program, coordinator, vocabulary='{"faith": {"hide": true}}')

    assert (response.status_code, program.vocabulary) == (302, {"faith": {"hide": True}})


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("vocabulary", {"fath": {"hide": True}}, "fath"),
        ("vocabulary", {"faith": {"ask": 1}}, "ask"),
        ("vocabulary", ["faith"], "an object that names facets"),
        ("help_lines", [{"name": "Line", "fone": "1"}], "fone"),
        ("help_lines", {"name": "Line"}, "a list of lines"),
    ],
)
def test_a_slip_is_named_and_nothing_is_saved(program, coordinator, field, value, named):
    response = change(program, coordinator, name="Other", **{field: json.dumps(value)})

    assert named in response.content.decode()
    assert (program.name, program.vocabulary, program.help_lines) == ("Harbour", {}, [])


def test_a_reminder_after_the_end_is_refused_kindly(program, coordinator):
    response = change(program, coordinator, remind_days="12")

    assert (response.status_code, program.remind_days) == (200, 4)
