"""What a program may change, and what it may not."""

import pytest

from consent import vocabulary
from consent.vocabulary import VocabularyError, for_program, load


def test_no_overrides_leave_the_vocabulary_as_it_is():
    assert for_program({}) is load()


def test_a_program_hides_a_facet_and_leaves_the_rest():
    changed = for_program({"faith": {"hide": True}})

    assert "faith" not in changed
    assert len(changed.facets) == len(load().facets) - 1
    assert "faith" in load()


def test_a_program_adds_a_choice_that_can_then_be_chosen():
    changed = for_program({"skills": {"add": [{"key": "grants", "label": "Grant applications", "more": True}]}})
    skills = changed.facet("skills")

    assert skills.words(skills.clean({"chosen": ["grants"]})) == ["Grant applications"]
    assert skills.more_choices[-1].key == "grants"


def test_a_program_uses_its_own_words_and_weight():
    place = for_program({"place": {"question": "Which county?", "why": "We meet in halls.", "weight": 2}}).facet(
        "place"
    )

    assert (place.question("mentor"), place.why, place.weight) == ("Which county?", "We meet in halls.", 2)
    assert place.label == load().facet("place").label


def test_every_change_has_a_version_of_its_own_that_fits_a_grant():
    first, second = (for_program({"place": {"weight": weight}}).version for weight in (1, 2))

    assert len({first, second, load().version}) == 3
    assert len(first) <= 40
    assert first == for_program({"place": {"weight": 1}}).version


@pytest.mark.parametrize(
    ("overrides", "facet", "field"),
    [
        ({"shoe-size": {}}, "shoe-size", "facet"),
        ({"faith": {"colour": "red"}}, "faith", "colour"),
        ({"faith": "hidden"}, "faith", "override"),
        ({"faith": {"hide": "yes"}}, "faith", "hide"),
        ({"gender": {"weight": 1}}, "gender", "weight"),
        ({"values": {"weight": 50}}, "values", "weight"),
        ({"gender": {"question": "Your sex assigned at birth?"}}, "gender", "question"),
        ({"gender": {"add": [{"key": "x", "label": "As on your legal name"}]}}, "gender", "label"),
        ({"about": {"add": [{"key": "x", "label": "X"}]}}, "about", "add"),
        ({"skills": {"add": [{"key": "cv", "label": "Again"}]}}, "skills", "choices"),
        ({"skills": {"add": [{"label": "No key"}]}}, "skills", "add"),
    ],
)
def test_what_a_program_may_not_change_is_refused_by_name(overrides, facet, field):
    with pytest.raises(VocabularyError) as refusal:
        for_program(overrides)

    assert (refusal.value.facet, refusal.value.field) == (facet, field)


def test_overrides_that_are_no_object_are_refused():
    with pytest.raises(VocabularyError, match="an object that names facets"):
        vocabulary.for_program([1])
