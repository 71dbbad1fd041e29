"""Help lines: complete, dialable, and readable without any other origin."""

from datetime import UTC, date, datetime

import pytest

from safety import crisis
from safety.crisis import CrisisError

COUNTRIES = crisis.load().countries
OWN = {"name": "Our phone", "phone": "020 7946 0000", "languages": ["en"]}


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.code)
def test_every_country_has_an_emergency_number_and_somebody_to_talk_to(country):
    assert country.name
    assert country.emergency_link == f"tel:{country.emergency}"
    assert any(line.audience == "anyone" for line in country.lines)


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.code)
def test_every_line_can_be_reached_says_when_in_which_language_and_was_checked(country):
    for line in country.lines:
        assert line.phone_link or line.text_link
        assert line.open_when
        assert line.for_whom
        assert line.language_names
        assert date(2026, 1, 1) <= line.checked <= datetime.now(UTC).date()


def test_countries_are_there_once():
    codes = [country.code for country in COUNTRIES]

    assert len(set(codes)) == len(codes) >= 25
    assert crisis.load().country("gb").name == "United Kingdom"
    assert crisis.load().country("XX") is None


def test_elsewhere_is_plain_text_and_no_link():
    assert crisis.load().elsewhere
    for address in crisis.load().elsewhere:
        assert "/" not in address


def test_a_line_is_dialled_without_spaces():
    trevor = next(line for line in crisis.load().country("US").lines if line.audience == "young")

    assert (trevor.phone_link, trevor.text_link, trevor.text) == ("tel:18664887386", "sms:678678", "START")
    assert (trevor.open_when, trevor.is_open_always) == ("Day and night", True)


def test_a_program_has_its_own_lines_first():
    (line,) = crisis.own_lines([{**OWN, "checked": "2026-11-01", "hours": "Evenings"}])

    assert (line.name, line.phone_link, line.checked) == ("Our phone", "tel:02079460000", date(2026, 11, 1))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"phone": ""}, "phone"),
        ({"phone": "javascript:alert(1)"}, "phone"),
        ({"phone": 112}, "phone"),
        ({"languages": ["klingon"]}, "languages"),
        ({"audience": "everyone"}, "audience"),
        ({"checked": "yesterday"}, "checked"),
        ({"website": "https://example.org"}, "website"),
    ],
)
def test_a_line_that_cannot_be_is_refused_by_name(changes, field):
    with pytest.raises(CrisisError) as refusal:
        crisis.own_lines([{**OWN, **changes}])

    assert refusal.value.field == field
    assert repr(refusal.value.value) in str(refusal.value)


def test_a_country_without_a_checked_date_is_refused():
    with pytest.raises(CrisisError, match="checked"):
        crisis.read({"country": [{"code": "XX", "name": "X", "emergency": "112", "lines": [OWN]}], "elsewhere": []})
