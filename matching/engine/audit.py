"""How groups of people fared, told without telling of a few.

Only people who let themselves be counted are in a group. A group is named, and its numbers are told, only if nobody can
work out from all that is told something about fewer than ten people (`disclosure`). Numbers are rounded: pools change
from run to run by single people, and a difference of two exact audits would tell of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.engine.disclosure import tellable
from matching.engine.types import Audit, GroupFit, Person

Mask = NDArray[np.bool_]
Fits = NDArray[np.float64]
Interval = tuple[float, float]

PEOPLE, SHARE, FIT, GAP, COST = 5, 0.05, 0.01, 0.001, 0.000001  # rounded to multiples of these
Z = 1.959963984540054  # 95 % of a normal distribution lie within
INSIDE = 0.975


def audit(mentees: Sequence[Person], before: Fits, after: Fits) -> Audit | None:
    """By consented group, before and after the lift; None where nobody lets themselves be counted.

    `before` and `after` are the fits (mentees,), nan for who has nobody.
    """
    groups = _groups(mentees)
    if not groups:
        return None
    labels = sorted(groups)
    matched = _different(~np.isnan(before), ~np.isnan(after))
    for there in _different(np.ones(len(mentees), np.bool_), *matched):
        labels = _told(labels, groups, there)
    with_share = [labels if there.all() else _told(labels, groups, ~there) for there in matched]
    total = float(np.nansum(before))
    return Audit(
        before=_fared(groups, labels, with_share[0], before),
        after=_fared(groups, labels, with_share[-1], after),
        gap_before=_gap(before, groups, labels),
        gap_after=_gap(after, groups, labels),
        cost=_rounded((total - float(np.nansum(after))) / total, COST) if total else 0.0,
    )


def wilson(matched: int, people: int) -> Interval:
    """95 % interval of a share (Wilson 1927)."""
    share, z2 = matched / people, Z * Z
    centre = (share + z2 / (2 * people)) / (1 + z2 / people)
    reach = Z / (1 + z2 / people) * math.sqrt(share * (1 - share) / people + z2 / (4 * people * people))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def around_mean(fits: Fits) -> Interval:
    """95 % interval of the mean of two fits or more (Student 1908)."""
    from scipy.special import stdtrit  # takes as long to load as all else that the engine needs

    reach = float(stdtrit(len(fits) - 1, INSIDE)) * float(fits.std(ddof=1)) / math.sqrt(len(fits))
    return float(fits.mean()) - reach, float(fits.mean()) + reach


def _groups(mentees: Sequence[Person]) -> dict[str, Mask]:
    groups: dict[str, Mask] = {}
    for row, mentee in enumerate(mentees):
        for label in mentee.groups:
            if label not in groups:
                groups[label] = np.zeros(len(mentees), np.bool_)
            groups[label][row] = True
    return groups


def _told(labels: list[str], groups: dict[str, Mask], there: Mask) -> list[str]:
    """Of these groups those whose sums over the people `there` may be told beside the sum over all of them."""
    kept = tellable([groups[label][there] for label in labels], [there[there]]) if there.any() else []
    return [labels[i] for i in kept]


def _different(*masks: Mask) -> list[Mask]:
    """Each once: what may be told of the same people need not be asked again."""
    return [mask for i, mask in enumerate(masks) if not any(np.array_equal(mask, other) for other in masks[:i])]


def _fared(groups: dict[str, Mask], told: list[str], with_share: list[str], fits: Fits) -> tuple[GroupFit, ...]:
    matched = ~np.isnan(fits)
    tenths = {label: _tenth(groups[label] & matched, fits) for label in told}
    means = [groups[label][matched] for label in told]
    with_tenth = tellable([tenths[label][matched] for label in told], [matched[matched], *means])
    return tuple(
        _numbers(label, groups[label], fits, label in with_share, tenths[label] if i in with_tenth else None)
        for i, label in enumerate(told)
    )


def _numbers(label: str, mine: Mask, fits: Fits, has_share: bool, tenth: Mask | None) -> GroupFit:
    people, its = int(mine.sum()), fits[mine & ~np.isnan(fits)]
    return GroupFit(
        label=label,
        people=PEOPLE * round(people / PEOPLE),
        matched=_rounded(len(its) / people, SHARE) if has_share else None,
        matched_interval=_outward(wilson(len(its), people), SHARE) if has_share else None,
        mean=_rounded(float(its.mean()), FIT),
        mean_interval=_outward(around_mean(its), FIT),
        worst_tenth=None if tenth is None else _rounded(float(fits[tenth].mean()), FIT),
    )


def _tenth(matched: Mask, fits: Fits) -> Mask:
    """The tenth that fits least; of fewer than a hundred people it is too few to be told."""
    rows = np.flatnonzero(matched)
    least = rows[np.argsort(fits[rows], kind="stable")[: len(rows) // 10]]
    tenth = np.zeros(len(fits), np.bool_)
    tenth[least] = True
    return tenth


def _gap(fits: Fits, groups: dict[str, Mask], told: list[str]) -> float | None:
    """The largest difference of mean fit between two of the groups told."""
    if len(told) < 2:
        return None
    means = [float(np.nanmean(fits[groups[label]])) for label in told]
    return _rounded(max(means) - min(means), GAP)


def _rounded(number: float, step: float) -> float:
    return round(round(number / step) * step, 6)


def _outward(interval: Interval, step: float) -> Interval:
    low, high = interval
    return round(max(0.0, math.floor(low / step) * step), 6), round(min(1.0, math.ceil(high / step) * step), 6)
