"""Rows of a table told apart."""

import numpy as np
import pytest

from matching.engine.sides import different


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32])
def test_rows_are_the_same_only_where_all_of_them_is(kind):
    table = np.random.default_rng(7).integers(0, 3, (400, 5)).astype(kind)

    first, which = different(table[:, ::-1])

    assert (table[first[which]] == table).all()
    assert len({tuple(row) for row in table.tolist()}) == len(first) > 100
    assert all(number not in which[:at].tolist() for number, at in enumerate(first.tolist()))


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (4, 0)])
def test_nobody_and_rows_of_nothing(shape):
    first, which = different(np.zeros(shape))

    assert first.tolist() == [0][: shape[0]]
    assert which.tolist() == [0] * shape[0]
