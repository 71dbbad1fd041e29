"""What a coordinator reads of a run: how good it is, how fits are spread, how groups fared, who has nobody and why."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Membership, User
from consent import vocabulary
from consent.vocabulary import Vocabulary
from matching import queries, reasons
from matching.models import MatchRun, Proposal, Unmatched, WhatIf

if TYPE_CHECKING:
    from matching.engine.types import Certificate, Hindrance, Result

BINS = 20  # of fit, from 0 to 1
COUNTED = {"no_places", "earlier_pair"}
"""Rules of which a coordinator may know how many mentors they took: they rest on nobody's answers."""
TOLD = 2
PER_PAGE = 25
FEW = gettext_lazy("too few to tell")
SMALLEST = 0.005  # change of a total that is told


@dataclass(frozen=True)
class Bar:
    """One row of a table with its picture: places from 0 to 100, as text, lest a language writes them with a comma."""

    label: str
    count: int
    width: str


@dataclass(frozen=True)
class Group:
    """How one group fared."""

    label: str
    people: int
    matched: str | Promise
    mean: str
    worst: str | Promise
    at: str
    low: str
    width: str


@dataclass(frozen=True)
class Lone:
    """Somebody without a mentor."""

    member: Membership
    why: list[str]
    widening: list[str]


@dataclass(frozen=True)
class Review:
    page: Page[Proposal]
    pairs: list[tuple[Proposal, list[str]]]  # of this page
    number: int  # of all pairs
    unmatched: list[Lone]
    drafts: bool
    proof: list[str]
    fits: list[Bar]
    groups: list[Group]
    lift: list[str]
    last_audit: MatchRun | None
    asked: list[WhatIf]

    @property
    def has_shares(self) -> bool:
        return any(group.matched != FEW for group in self.groups)

    @property
    def has_tenths(self) -> bool:
        return any(group.worst != FEW for group in self.groups)


def certified(certificate: "Certificate | None") -> dict[str, Any]:
    """What is kept of it: no price, for prices are of mentors, one by one."""
    if certificate is None:
        return {}
    return {"bound": certificate.bound, "gap": certificate.gap, "blocking": certificate.blocking}


def audited(result: "Result") -> dict[str, Any]:
    return asdict(result.audit) if result.audit and result.audit.after else {}


def hindered(hindrances: "Iterable[Hindrance]") -> dict[str, Any]:
    """What is kept of why somebody has nobody: the one or two rules that took most, and two numbers at most."""
    first = list(hindrances)[:TOLD]
    numbers = {found.rule.value: found.emptied for found in first if found.rule.value in COUNTED and found.emptied}
    return {"hindrances": [found.rule.value for found in first], "numbers": numbers}


def of_run(run: MatchRun, reader: User, page: str | None = None) -> Review:
    """Without whatever the reader is part of; pairs page by page, the weakest first."""
    mine = queries.about(reader)
    related = ("program", "mentee__user", "mentor__user", "mentee__program", "mentor__program")
    pairs = run.proposals.exclude(mine).select_related(*related).order_by("locked", "fit", "pk")
    shown = Paginator(pairs, PER_PAGE).get_page(page)
    said = reasons.for_coordinator(list(shown))
    alone = Unmatched.objects.filter(run=run).exclude(membership__user=reader).select_related("membership__user")
    audit = run.audit
    return Review(
        page=shown,
        pairs=[(proposal, said[proposal.pk]) for proposal in shown],
        number=shown.paginator.count,
        unmatched=[_lone(row) for row in alone.order_by("pk")],
        drafts=pairs.filter(state=Proposal.State.DRAFT).exists(),
        proof=_proof(run.certificate),
        fits=_fits([fit for fit in pairs.values_list("fit", flat=True) if fit is not None]),
        groups=_groups(audit.get("after", []), vocabulary.for_program(run.program.vocabulary)),
        lift=_lift(audit),
        last_audit=None if audit else queries.last_audited(run.program),
        asked=list(queries.asked_of(run).exclude(mine)),
    )


def _lone(row: Unmatched) -> Lone:
    return Lone(row.membership, reasons.hindrances(row.hindrances, row.numbers), reasons.helping(row.hindrances))


def _proof(certificate: dict[str, Any]) -> list[str]:
    if not certificate:
        return []
    gap, blocking = certificate["gap"], certificate["blocking"]
    best = _("Nothing better exists: no other way to match these people has a larger total fit.")
    near = _("Nothing better than %(percent)s %% above this exists, whichever way these people were matched.")
    pairs = ngettext(
        "%(count)d mentee and mentor would both rather have each other. That is the price of looking at everybody.",
        "%(count)d pairs of mentee and mentor would both rather have each other. That is the price of looking at "
        "everybody.",
        blocking,
    )
    none = _("No mentee and mentor would both rather have each other.")
    return [near % {"percent": _percent(gap)} if gap > 0 else best, pairs % {"count": blocking} if blocking else none]


