"""The labelled set of the bench is what it says it is, and the words alone find their partners in it."""

import numpy as np
import pytest

from bench import paraphrases
from matching.engine import glossary, meaning, text

GOALS = paraphrases.goals()
TUNING = paraphrases.goals(paraphrases.TUNING)
BLIND = paraphrases.goals(paraphrases.BLIND)
MOST_ALIKE = 0.5
STEM = 4  # letters: enough to tell words of content apart, few enough for their inflected forms


def everyday():
    return {word for language in glossary.languages() for word in language.everyday}


def shared(goal):
    one, other = (
        {word[:STEM] for word in glossary.folded(said) if len(word) >= STEM and word not in everyday()}
        for said in (goal.mentee, goal.mentor)
    )
    return one & other


def test_it_has_at_least_120_pairs_and_no_text_twice():
    texts = [said for goal in GOALS for said in (goal.mentee, goal.mentor)]

    assert len(GOALS) >= 120
    assert len(set(texts)) == len(texts)
    assert {goal.group for goal in GOALS} == {"en", "de", "es", "fr", "across"}


def test_easy_ones_share_words_of_content_and_hard_ones_hardly_any():
    counts = {kind: [len(shared(goal)) for goal in GOALS if goal.kind == kind] for kind in ("easy", "hard", "across")}

    assert min(counts["easy"]) >= 2
    assert max(counts["hard"] + counts["across"]) <= 1
    assert sum(counts["hard"]) / len(counts["hard"]) < 0.25


def test_those_by_other_hands_are_many_and_hardly_share_a_word():
    texts = [said for goal in BLIND for said in (goal.mentee, goal.mentor)]
    counts = [len(shared(goal)) for goal in BLIND]

    assert len(BLIND) >= 900
    assert len(set(texts)) == len(texts)
    assert not set(texts) & {said for goal in TUNING for said in (goal.mentee, goal.mentor)}
    assert not set(texts) & {said for pair in meaning.pairs() for said in pair}
    assert sum(counts) / len(counts) < 0.25


def test_what_is_drawn_by_lot_is_found_among_texts_of_its_language_only():
    """By a reader that tells English texts apart, and to whom each French one is like all others."""
    said = [paraphrases.Goal(language, language, "hard", "", "") for language in ("en", "fr") for _ in range(40)]
    english = np.eye(40)
    french = np.ones((40, 40))

    found = paraphrases.by_lot(said, lambda texts: np.vstack([english, french] * 2), str)

    assert found == {"en": 1.0, "fr": 0.0}


@pytest.mark.parametrize("read", [text.plain_vectors, text.vectors])
def test_words_find_what_shares_words(read):
    everywhere, _ = paraphrases.places(GOALS, read, str)
    easy = [place == 0 for place, goal in zip(everywhere, GOALS, strict=True) if goal.kind == "easy"]

    assert sum(easy) / len(easy) >= 0.93


def test_what_is_just_as_alike_is_not_found_by_chance():
    everywhere, _ = paraphrases.places(GOALS, lambda texts: text.plain_vectors(["alike"] * len(texts)), str)

    assert everywhere.min() == len(GOALS) - 1


def test_what_is_tuned_and_learned_on_is_none_of_what_is_measured_on():
    """Each is other sentences: no two have most of their words of content in common."""
    measured, tuned, taught = (
        [content(said) for pair in pairs for said in pair]
        for pairs in (
            [(goal.mentee, goal.mentor) for goal in GOALS],
            [(goal.mentee, goal.mentor) for goal in TUNING],
            meaning.pairs(),
        )
    )

    assert max(alike(one, other) for one in tuned + taught for other in measured) < MOST_ALIKE
    assert max(alike(one, other) for one in taught for other in tuned) < MOST_ALIKE
    assert max(alike(one, other) for one in [*taught, measured[0]] for other in measured) == 1


def content(said):
    return {word[:STEM] for word in glossary.folded(said) if len(word) >= STEM and word not in everyday()}


def alike(one, other):
    """The share of the words of both that are in both, of which two do not tell a sentence."""
    return len(one & other) / len(one | other) if len(one & other) > 1 else 0.0
