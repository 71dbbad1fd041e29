"""Free text as vectors whose product says how alike two texts are.

The only module that needs scikit-learn, imported when the first text is read: it takes seconds and 127 MB.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine import glossary
from matching.engine.threads import on_one_thread
from matching.engine.types import Numbers

DIMENSIONS = 64
SAMPLE = 4096
ALIKE = 1e-5  # numbers that lie no further from those of everybody are the same but for rounding
NGRAMS = (3, 3)
WORD = r"(?u)\b\w+\b"


def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """(texts, d), so that the product of two rows is their cosine, or near to it where d was reduced to 64.

    What stands in one text alone makes nobody alike and is left out, though it counts for the length of that text.
    """
    return plain_vectors([glossary.expanded(text) for text in texts])


def plain_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """As `vectors`, of the words as they stand."""
    import sklearn.decomposition
    import sklearn.feature_extraction.text  # noqa: F401  now their threads can be limited

    return _vectors(texts)


@on_one_thread
def of_numbers(numbers: Sequence[Numbers]) -> NDArray[np.float32]:
    """(texts, d) of what a model made of each text; the product of two rows is their cosine, or near to it where d
    was reduced to 64.

    What all texts of the pool have in common tells nobody apart, and is taken out first: models put short texts about
    one subject into one corner (Mu and Viswanath, 2018).
    """
    table = np.frombuffer(b"".join(numbers), np.float32).reshape(len(numbers), -1)
    table = table - table.mean(axis=0, dtype=np.float64).astype(np.float32)
    if table.shape[1] > 2 * DIMENSIONS < len(table):
        table = table @ _main_directions(table)
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    return np.divide(table, lengths, out=np.zeros_like(table), where=lengths > ALIKE)


def _main_directions(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """(d, 64) in which the texts differ most, of at most SAMPLE of them, evenly spaced."""
    some = table[np.linspace(0, len(table) - 1, min(SAMPLE, len(table))).astype(np.int64)]
    _, directions = np.linalg.eigh(some.T @ some)
    return directions[:, -DIMENSIONS:]


@on_one_thread
def _vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    from sklearn.feature_extraction.text import CountVectorizer

    try:
        vectorizer = CountVectorizer(token_pattern=WORD, dtype=np.float32)
        words = vectorizer.fit_transform(texts)
    except ValueError:  # nobody wrote a single word
        return np.zeros((len(texts), 0), np.float32)
    return _reduced(_weighted(words, vectorizer.get_feature_names_out())).astype(np.float32)


def _weighted(words: Any, vocabulary: Any) -> Any:
    """TF-IDF of words beside that of their n-grams, each half of length 1/2.

    The n-grams lie inside words, so that they are counted once per distinct word, not once per text.
    """
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

    parts = CountVectorizer(analyzer="char_wb", ngram_range=NGRAMS, dtype=np.float32).fit_transform(vocabulary)
    halves = []
    for counts in (words, words @ parts):
        shared = np.bincount(counts.indices, minlength=counts.shape[1]) > 1
        halves.append(TfidfTransformer(sublinear_tf=True).fit_transform(counts)[:, shared] * np.float32(0.5**0.5))
    return hstack(halves).tocsr()


def _reduced(weighted: Any) -> Any:
    from sklearn.decomposition import TruncatedSVD

    if min(weighted.shape) <= 2 * DIMENSIONS:  # so few texts or words that there is nothing to gain
        return weighted.toarray()
    svd = TruncatedSVD(DIMENSIONS, n_iter=2, n_oversamples=4, power_iteration_normalizer="LU", random_state=0)
    return svd.fit_transform(weighted)
