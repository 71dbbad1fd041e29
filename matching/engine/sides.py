"""The people of one side as plain arrays: all that is needed to score pairs of them, here or in another process."""

from __future__ import annotations

import io
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Places = NDArray[np.int32]
Rows = slice | NDArray[np.int64]


def different(table: NDArray[Any]) -> tuple[Ints, Ints]:
    """First places of the different rows, to the byte; which of them each row is."""
    if not table.size:
        return np.zeros(min(1, len(table)), np.int64), np.zeros(len(table), np.int64)
    whole = np.ascontiguousarray(table).view(np.dtype((np.void, table.itemsize * table.shape[1])))
    _, first, which = np.unique(whole.reshape(-1), return_index=True, return_inverse=True)
    return first, which.reshape(-1)


class Packed:
    """A dataclass of arrays that travels as bytes. Nothing in them is ever executed."""

    __slots__ = ()

    def to_bytes(self) -> bytes:
        buffer = io.BytesIO()
        np.savez(buffer, **{field.name: getattr(self, field.name) for field in fields(self)})  # type: ignore[arg-type]
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Raises ValueError for what was not made by `to_bytes` of the same class."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return cls(**{name: arrays[name] for name in arrays.files})


@dataclass(frozen=True, slots=True, kw_only=True)
class Side(Packed):
    """p people. `forth` is the mentee's direction, `back` the mentor's, whichever side this is.

    A product of the two sides' `forth` is a sum of weighted components; where both `budget_forth` have columns, their
    product is what it is to be divided by, and where they have none, it is the direction as it stands.
    """

    forth: Floats  # (p, d)
    back: Floats  # (p, e)
    budget_forth: Floats  # (p, facets) or (p, 0)
    budget_back: Floats
    capped: Floats  # (p, c) columns of the facets whose component is at most 1, side by side
    capped_ends: Ints  # (facets so capped,) where the columns of each end
    capped_weight: Floats  # (p, facets so capped)
    soft: Floats  # (p, w) weights of their own wishes
    centre: Floats  # (p, w) of those weights what an ordinary partner fulfils
    has: Floats  # (p, v) 0 or 1: of the values that the other side wishes for
    gave: Floats  # (p, v) 0 or 1: whether they made the facet of that value available
    bar: Floats  # (p, b) 0 or more: two people whose product is not 0 may not be paired
    need: Floats  # (p, s) 0 or 1: two people must share one column of each stretch
    need_ends: Ints  # (stretches,)
    price: Floats  # (p,)

    def __len__(self) -> int:
        return len(self.price)

    def rows(self, rows: Rows) -> Side:
        """Of some of these people."""
        of_people = {name: getattr(self, name)[rows] for name in OF_PEOPLE}
        return Side(**of_people, capped_ends=self.capped_ends, need_ends=self.need_ends)

    def swapped(self) -> Side:
        """As the other side of the table: `forth` is then the mentor's direction."""
        return replace(
            self, forth=self.back, back=self.forth, budget_forth=self.budget_back, budget_back=self.budget_forth
        )


OF_PEOPLE = [field.name for field in fields(Side) if not field.name.endswith("_ends")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Side):
    """Some people of the left side, and what is asked about each. Where they weigh alike, `forth` holds only what bars
    somebody: the rest of it would be `back` times `alike`."""

    who: Places  # (p,) their places
    among: Ints  # which of the other side are looked at
    floor: Floats  # (p,) what a pair must be worth, less the price of the other, to be found
    most: Ints  # () pairs to find for each of them; more where several are worth the same
    alike: Floats  # (d,) where these people weigh alike, how they do; (0,) where they do not
    apart: Ints  # (2, x) pairs not to be found: which of these people, which of `among`
    turned: NDArray[np.bool_]  # () whether pairs are looked for for each of `among` instead, among these people


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Packed):
    """Pairs, and up to what nothing was left out."""

    rows: Places  # (found,) of the left side
    columns: Places  # (found,) of the other
    forth: Floats  # (found,) both directions of the fit, 0 to 1
    back: Floats
    limit: Floats  # (p,) no pair that is possible and was not found is worth more, less the price
