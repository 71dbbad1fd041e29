"""One page about a match, complete in itself: no script, and nothing is asked of anywhere. Ids and numbers alone; what
people said stays in the spreadsheets."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.engine.types import Audit, Certificate, GroupFit, Person, Result, Unmatched
from matching.spreadsheets import words
from ui import standalone

SHEETS = ("tokens", "base", "components", "report")
BINS = 50  # of fit, from 0 to 1
ROWS = 500  # of a table; the spreadsheet has them all
TOLD = "–"


@dataclass(frozen=True, slots=True)
class Bar:
    """Part of a picture 100 wide and 100 high. Places are text, lest a language writes them with a comma."""

    label: str
    count: int
    x: str
    y: str
    width: str
    height: str


def html(result: Result, mentors: Iterable[Person], made: Sequence[tuple[str, object]]) -> str:
    """`made` says how the match was made, in terms and texts. Same arguments, same bytes."""
    pairings = sorted(result.pairings, key=lambda pairing: (pairing.fit, pairing.mentee))
    context = {
        **standalone.look(*SHEETS),
        "result": result,
        "figures": _figures(result, [pairing.fit for pairing in pairings]),
        "fits": _fits([pairing.fit for pairing in pairings]),
        "places": _places(result, mentors),
        "hindrances": _hindrances(result.unmatched),
        "certificate": _proved(result.certificate) if result.certificate else [],
        "groups": [_group(group) for group in result.audit.after] if result.audit else [],
        "lift": _lifted(result.audit) if result.audit else [],
        "pairs": [(pairing, words.in_short(pairing.reasons)) for pairing in pairings[:ROWS]],
        "unmatched": [(somebody.id, words.hindrances(somebody.reasons)) for somebody in result.unmatched[:ROWS]],
        "made": made,
    }
    return render_to_string("matching/report.html", context)


def _figures(result: Result, fits: Sequence[float]) -> list[tuple[str, str]]:
    """The numbers that one looks for first; `fits` from the weakest up."""
    counts = result.counts
    figures = [
        (_("Mentees with a mentor"), _of(len(fits), counts["mentees"])),
        (_("Mentors with a mentee"), _of(len({pairing.mentor for pairing in result.pairings}), counts["mentors"])),
        (_("Places taken"), _of(len(fits), counts["places"])),
    ]
    if fits:
        tenth = fits[: -(-len(fits) // 10)]
        figures += [
            (_("Fit of the middle pair"), f"{statistics.median(fits):.2f}"),
            (_("Mean of the weakest tenth"), f"{statistics.fmean(tenth):.2f}"),
        ]
    return figures


def _of(some: int, all_: int) -> str:
    return _("%(some)s of %(all)s") % {"some": f"{some:,}", "all": f"{all_:,}"}


def _fits(fits: Sequence[float]) -> list[Bar]:
    """Pairs by fit, as columns, over the stretch where there are any."""
    counts = Counter(min(int(fit * BINS), BINS - 1) for fit in fits)
    bins = range(min(counts, default=0), max(counts, default=0) + 1)
    highest, width = max(counts.values(), default=1), 100 / len(bins)
    return [
        _bar(f"{k / BINS:.2f}–{(k + 1) / BINS:.2f}", counts[k], i * width, 0.92 * width, 100 * counts[k] / highest)
        for i, k in enumerate(bins)
    ]


def _places(result: Result, mentors: Iterable[Person]) -> list[Bar]:
    """Mentors by how many of their places are taken, side by side."""
    taken = Counter(pairing.mentor for pairing in result.pairings)
    counts = dict.fromkeys((_("All places taken"), _("Some places left"), _("Nobody yet"), _("No places offered")), 0)
    uses = list(counts)
    for mentor in mentors:
        counts[uses[_use(taken[mentor.id], mentor.capacity)]] += 1
    share, at, bars = 100 / max(sum(counts.values()), 1), 0.0, []
    for label, count in counts.items():
        bars.append(_bar(label, count, at, count * share, 100))
        at += count * share
    return bars


def _use(taken: int, capacity: int) -> int:
    if not capacity:
        return 3
    return 2 if not taken else 0 if taken >= capacity else 1


def _hindrances(unmatched: Iterable[Unmatched]) -> list[Bar]:
    """What stood most in the way of how many, the most frequent first."""
    counts = Counter(words.rule(somebody.reasons[0].rule) for somebody in unmatched)
    highest = max(counts.values(), default=1)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [_bar(label, count, 0, 100 * count / highest, 100) for label, count in ordered]


def _bar(label: str, count: int, x: float, width: float, height: float) -> Bar:
    return Bar(label, count, f"{x:.2f}", f"{100 - height:.2f}", f"{width:.2f}", f"{height:.2f}")


def _proved(certificate: Certificate) -> list[str]:
    return [
        _("No other way to match these people has a total fit that is more than %(gap)s %% larger.")
        % {"gap": _percent(certificate.gap)},
        ngettext(
            "%(count)d mentee and mentor would both rather have each other than whom they got.",
            "%(count)d pairs of mentee and mentor would both rather have each other than whom they got.",
            certificate.blocking,
        )
        % {"count": certificate.blocking},
    ]


def _lifted(audit: Audit) -> list[str]:
    if audit.gap_before is None or audit.gap_after is None:
        return []
    return [
        _("Between the groups, mean fit differs by at most %(after)s.") % {"after": f"{audit.gap_after:.3f}"},
        _("Before groups were lifted it was %(before)s; that cost %(cost)s %% of the total fit.")
        % {"before": f"{audit.gap_before:.3f}", "cost": _percent(audit.cost)},
    ]


def _percent(share: float) -> str:
    """Never rounded down: a bound must hold as it is told."""
    return f"{math.ceil(share * 100_000) / 1000:.3f}"


def _group(group: GroupFit) -> dict[str, Any]:
    return {
        "label": group.label,
        "people": TOLD if group.people is None else f"{group.people:,}",
        "matched": _between(group.matched, group.matched_interval),
        "mean": _between(group.mean, group.mean_interval),
        "worst": TOLD if group.worst_tenth is None else f"{group.worst_tenth:.2f}",
    }


def _between(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None:
        return TOLD
    return f"{value:.2f}" if interval is None else f"{value:.2f} ({interval[0]:.2f}–{interval[1]:.2f})"
