"""The shape of an answer: made canonical, or refused kindly and without repeating it."""

import pytest

from consent.values import AnswerError
from consent.vocabulary import load


def clean(facet: str, raw: object) -> object:
    return load().facet(facet).clean(raw)


def test_choices_come_out_in_order_once_with_own_words_trimmed():
    value = clean("values", {"chosen": ["humour", "honesty", "humour"], "described": "  slow \n mornings "})

    assert value == {"chosen": ["honesty", "humour"], "described": "slow mornings"}
    assert load().facet("values").words(value) == ["Honesty", "Humour", "slow mornings"]


def test_times_are_sorted_and_merged_where_they_touch():
    value = clean(
        "availability",
        [
            {"day": 2, "start": "19:00", "end": "20:30"},
            {"day": 0, "start": "22:00", "end": "24:00"},
            {"day": 2, "start": "18:00", "end": "19:00"},
        ],
    )

    assert value == [{"day": 0, "start": "22:00", "end": "24:00"}, {"day": 2, "start": "18:00", "end": "20:30"}]
    assert load().facet("availability").words(value) == ["Monday 22:00–24:00", "Wednesday 18:00–20:30"]


def test_text_keeps_its_lines_and_a_place_does_not():
    assert clean("about", " One.\r\n\r\nTwo.\x00 ") == "One.\n\nTwo."
    assert clean("place", " Porto \n north ") == "Porto north"


@pytest.mark.parametrize(
    ("facet", "empty"),
    [("values", {"chosen": [], "described": " "}), ("availability", []), ("about", "  "), ("pronouns", "")],
)
def test_an_empty_answer_is_no_mistake(facet, empty):
    assert load().facet(facet).is_empty(clean(facet, empty))


def test_an_answer_is_not_empty_with_own_words_alone():
    assert not load().facet("gender").is_empty(clean("gender", {"chosen": [], "described": "demigirl"}))


@pytest.mark.parametrize(
    ("facet", "raw", "field"),
    [
        ("values", ["honesty"], "value"),
        ("values", {"chosen": ["honesty"], "more": 1}, "value"),
        ("values", {"chosen": ["secretive"]}, "chosen"),
        ("values", {"chosen": [["honesty"]]}, "chosen"),
        ("values", {"chosen": "honesty"}, "chosen"),
        ("goals", {"chosen": ["job", "study", "friends", "money", "making"]}, "chosen"),
        ("age", {"chosen": ["18-24", "25-34"]}, "chosen"),
        ("openness", {"chosen": ["nobody", "friends"]}, "chosen"),
        ("age", {"chosen": [], "described": "ageless"}, "described"),
        ("gender", {"chosen": [], "described": "x" * 201}, "described"),
        ("about", "x" * 1201, "value"),
        ("about", 5, "value"),
        ("availability", "always", "value"),
        ("availability", [{"day": 1, "start": "18:00"}], "value"),
        ("availability", [{"day": 7, "start": "18:00", "end": "19:00"}], "day"),
        ("availability", [{"day": True, "start": "18:00", "end": "19:00"}], "day"),
        ("availability", [{"day": 1, "start": "6pm", "end": "19:00"}], "start"),
        ("availability", [{"day": 1, "start": "18:00", "end": "25:00"}], "end"),
        ("availability", [{"day": 1, "start": "18:00", "end": "18:00"}], "end"),
    ],
)
def test_what_does_not_fit_is_refused_by_facet_and_field_with_a_kind_sentence(facet, raw, field):
    with pytest.raises(AnswerError) as refusal:
        clean(facet, raw)

    assert (refusal.value.facet, refusal.value.field) == (facet, field)
    assert refusal.value.value is not None
    assert refusal.value.sentence.endswith(".")
    assert str(refusal.value).startswith(f"facet '{facet}', field '{field}': expected ")


def test_a_refusal_never_repeats_what_was_said():
    with pytest.raises(AnswerError) as refusal:
        clean("gender", {"chosen": ["canary-7f3a"], "described": "canary-7f3a"})

    assert "canary-7f3a" not in f"{refusal.value} {refusal.value!r} {refusal.value.sentence}"
    assert "canary-7f3a" in str(refusal.value.value)


def test_a_choice_that_a_program_dropped_is_still_told_to_its_owner():
    assert load().facet("skills").words({"chosen": ["grant-writing"], "described": ""}) == ["grant writing"]


def test_a_wish_is_for_one_known_choice():
    assert load().facet("gender").clean_wish("trans") == "trans"
    for facet, raw in (("gender", "tall"), ("gender", ["trans"]), ("openness", "friends"), ("about", "x")):
        with pytest.raises(AnswerError):
            load().facet(facet).clean_wish(raw)
