"""What travels where now, what was granted and withdrawn, and who opened what."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from consent import access, gate, notice, queries, vocabulary
from consent.models import LedgerEntry
from consent.purposes import Purpose
from consent.views import Request

PER_PAGE = 60
COLUMNS = (Purpose.MATCH, Purpose.SHOW_MATCHED, Purpose.SHOW_SUGGESTED, Purpose.STATISTICS)
WISH_ACTS = {
    Purpose.MATCH: gettext_lazy("Acts on my own list and where a coordinator matches"),
    Purpose.SHOW_SUGGESTED: gettext_lazy("Acts on other people's lists"),
}


@dataclass(frozen=True)
class Event:
    """What happened to one facet at one moment."""

    at: datetime
    label: str
    event: str
    purposes: "list[str | Promise]"
    notice: str


@login_required
@require_GET
def overview(request: Request, pk: uuid.UUID) -> HttpResponse:
    membership = access.membership_for(request.user, pk)
    labels = {facet.key: facet.label for facet in vocabulary.load().facets}
    travelling = [
        (labels.get(key, key), [purpose in own.purposes for purpose in COLUMNS])
        for key, own in gate.own(membership).items()
        if own.purposes
    ]
    page = Paginator(queries.ledger_of(membership), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "membership": membership,
        "columns": [notice.PURPOSE_EXPLAINED[purpose] for purpose in COLUMNS],
        "travelling": travelling,
        "page": page,
        "events": events(list(page.object_list), labels),
        "learns": queries.lets_learn(membership),
        "openings": list(queries.openings_of(membership)),
    }
    return render(request, "consent/ledger.html", context)


def events(entries: list[LedgerEntry], labels: dict[str, str]) -> list[Event]:
    """Entries of the same moment, facet and kind as one line."""

    def moment(entry: LedgerEntry) -> tuple[datetime, str, str, str]:
        return entry.at, entry.facet, entry.get_event_display(), entry.notice

    return [
        Event(at, _label(facet, labels), event, [_purpose(entry) for entry in reversed(list(same))], version)
        for (at, facet, event, version), same in groupby(entries, key=moment)
    ]


def _label(facet: str, labels: dict[str, str]) -> str:
    if facet == queries.NO_FACET:
        return _("My matches")
    key = facet.removeprefix(queries.WISH)
    label = labels.get(key, key)
    return label if key == facet else _("Wish: %(facet)s") % {"facet": label}


def _purpose(entry: LedgerEntry) -> "str | Promise":
    purpose = Purpose(entry.purpose)
    return WISH_ACTS[purpose] if entry.facet.startswith(queries.WISH) else notice.PURPOSE_EXPLAINED[purpose]
