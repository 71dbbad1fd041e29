import re
import tomllib

import pytest

from matching.engine import glossary, text
from tests.engine.pools import fits, only, person

FILES = glossary.files()
entries = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("I would like to start HRT.", "taking hormones"),
        ("Out-at-work for years", "openly queer with colleagues"),
        ("Ich suche eine WAHLFAMILIE und Halt.", "Freundinnen und Freunde"),
        ("Quiero salir del armario en casa", "contar que soy queer"),
        ("J'ai une famille de coeur, et je l'aime", "des amis qui sont une famille"),
    ],
)
def test_plain_words_stand_behind_the_community_s(said, understood):
    expanded = glossary.expanded(said.replace("oe", "œ"))

    assert expanded.startswith(said.replace("oe", "œ"))
    assert understood in expanded


def test_accents_capitals_and_hyphens_make_no_difference():
    said = ["Necesito rectificación registral para mi DNI", "necesito RECTIFICACION-REGISTRAL para mi dni"]

    assert len({glossary.expanded(one)[len(one) :] for one in said}) == 1


@pytest.mark.parametrize(
    "said", ["", "  ", "I take pride in my garden", "the book came out in May", "shrthrt is no word"]
)
def test_other_texts_stay_as_they_are(said):
    assert glossary.expanded(said) == said


def test_a_word_is_read_in_the_language_of_its_text():
    assert "Hormon" not in glossary.expanded("I am on HRT and it is going well")
    assert "hormones" not in glossary.expanded("Ich nehme HRT und es geht mir gut")


def test_what_is_shown_is_what_was_written(monkeypatch):
    read: list[str] = []

    def listen(texts):
        read.extend(texts)
        return plain(texts)

    plain = text._words
    monkeypatch.setattr(text, "_words", listen)
    mentee, mentor = person("a", about="Starting HRT"), person("x", about="Hormones and calm")

    fits([mentee], [mentor], only("about"))

    assert "gender-affirming" in read[0]
    assert mentee.answers["about"] == "Starting HRT"


def test_the_community_s_word_finds_the_plain_one(monkeypatch):
    mentees = [person("a", about="to start HRT soon"), person("b", about="to learn to cook well")]
    mentors = [person("x", about="hormone therapy: the first months"), person("y", about="to cook for many")]
    assert fits(mentees, mentors, only("about"))[0].mutual[0].argmax() == 0

    monkeypatch.setattr(glossary, "expanded", str)

    assert (
        fits(mentees, mentors, only("about"))[0].mutual[0, 0] <= fits(mentees, mentors, only("about"))[0].mutual[0, 1]
    )


@entries
def test_each_file_says_how_to_edit_it_and_its_words_are_in_order(file):
    read = tomllib.loads(file.read_text(encoding="utf-8"))

    assert "How to edit it" in file.read_text(encoding="utf-8") or "glossary.en.toml" in file.read_text(
        encoding="utf-8"
    )
    assert set(read) == {"everyday", "words"}
    assert all(glossary.folded(word) and plain.strip() for word, plain in read["words"].items())
    assert len({glossary.folded(word) for word in read["words"]}) == len(read["words"])


@entries
def test_nothing_that_kindred_never_asks_stands_in_it(file):
    said = " ".join(tomllib.loads(file.read_text(encoding="utf-8"))["words"].values())

    assert not re.search(r"assigned|biological|born as|birth sex|tranny|transsexual|preference|lifestyle", said, re.I)


def test_there_are_four_languages_and_a_digest_of_them():
    assert [file.name for file in FILES] == [f"glossary.{language}.toml" for language in ("de", "en", "es", "fr")]
    assert re.fullmatch("[0-9a-f]{8}", glossary.digest())
