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
    found = text.of_numbers(drawn(60, 96), 0)

    raw = np.array([np.frombuffer(row, np.float32) for row in drawn(60, 96)])
    assert np.abs(found.mean(axis=0)).max() < 0.05 < np.abs(raw.mean(axis=0)).max()
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)


def test_what_the_texts_of_one_side_have_in_common_is_taken_out():
    wanting, offering = drawn(200, 96), [array("f", np.array(row) - 2) for row in drawn(100, 96, seed=2)]

    found = text.of_numbers([*wanting, *offering], len(wanting))

    assert np.abs(found[:200].mean(axis=0)).max() < 0.05
    assert np.abs(found[200:].mean(axis=0)).max() < 0.05
    whole = text.of_numbers([*wanting, *offering], 0)
    assert np.abs(whole[:200].mean(axis=0)).max() > 0.05


def test_the_only_mentee_who_wrote_is_not_their_own_mean():
    wanting, offering = drawn(1, 96), drawn(30, 96, seed=2)

    found = text.of_numbers([*wanting, *offering], 1)

    assert np.linalg.norm(found[0]) == pytest.approx(1, abs=1e-5)
    assert np.ptp(found[1:] @ found[0]) > 0.1


@pytest.mark.parametrize("count", [20, 200])
def test_one_more_text_is_read_as_a_mentee_of_those_measured(count):
    wanting, offering = drawn(count, 512), drawn(count, 512, seed=2)

    rows, read = text.measured([*wanting, *offering], count)

    assert np.abs(read(wanting[3]) - rows[3]).max() < 1e-5


def test_many_texts_are_reduced_to_64_numbers_that_tell_the_same():
    rng = np.random.default_rng(3)
    rows = (rng.normal(size=(400, 40)) @ rng.normal(size=(40, 512))).astype(np.float32)
    few = text.of_numbers([array("f", row.tobytes()) for row in rows], 0)
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


@pytest.mark.parametrize("model", [meaning.UNIVERSAL, meaning.BOTH])
def test_a_model_finds_what_shares_no_word(model):
    mentees = ["I want to leave nursing and work in tech.", "Grief after my partner died."]
    mentors = ["Mourning the one you love.", "I swapped the hospital ward for a software company."]
    numbers = meaning.numbers([*mentees, *mentors], model)

    fit = fits(side("a", numbers[:2]), side("x", numbers[2:]), only("about"))[0]

    assert fit.mutual.argmax(axis=1).tolist() == [1, 0]


def test_in_what_texts_differ_that_mean_the_same_counts_for_less():
    rng = np.random.default_rng(4)
    meant = rng.normal(size=(200, 16)).astype(np.float32)
    noise = rng.normal(size=(4, 200, 16)).astype(np.float32) * np.array([5.0] + [0.1] * 15, np.float32)

    turn = meaning.turn(meant + noise[0], meant + noise[1], caution=0.1)

    plain, learned = ([(meant + noise[i]) @ way for i in (2, 3)] for way in (np.eye(16), turn))
    assert _found(*learned) > 0.9 > _found(*plain)


def _found(wanted, offered):
    wanted, offered = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (wanted, offered))
    return np.mean((wanted @ offered.T).argmax(axis=1) == np.arange(len(wanted)))


def test_two_encoders_stand_beside_each_other_as_their_shares_say():
    wanted, offered = zip(*meaning.pairs(), strict=True)

    found = np.vstack(
        [side - side.mean(axis=0) for side in (meaning.learned(s, meaning.BOTH) for s in (wanted, offered))]
    )

    universal, e5 = ((part**2).sum(axis=1).mean() for part in (found[:, :512], found[:, 512:]))
    assert found.shape[1] == 512 + 384
    assert (universal, e5) == pytest.approx((0.7, 0.3), abs=0.02)


@pytest.mark.parametrize("part", ["glossary.digest", "digest", "version"])
def test_the_label_tells_model_version_glossary_and_pairs_apart(monkeypatch, part):
    before = meaning.label(meaning.UNIVERSAL), meaning.label(meaning.BOTH)
    monkeypatch.setattr(f"matching.engine.meaning.{part}", lambda *_: "0" * 8)

    assert before[0].startswith("universal-")
    assert before[1].startswith("universal+e5-")
    assert meaning.label(meaning.UNIVERSAL) not in before
    assert meaning.label(meaning.BOTH) not in before
