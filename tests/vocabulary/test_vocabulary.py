"""The words people read, and what keeps them complete."""

import re
from dataclasses import asdict

import pytest
from django.utils import translation

from consent import vocabulary
from consent.facets import CHOICE_KINDS, Facet
from consent.vocabulary import VocabularyError

NEVER = re.compile(r"\b(invalid|rejected|users?|legal name|birth name|deadname|assigned)\b|\bsex\b", re.IGNORECASE)
FACETS = vocabulary.load().facets


def spoken(facet: Facet) -> str:
    return " ".join([*asdict(facet.texts).values(), *facet.labels.values()])


def minimal(**changes: object) -> dict:
    words = asdict(vocabulary.load().sources)
    facet = {
        "key": "colours",
        "kind": "tags",
        "roles": ["mentee"],
        "identity": False,
        "group": "heart",
        "label": "Colours",
        "question": "Which colours?",
        "why": "Because.",
        "weight": 1,
        "choices": [{"key": "red", "label": "Red"}],
    }
    group = {"key": "heart", "title": "Heart", "intro": "…"}
    return {"version": "1", "words": words, "group": [group], "facet": [{**facet, **changes}]}


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.key)
def test_every_facet_says_what_why_and_who_sees_it(facet):
    assert facet.label
    assert facet.why.endswith((".", "!"))
    assert facet.who.endswith(".")
    for role in facet.roles:
        assert facet.question(role).endswith("?")


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.key)
def test_no_facet_asks_what_is_never_asked_or_speaks_coldly(facet):
    assert NEVER.findall(spoken(facet)) == []


@pytest.mark.parametrize("words", ["What is your legal name?", "Which sex were you assigned at birth?"])
def test_the_detector_of_cold_words_finds_them(words):
    assert NEVER.search(words)


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.key)
def test_choices_begin_with_a_short_list(facet):
    assert bool(facet.choices) is (facet.kind in CHOICE_KINDS)
    assert len(facet.first_choices) <= 14
    assert len(set(facet.labels)) == len(facet.labels) == len(set(facet.labels.values()))


def test_everything_design_asks_for_is_there():
    asked = {facet.key for facet in vocabulary.load().asked_of("mentee")}

    assert asked >= {"values", "goals", "topics", "skills", "languages", "availability", "formats", "place", "about"}
    assert asked >= {"communication", "pronouns", "gender", "orientation", "culture", "faith", "disability", "age"}


def test_values_lead_and_what_somebody_is_acts_by_wish_only():
    weights = {facet.key: facet.weight for facet in FACETS}

    assert max(weights, key=weights.__getitem__) == "values"
    assert {key for key in weights if vocabulary.load().facet(key).identity and weights[key]} == {"topics"}


@pytest.mark.parametrize("key", ["gender", "orientation", "culture", "faith", "disability"])
def test_identity_leaves_every_way_to_answer(key):
    facet = vocabulary.load().facet(key)

    assert {"figuring", "no-labels"} <= set(facet.labels)
    assert facet.self_describe
    assert facet.may_decline
    assert facet.max_choices is None
    assert "Coordinators do not see it" in facet.who


def test_about_sixty_languages_carry_their_own_names():
    languages = vocabulary.load().facet("languages")

    assert len(languages.choices) >= 60
    assert languages.words({"chosen": ["de", "ar", "bfi"], "described": ""}) == [
        "Deutsch",
        "العربية",
        "British Sign Language",
    ]


def test_a_mentor_reads_their_own_wording():
    goals = vocabulary.load().facet("goals")

    assert goals.question("mentee") == "What would you like to work towards?"
    assert goals.question("mentor") == "What do you like helping people work towards?"
    assert goals.reason("mentee", ["Wellbeing"]) == "They like helping people with: Wellbeing"
    assert goals.reason("mentor", ["Wellbeing"]) == "They hope for help with: Wellbeing"


def test_pages_come_in_order_and_hold_everything_once():
    pages = vocabulary.load().pages("mentee")

    assert [group.key for group, _ in pages] == ["heart", "road", "meeting", "self"]
    assert [facet for _, facets in pages for facet in facets] == list(vocabulary.load().asked_of("mentee"))


def test_texts_are_translated_when_read_and_empty_ones_stay_empty():
    facet = vocabulary.load().facet("pronouns")

    with translation.override("de"):
        assert facet.wish == ""
        assert facet.label == translation.gettext("Pronouns")


@pytest.mark.parametrize(
    ("changes", "field", "value", "expected"),
    [
        ({"kind": "star"}, "kind", "star", "one of"),
        ({"weight": 9}, "weight", 9, "0 to 5"),
        ({"weight": "much"}, "weight", "much", "a number"),
        ({"roles": ["boss"]}, "roles", ("boss",), "some of"),
        ({"group": "moon"}, "group", "moon", "a group of the file"),
        ({"why": "  "}, "why", "", "some words"),
        ({"question": "Your birth name?"}, "question", "Your birth name?", "never asks"),
        ({"choices": []}, "choices", [], "choices"),
        ({"choices": [{"key": "Red", "label": "Red"}]}, "choices", "Red", "lower-case"),
        ({"shade": 1}, "shade", 1, "one of"),
    ],
)
def test_a_faulty_file_is_refused_with_facet_field_value_and_what_belongs_there(changes, field, value, expected):
    with pytest.raises(VocabularyError) as refusal:
        vocabulary.read(minimal(**changes))

    assert (refusal.value.facet, refusal.value.field, refusal.value.value) == ("colours", field, value)
    assert expected in refusal.value.expected
    assert repr(value) in str(refusal.value)


def test_a_sound_file_is_read():
    assert [facet.key for facet in vocabulary.read(minimal()).facets] == ["colours"]
