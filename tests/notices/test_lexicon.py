"""Which words out, in four languages; and which only look as if."""

import re
import tomllib
from pathlib import Path

import pytest

from notices.lexicon import languages, outing

NEUTRAL = tomllib.loads(Path(__file__).with_name("neutral.toml").read_text())
OUT = {
    "en": ["Queer mentors", "LGBTQIA+", "a trans man", "Pride", "Non-binary", "bi people", "HRT", "Drag Queen", "gays"],
    "de": ["schwul", "Schwule", "Lesbengruppe", "nichtbinär", "nicht-binäre", "CSD", "Regenbogenfamilie", "Coming-out"],
    "es": ["lesbiana", "LGTBI", "transexual", "transgénero", "día del orgullo", "salir del armario", "no binarie"],
    "fr": ["lesbienne", "PÉDÉ", "transgenre", "non-binaire", "marche des fiertés", "bisexuelle", "coming out"],
    "every": ["🏳️‍🌈", "🏳️‍⚧️"],
}


@pytest.mark.parametrize("language", OUT)
def test_what_outs_is_found(language: str):
    assert [words for words in OUT[language] if not outing(words)] == []


@pytest.mark.parametrize("language", NEUTRAL)
def test_what_people_write_about_anything_else_is_not(language: str):
    assert outing(NEUTRAL[language]) == []


def test_every_word_of_the_list_is_found_as_it_stands():
    listed = [word for kinds in languages().values() for words in kinds.values() for word in words]

    assert [word for word in listed if outing(f"an {word} evening") == []] == []


def test_it_is_found_however_it_is_joined():
    joined = ["trans_mentoring.ics", "/gay/", "PRIDE2026", "queer*", "Trans-Gruppe", "nicht‑binär", "<b>gay</b>"]

    assert [words for words in joined if not outing(words)] == []


def test_what_is_quoted_is_as_it_was_written():
    assert outing("Meine SCHWULE Gruppe und Pédé") == ["SCHWULE", "Pédé"]


def test_control_a_list_of_bare_beginnings_would_cry_wolf():
    bare = re.compile(r"\b(?:trans|bi|homo|pan|lesb|pede|inter)\w*", re.IGNORECASE)

    assert [language for language in NEUTRAL if not bare.search(NEUTRAL[language])] == []
