"""Texts that a model has turned into numbers are compared as texts are: centred, and on the scale of the others."""

from array import array

import numpy as np
import pytest

from matching.engine import meaning, text
from matching.engine.features import TEXT_SPREAD, likenesses
from matching.engine.types import PoolError
from tests.engine.pools import SETTINGS, fits, only, person


def drawn(count, size, seed=1):
    """Numbers as models give them: all near one direction, a little apart."""
    rows = np.random.default_rng(seed).normal(size=(count, size)).astype(np.float32) + 3
    return [array("f", row.tobytes()) for row in rows]


def side(letter, rows):
    return [person(f"{letter}{i}", about=row) for i, row in enumerate(rows)]


def test_numbers_are_standardised_before_they_are_weighed():
    mentees, mentors = side("a", drawn(40, 512)), side("x", drawn(30, 512, seed=2))

    (about,) = likenesses(mentees, mentors, only("about"))
    acting = (about.raw(slice(None), slice(None)) - about.centre) * about.gain

    assert abs(acting.mean()) < 1e-4
    assert acting.std() == pytest.approx(1 / TEXT_SPREAD, rel=1e-3)


def test_what_all_numbers_have_in_common_is_taken_out():
    found = text.of_numbers(drawn(60, 96))

    raw = np.array([np.frombuffer(row, np.float32) for row in drawn(60, 96)])
    assert np.abs(found.mean(axis=0)).max() < 0.05 < np.abs(raw.mean(axis=0)).max()
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)


def test_many_texts_are_reduced_to_64_numbers_that_tell_the_same():
    rng = np.random.default_rng(3)
    rows = (rng.normal(size=(400, 40)) @ rng.normal(size=(40, 512))).astype(np.float32)
    few = text.of_numbers([array("f", row.tobytes()) for row in rows])
    centred = rows - rows.mean(axis=0)
    cosine = centred / np.linalg.norm(centred, axis=1, keepdims=True)

    assert few.shape == (400, 64)
    assert np.abs(few @ few.T - cosine @ cosine.T).max() < 1e-3


def test_equal_numbers_for_everybody_favour_nobody():
    same = drawn(1, 512) * 3
    fit = fits(side("a", same), side("x", same), only("about"))[0]

    assert fit.mutual == pytest.approx(0.5)


def test_who_gave_no_text_is_absent_beside_numbers():
    mentees = [*side("a", drawn(5, 8)), person("z", values={"care"})]
    mentors = [person(f"x{i}", about=row, values={"care"}) for i, row in enumerate(drawn(5, 8, seed=2))]

    fit = fits(mentees, mentors, SETTINGS)[0]

    assert np.ptp(fit.mutual[5]) < 1e-6


def test_texts_beside_numbers_are_refused():
    with pytest.raises(PoolError, match="numbers"):
        fits(side("a", drawn(1, 8)), [person("x", about="words")], only("about"))


def test_the_model_finds_what_shares_no_word():
    mentees = ["I want to leave nursing and work in tech.", "Grief after my partner died."]
    mentors = ["Mourning the one you love.", "I swapped the hospital ward for a software company."]
    numbers = meaning.numbers([*mentees, *mentors])

    fit = fits(side("a", numbers[:2]), side("x", numbers[2:]), only("about"))[0]

    assert fit.mutual.argmax(axis=1).tolist() == [1, 0]


def test_the_label_tells_model_version_and_glossary_apart(monkeypatch):
    before = meaning.label("universal")
    monkeypatch.setattr(meaning.glossary, "digest", lambda: "0" * 8)

    assert before.startswith("universal-")
    assert meaning.label("universal") != before
