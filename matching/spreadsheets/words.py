"""Reasons and hindrances in plain words, for the person who brought the spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.engine.types import Hindrance, Reason, ReasonKind, Rule, Whose

SENTENCES = {
    ReasonKind.SHARED: gettext_lazy("both have %(facet)s: %(values)s"),
    ReasonKind.SIMILAR: gettext_lazy("both wrote alike under %(facet)s"),
    ReasonKind.COVERS: gettext_lazy("mentor offers wanted %(facet)s: %(values)s"),
    ReasonKind.OVERLAPS: gettext_lazy("both free %(values)s minutes a week"),
}
WISHES = {
    Whose.MENTEE: gettext_lazy("mentee’s wish met, %(facet)s: %(values)s"),
    Whose.MENTOR: gettext_lazy("mentor’s wish met, %(facet)s: %(values)s"),
}
PRIVATE = gettext_lazy("preference met (private)")
RULES = {
    Rule.LANGUAGE: gettext_lazy("no shared language"),
    Rule.AVAILABILITY: gettext_lazy("no time when both are free"),
    Rule.FORMAT: gettext_lazy("no shared way to meet"),
    Rule.PLACE: gettext_lazy("only in person, but in different places"),
    Rule.MUST: gettext_lazy("a must of the mentee’s"),
    Rule.THEIR_MUST: gettext_lazy("a must of the mentor’s"),
    Rule.AVOIDED: gettext_lazy("one avoids the other"),
    Rule.FORBIDDEN: gettext_lazy("kept apart"),
    Rule.EARLIER_PAIR: gettext_lazy("paired before"),
    Rule.NO_PLACES: gettext_lazy("all places of the possible mentors are taken"),
    Rule.NO_PEOPLE: gettext_lazy("there are no mentors"),
}


def reasons(found: Iterable[Reason]) -> str:
    return "; ".join(_sentence(reason) for reason in found) or _("nothing speaks against it")


def in_short(found: Iterable[Reason]) -> str:
    """Which columns, and nothing of what anybody said: for a page that may be passed on."""
    told = (
        PRIVATE if reason.facet == "identity" or reason.kind is ReasonKind.WISH_MET else reason.facet
        for reason in found
    )
    return ", ".join(dict.fromkeys(map(str, told))) or _("nothing that both said")


def hindrances(found: Iterable[Hindrance]) -> str:
    return "; ".join(_hindrance(hindrance) for hindrance in found)


def rule(stood: Rule) -> str:
    return str(RULES[stood])


def _sentence(reason: Reason) -> str:
    sentence = WISHES[reason.whose] if reason.kind is ReasonKind.WISH_MET else SENTENCES[reason.kind]
    return str(sentence) % {"facet": reason.facet, "values": ", ".join(reason.values)}


def _hindrance(hindrance: Hindrance) -> str:
    if not hindrance.emptied:
        return rule(hindrance.rule)
    mentors = ngettext("%(count)d mentor", "%(count)d mentors", hindrance.emptied) % {"count": hindrance.emptied}
    return f"{rule(hindrance.rule)} ({mentors})"
