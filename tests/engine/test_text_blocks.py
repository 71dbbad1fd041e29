"""Many texts are weighted block by block: nobody's row may tell in which block they stood."""

import random

import numpy as np
import pytest

from matching.engine import text

DRAW = random.Random(20260325)
WORDS = ["".join(DRAW.choices("abcdefgh", k=DRAW.randint(3, 8))) for _ in range(300)]
SUBJECTS = [WORDS[start : start + 20] for start in range(0, 300, 20)]
TEXTS = [" ".join(DRAW.choices(DRAW.choice(SUBJECTS), k=12)) for _ in range(900)]


@pytest.mark.parametrize("size", [1, 7, 899])
@pytest.mark.parametrize("count", [40, 300])
def test_rows_are_the_same_in_blocks_of_any_size(monkeypatch, size, count):
    at_once = text.plain_vectors(TEXTS[:count])
    monkeypatch.setattr(text, "BLOCK", size)

    assert np.array_equal(text.plain_vectors(TEXTS[:count]), at_once)


def test_how_rare_a_word_is_is_counted_over_all_blocks(monkeypatch):
    monkeypatch.setattr(text, "BLOCK", 2)
    rows = text.plain_vectors(["often", "rare", "often", "often seldom", "often seldom"])

    assert rows[0] @ rows[2] > rows[3] @ rows[0] > 0
    assert rows[1] @ rows[1] == 0  # stands in one text alone


def test_the_axes_of_a_sample_serve_those_outside_it(monkeypatch):
    whole = text.plain_vectors(TEXTS)
    monkeypatch.setattr(text, "WORDS_SAMPLE", 225)
    sampled = text.plain_vectors(TEXTS)

    assert np.corrcoef((whole @ whole.T).ravel(), (sampled @ sampled.T).ravel())[0, 1] > 0.95
