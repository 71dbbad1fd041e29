"""Free text as vectors whose product says how alike two texts are.

The only module that needs scikit-learn, imported when the first text is read: it takes seconds and 127 MB.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.threads import on_one_thread

DIMENSIONS = 64
NGRAMS = (3, 3)
WORD = r"(?u)\b\w+\b"


def vectors(texts: list[str]) -> NDArray[np.float32]:
    """(texts, d), so that the product of two rows is their cosine, or near to it where d was reduced to 64.

    What stands in one text alone makes nobody alike and is left out, though it counts for the length of that text.
    """
    import sklearn.decomposition
    import sklearn.feature_extraction.text  # noqa: F401  now their threads can be limited

    return _vectors(texts)


@on_one_thread
def _vectors(texts: list[str]) -> NDArray[np.float32]:
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