def _fits(fits: list[float]) -> list[Bar]:
    counts = Counter(min(int(fit * BINS), BINS - 1) for fit in fits)
    highest = max(counts.values(), default=1)
    return [
        Bar(f"{at / BINS:.2f}–{(at + 1) / BINS:.2f}", counts[at], f"{100 * counts[at] / highest:.1f}")
        for at in range(min(counts, default=0), max(counts, default=-1) + 1)
    ]


def _groups(told: list[dict[str, Any]], words: Vocabulary) -> list[Group]:
    """Each with its mean on one scale, from the lowest end of an interval to the highest."""
    ends = [end for group in told for end in group["mean_interval"]]
    low, span = min(ends, default=0), (max(ends, default=1) - min(ends, default=0)) or 1
    return [_group(group, words, low, span) for group in told]


def _group(group: dict[str, Any], words: Vocabulary, low: float, span: float) -> Group:
    place = [100 * (number - low) / span for number in (group["mean"], *group["mean_interval"])]
    percents = [f"{100 * share:.0f}" for share in (group["matched"] or 0, *(group["matched_interval"] or (0, 0)))]
    return Group(
        label=_label(group["label"], words),
        people=group["people"],
        matched="{} % ({}–{} %)".format(*percents) if group["matched"] is not None else FEW,
        mean="{:.2f} ({:.2f}–{:.2f})".format(group["mean"], *group["mean_interval"]),
        worst=FEW if group["worst_tenth"] is None else f"{group['worst_tenth']:.2f}",
        at=f"{place[0]:.1f}",
        low=f"{place[1]:.1f}",
        width=f"{place[2] - place[1]:.1f}",
    )


def _label(label: str, words: Vocabulary) -> str:
    key, _equals, value = label.partition("=")
    facet = words.facet(key) if key in words else None
    return f"{facet.label}: {facet.word(value)}" if facet else value.replace("-", " ")


def _lift(audit: dict[str, Any]) -> list[str]:
    """The gap between groups before and after, and what closing it cost."""
    if audit.get("gap_after") is None:
        return []
    after, before = f"{audit['gap_after']:.3f}", f"{audit['gap_before']:.3f}"
    said = [_("Between these groups the mean fit differs by at most %(gap)s.") % {"gap": after}]
    if audit["cost"] > 0:
        lifted = _("Before groups were lifted it was %(gap)s; that cost %(percent)s %% of the total fit.")
        moved = _("Groups were lifted, which cost %(percent)s %% of the total fit and left that as it was.")
        said.append((moved if after == before else lifted) % {"gap": before, "percent": _percent(audit["cost"])})
    return said


def _percent(share: float) -> str:
    """Never rounded down: a bound must hold as it is told."""
    return f"{math.ceil(share * 10_000 - 1e-9) / 100:.2f}"


@dataclass(frozen=True)
class Answer:
    """To why two people were not paired: what stands in the way, or how they fit and what pairing them would cost."""

    against: list[str]
    facts: list[tuple[str, str]]


def of_question(row: WhatIf) -> Answer:
    said = row.answer
    if said["rules"]:
        return Answer(reasons.against(row.mentee, row.mentor, said["rules"]), [])
    nobody = _("nobody")
    facts = [
        (_("Fit of these two"), f"{said['fit']:.2f}"),
        (_("Fit of whom the mentee has"), nobody if said["now"] is None else f"{said['now']:.2f}"),
        (_("If you lock these two and run again"), _locked(said["lock"])),
    ]
    if row.other and "swap" in said:
        change = _("The total fit changes by %(change)s, and nobody else is moved.") % {
            "change": f"{said['swap']:+.2f}"
        }
        facts.append((_("If the mentee swaps with %(name)s") % {"name": row.other.user}, change))
    return Answer([], facts)


def _locked(cost: dict[str, Any]) -> str:
    """In one sentence each, without what does not happen."""
    lose, gain, move = cost["lose"], cost["gain"], cost["move"]
    said = [_changed(cost["total"])]
    if lose:
        words = ngettext("%(n)d person loses their mentor.", "%(n)d people lose their mentor.", lose)
        said.append(words % {"n": lose})
    if gain:
        words = ngettext("%(n)d person more gets a mentor.", "%(n)d people more get a mentor.", gain)
        said.append(words % {"n": gain})
    if move:
        words = ngettext("%(n)d person gets another mentor.", "%(n)d people get another mentor.", move)
        said.append(words % {"n": move})
    return " ".join(said) if len(said) > 1 else f"{said[0]} {_('Nobody else is moved.')}"


def _changed(total: float) -> str:
    if abs(total) < SMALLEST:
        return _("The total fit stays as it is.")
    return _("The total fit changes by %(change)s.") % {"change": f"{total:+.2f}"}
