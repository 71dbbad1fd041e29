"""The hard rules as columns: a product of two people says whether they may be paired at all.

Each rule comes down to one of two questions. *Bar*: is there anything that keeps them apart (a must of one that the
other does not fulfil, no free place)? *Need*: is there anything that they share (a language, an hour), where not to
have said is to share it? Where few different answers exist, as with languages, a need becomes a bar: one column for
each answer, and which of the others it rules out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.engine.eligibility import Clash, Eligibility, Mask
from matching.engine.features import product
from matching.engine.sides import Floats, Ints, Rows, different

FEW = 16  # different answers that become columns
Piece = tuple[Floats, Floats]
Need = list[Piece]


@dataclass(frozen=True, slots=True)
class Rules:
    bars: tuple[Piece, ...]
    needs: tuple[Need, ...]
    kind: Ints  # (n,) mentees of one kind need the same
    open_to: Mask  # (kinds, m) the mentors whom that leaves

    def side(self, which: int, rows: Rows) -> dict[str, Any]:
        """The fields of a Side: 0 for mentees, 1 for mentors."""
        bars = [bar[which][rows] for bar in self.bars]
        needs = [piece[which][rows] for need in self.needs for piece in need]
        ends = np.cumsum([sum(piece[0].shape[1] for piece in need) for need in self.needs], dtype=np.int64)
        like = np.zeros((*self.bars[0][which][rows].shape[:-1], 0), np.float32)
        return {
            "bar": np.concatenate([like, *bars], axis=-1),
            "need": np.concatenate([like, *needs], axis=-1),
            "need_ends": ends,
        }

    def possible(self, rows: Ints, columns: Ints) -> Mask:
        """(pairs,)"""
        allowed = np.ones(len(rows), np.bool_)
        for left, right in self.bars:
            allowed &= np.einsum("ij,ij->i", left[rows], right[columns]) == 0
        for need in self.needs:
            allowed &= sum(np.einsum("ij,ij->i", left[rows], right[columns]) for left, right in need) > 0
        return allowed


def rules(eligible: Eligibility) -> Rules:
    n = eligible.shape[0]
    bars: list[Piece] = [(np.ones((n, 1), np.float32), eligible.full.astype(np.float32)[:, None])]
    forth, back = eligible.forth, eligible.back
    asked = forth.musts.any(axis=0)
    bars.append((forth.musts[:, asked], 1 - forth.has[:, asked]))
    asked = back.musts.any(axis=0)
    bars.append((1 - back.has[:, asked], back.musts[:, asked]))
    needs = [_shared(clash) for clash in eligible.clashes]
    needs += [
        [*_shared(place), *_unless(meeting.left, meeting.right), *_shared(meeting.elsewhere)]
        for place in eligible.places
        for meeting in eligible.meetings
    ]
    folded = [_folded(need) for need in needs]
    bars += [bar for bar in folded if bar is not None]
    kind, open_to = _kinds([bar for bar in folded if bar is not None], eligible.shape)
    return Rules(tuple(bars), tuple(n for n, bar in zip(needs, folded, strict=True) if bar is None), kind, open_to)


def _kinds(bars: list[Piece], shape: tuple[int, int]) -> tuple[Ints, Mask]:
    """All as one kind where there are too many to be worth it."""
    left = np.concatenate([np.zeros((shape[0], 1), np.float32), *(bar[0] for bar in bars)], axis=1)
    first, kind = different(np.packbits(left > 0, axis=1))
    if len(first) > FEW:
        return np.zeros(shape[0], np.int64), np.ones((1, shape[1]), np.bool_)
    barred = [product(bar[0][first], bar[1]) > 0 for bar in bars]
    return kind, ~np.any([np.zeros((len(first), shape[1]), np.bool_), *barred], axis=0)


def _shared(clash: Clash) -> Need:
    return [(clash.left, clash.right), *_unless(clash.gave_left, clash.gave_right)]


def _unless(left: Floats, right: Floats) -> Need:
    """Shared by any two of whom one has a 0."""
    ones = np.ones((len(left), 1), np.float32), np.ones((len(right), 1), np.float32)
    return [(ones[0], (right == 0).astype(np.float32)[:, None]), ((left == 0).astype(np.float32)[:, None], ones[1])]


def _folded(need: Need) -> Piece | None:
    left, right = (np.concatenate([piece[side] for piece in need], axis=1) for side in (0, 1))
    for own, other, order in ((left, right, 1), (right, left, -1)):
        first, code = different(np.packbits(own > 0, axis=1))
        if len(first) <= FEW:
            ruled_out = (product(own[first], other) == 0).astype(np.float32)
            telling = ruled_out.any(axis=1)
            has = np.eye(len(first), dtype=np.float32)[code][:, telling]
            return (has, ruled_out[telling].T)[::order]  # type: ignore[return-value]
    return None
