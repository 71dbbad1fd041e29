"""Translators are handed every word that stands in a data file and is shown."""

import pytest

from consent import facets, vocabulary
from consent.facets import Facet
from home.management.commands.makemessages import words_in_data_files
from safety import crisis


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What gettext is asked for while every question and every help line is put into words."""
    asked: set[str] = set()

    def note(words: str) -> str:
        asked.add(words)
        return words

    for module, name in ((facets, "gettext"), (crisis, "_")):
        monkeypatch.setattr(module, name, note)
    words = vocabulary.load()
    for group in words.groups:
        _ = group.title, group.intro
    for facet in words.facets:
        put_into_words(facet)
    for country in crisis.load().countries:
        _ = country.name
        for line in country.lines:
            _ = line.about, line.open_when
    return asked


def put_into_words(facet: Facet) -> None:
    for name in ("label", "why", "who", "hint", "wish", "boundary"):
        getattr(facet, name)
    for role in facets.ROLES:
        facet.question(role)
        facet.reason(role, ["word"])
    for choice in facet.choices:
        _ = choice.label


def test_every_word_of_the_data_that_is_shown_is_handed_to_translators(shown: set[str]):
    ours = {"Day and night", "Not around the clock"}

    assert len(shown) > 400
    assert shown - ours - words_in_data_files() == set()
