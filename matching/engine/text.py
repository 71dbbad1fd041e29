"""Free text as vectors whose product says how alike two texts are.

The only module that needs scikit-learn, imported when the first text is read: it takes seconds and 127 MB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine import glossary
from matching.engine.threads import on_one_thread
from matching.engine.types import Numbers

DIMENSIONS = 64
SAMPLE = 4096
WORDS_SAMPLE = 4 * SAMPLE  # for of words there are many more than of numbers
BLOCK = 4096  # texts weighted at once: all n-grams of many texts would take a GB
FEW = 10  # texts of one side: so many count as much as what both sides have in common
ALIKE = 1e-5  # numbers that lie no further from those of everybody are the same but for rounding
NGRAMS = (3, 3)
WORD = r"(?u)\b\w+\b"


Reader = Callable[[Any], NDArray[np.float32]]
"""From one more mentee's text, or its numbers, to its (d,) row among those that were measured together."""


def measured(texts: Sequence[Any], mentees: int) -> tuple[NDArray[np.float32], Reader]:
    """(texts, d) rows, of words or of what a model made of them, and how one more text is read as they were. The first
    `mentees` of them are the mentees'."""
    if isinstance(texts[0], Numbers):
        meanings = Meanings(texts, mentees)
        return meanings.rows, meanings.read
    words = _words([glossary.expanded(text) for text in texts])
    return words.rows, lambda text: words.read(glossary.expanded(text))


def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """(texts, d), so that the product of two rows is their cosine, or near to it where d was reduced to 64.

    What stands in one text alone makes nobody alike and is left out, though it counts for the length of that text.
    """
    return measured(texts, 0)[0]


def plain_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """As `vectors`, of the words as they stand."""
    return _words(texts).rows


def of_numbers(numbers: Sequence[Numbers], mentees: int) -> NDArray[np.float32]:
    """(texts, d) of what a model made of each text, the mentees' first; the product of two rows is their cosine, or
    near to it where d was reduced to 64."""
    return Meanings(numbers, mentees).rows


class Meanings:
    """What all texts of a side have in common tells nobody apart, and is taken out first: models put short texts about
    one subject into one corner (Mu and Viswanath, 2018), and all mentees want something, all mentors offer something.
    """

    @on_one_thread
    def __init__(self, numbers: Sequence[Numbers], mentees: int) -> None:
        table = np.frombuffer(b"".join(numbers), np.float32).reshape(len(numbers), -1)
        sides = (np.arange(len(table)) >= mentees).astype(np.int64)
        self.means = _means(table, mentees)
        many = table.shape[1] > 2 * DIMENSIONS < len(table)
        self.directions = _main_directions(table, self.means, sides) if many else None
        self.rows = self._rows(table, sides)

    def read(self, numbers: Numbers) -> NDArray[np.float32]:
        return self._rows(np.frombuffer(numbers, np.float32)[None], np.zeros(1, np.int64))[0]

    def _rows(self, table: NDArray[np.float32], sides: NDArray[np.int64]) -> NDArray[np.float32]:
        if self.directions is None:
            rows, means = table.copy(), self.means
        else:  # in this order, so that no second table of that width is made
            rows, means = table @ self.directions, self.means @ self.directions
        first = int(np.searchsorted(sides, 1))  # mentor
        rows[:first] -= means[0]
        rows[first:] -= means[1]
        lengths = np.linalg.norm(rows, axis=1)
        rows /= np.where(lengths > ALIKE, lengths, np.inf)[:, None].astype(np.float32)
        return rows


def _means(table: NDArray[np.float32], mentees: int) -> NDArray[np.float32]:
    """(2, d) of mentees and of mentors. A side of few texts leans on what both have in common: one text alone would
    otherwise be nothing but its own mean."""
    mean = table.mean(axis=0, dtype=np.float64)
    sums = [side.sum(axis=0, dtype=np.float64) + FEW * mean for side in (table[:mentees], table[mentees:])]
    counts = np.array([[mentees], [len(table) - mentees]])
    return (np.array(sums) / (counts + FEW)).astype(np.float32)


def _main_directions(
    table: NDArray[np.float32], means: NDArray[np.float32], sides: NDArray[np.int64]
) -> NDArray[np.float32]:
    """(d, 64) in which the texts differ most, of at most SAMPLE of them, evenly spaced."""
    sample = _spaced(len(table), SAMPLE)
    some = table[sample] - means[sides[sample]]
    _, directions = np.linalg.eigh(some.T @ some)
    return directions[:, -DIMENSIONS:]


def _spaced(n: int, most: int) -> NDArray[np.int64]:
    return np.linspace(0, n - 1, min(most, n)).astype(np.int64)


def _words(texts: Sequence[str]) -> Words:
    import sklearn.decomposition
    import sklearn.feature_extraction.text  # noqa: F401  now their threads can be limited

    return Words(texts)


class Words:
    """TF-IDF of words beside that of their n-grams, each half of length 1/2.

    The n-grams lie inside words, so that they are counted once per distinct word, not once per text.
    """

    @on_one_thread
    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import CountVectorizer

        self.words = CountVectorizer(token_pattern=WORD, dtype=np.float32)
        self.rows = np.zeros((len(texts), 0), np.float32)
        try:
            counts = self.words.fit_transform(texts)
        except ValueError:  # nobody wrote a single word
            return
        parts = CountVectorizer(analyzer="char_wb", ngram_range=NGRAMS, dtype=np.float32)
        self.parts = parts.fit_transform(self.words.get_feature_names_out())
        blocks = [counts[start : start + BLOCK] for start in range(0, len(texts), BLOCK)]
        self.halves = [_half(blocks), _half(block @ self.parts for block in blocks)]
        self.svd = _main_axes(self._weighted(counts[_spaced(len(texts), WORDS_SAMPLE)]))
        self.rows = np.vstack([self._reduced(self._weighted(block)) for block in blocks])

    def read(self, text: str) -> NDArray[np.float32]:
        """Words that nobody used before are passed over."""
        if not self.rows.shape[1]:
            return np.zeros(0, np.float32)
        return self._reduced(self._weighted(self.words.transform([text])))[0]

    def _weighted(self, counts: Any) -> Any:
        from scipy.sparse import hstack

        halves = zip(self.halves, (counts, counts @ self.parts), strict=True)
        return hstack(
            [tfidf.transform(half)[:, shared] * np.float32(0.5**0.5) for (tfidf, shared), half in halves]
        ).tocsr()

    def _reduced(self, weighted: Any) -> NDArray[np.float32]:
        found = weighted.toarray() if self.svd is None else self.svd.transform(weighted)
        return np.asarray(found, np.float32)


def _half(blocks: Iterable[Any]) -> tuple[Any, NDArray[np.bool_]]:
    """How rare each word is, and which stand in more than one text."""
    from sklearn.feature_extraction.text import TfidfTransformer

    texts, found = 0, np.zeros(1, np.int64)
    for block in blocks:
        texts += block.shape[0]
        found = found + np.bincount(block.indices, minlength=block.shape[1])
    tfidf = TfidfTransformer(sublinear_tf=True)
    tfidf.idf_ = (np.log((1 + texts) / (1 + found)) + 1).astype(np.float32)
    return tfidf, found > 1


def _main_axes(weighted: Any) -> Any:
    """None where so few texts or words are there that nothing is to be gained."""
    from sklearn.decomposition import TruncatedSVD

    if min(weighted.shape) <= 2 * DIMENSIONS:
        return None
    svd = TruncatedSVD(DIMENSIONS, n_iter=2, n_oversamples=4, power_iteration_normalizer="LU", random_state=0)
    return svd.fit(weighted)
