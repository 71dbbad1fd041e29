import re

import pytest
from django import forms

from tests.ui.gallery import Everything
from ui.forms import RadioCards
from ui.wording import FORM_ERRORS, VALIDATOR_WORDS


class Visit(forms.Form):
    name = forms.CharField(help_text="As you like to be called.", max_length=5)
    email = forms.EmailField(required=False)


def test_hint_and_error_are_tied_to_their_field() -> None:
    html = str(Visit({"name": ""})["name"].as_field_group())

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_what_was_typed_stays() -> None:
    html = str(Visit({"name": "Robin", "email": "robin@"}))

    assert 'value="Robin"' in html
    assert 'value="robin@"' in html


def test_the_summary_leads_to_each_field_that_needs_another_look() -> None:
    html = str(Visit({"name": "", "email": "robin@"}))

    assert re.findall(r'<a href="(#\w+)">', html) == ["#id_name", "#id_email"]


def test_a_form_without_problems_has_no_summary() -> None:
    assert "error-summary" not in str(Visit({"name": "Robin"}))


def test_the_summary_leads_to_the_first_of_several_radios() -> None:
    html = str(Everything({}))

    assert 'href="#id_reach_0"' in html
    assert 'id="id_reach_0"' in html


def test_fields_that_may_be_skipped_say_so() -> None:
    html = str(Visit())

    assert html.count("(optional)") == 1


def test_a_card_says_what_choosing_it_means() -> None:
    html = RadioCards(choices=[("a", "Only me")], explained={"a": "Nobody reads it."}).render("reach", "a")

    assert "Only me" in html
    assert "Nobody reads it." in html
    assert "checked" in html


@pytest.mark.parametrize("field", FORM_ERRORS)
def test_no_field_calls_anybody_invalid(field: type[forms.Field]) -> None:
    words = " ".join(str(word) for word in field.default_error_messages.values())

    assert "invalid" not in words.lower()


def test_every_field_of_django_has_kind_words() -> None:
    """What Django may add one day must not bring its own words with it."""
    all_fields = {field for field in vars(forms).values() if isinstance(field, type) and issubclass(field, forms.Field)}
    said = {str(word) for field in all_fields for word in field.default_error_messages.values()}
    ours = {str(word) for words in FORM_ERRORS.values() for word in words.values()}

    assert {word for word in said if re.search(r"\b(in)?valid\b", word)} - ours == set()


def test_too_long_and_too_many_are_said_kindly() -> None:
    form = Visit({"name": "Robinson"})

    assert form.errors["name"] == ["Please shorten this to 5 characters. It has 8."]
    assert len(VALIDATOR_WORDS) == 5
