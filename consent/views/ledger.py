"""What travels where now, who has seen what, what was granted and withdrawn; and a receipt of it to keep."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Membership, User
from consent import access, gate, notice, queries, receipts, vocabulary
from consent.models import LedgerEntry, Opening, SecondYes
from consent.purposes import Purpose
from consent.views import Request

PER_PAGE = 60
COLUMNS = (Purpose.MATCH, Purpose.SHOW_MATCHED, Purpose.SHOW_SUGGESTED, Purpose.STATISTICS)


@dataclass(frozen=True)
class Event:
    """What happened to one facet at one moment."""

    at: datetime
    label: str
    event: str
    purposes: list[str]
    notice: str


@dataclass(frozen=True)
class Look:
    """Somebody looked at what is closed to them, or asked to, or took a list away."""

    at: datetime
    who: str
    what: str
    reason: str
    further: str
    until: datetime | None = None


@login_required
@require_GET
def seen(request: Request) -> HttpResponse:
    """The person's one record, or a choice where they have several."""
    memberships = list(queries.with_questions(request.user))
    if len(memberships) == 1:
        return redirect(f"{reverse('consent:ledger', args=[memberships[0].pk])}#seen")
    return render(request, "consent/seen.html", {"memberships": memberships})


@login_required
@require_GET
def overview(request: Request, pk: uuid.UUID) -> HttpResponse:
    membership = access.membership_for(request.user, pk)
    page = Paginator(queries.ledger_of(membership), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "membership": membership,
        "columns": [notice.PURPOSE_EXPLAINED[purpose] for purpose in COLUMNS],
        "travelling": _travelling(membership),
        "page": page,
        "events": events(list(page.object_list)),
        "learns": queries.lets_learn(membership),
        "looks": looks(membership),
    }
    return render(request, "consent/ledger.html", context)


@login_required
@require_GET
def receipt(request: Request, pk: uuid.UUID) -> HttpResponse:
    """To read and to print."""
    membership = access.membership_for(request.user, pk)
    entries = list(queries.ledger_of(membership))
    said = {"receipt": receipts.of(membership, entries[::-1]), "events": events(entries)}
    context = {"membership": membership, **said}
    return render(request, "consent/receipt.html", context)


@login_required
@require_GET
def receipt_file(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The same for machines, under a name that tells nothing."""
    membership = access.membership_for(request.user, pk)
    receipt = receipts.of(membership, list(queries.ledger_of(membership).reverse()))
    response = JsonResponse(receipt, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="record.json"'
    return response


def events(entries: list[LedgerEntry]) -> list[Event]:
    """Entries of the same moment, facet and kind as one line."""

    def moment(entry: LedgerEntry) -> tuple[datetime, str, str, str]:
        return entry.at, entry.facet, entry.get_event_display(), entry.notice

    return [
        Event(at, receipts.label(facet), event, [receipts.purpose_of(entry) for entry in reversed(list(same))], version)
        for (at, facet, event, version), same in groupby(entries, key=moment)
    ]


def looks(membership: Membership) -> list[Look]:
    """Everything of the kind, newest first."""
    found = [*map(_opened, queries.openings_of(membership)), *_asked(membership)]
    return sorted(found, key=lambda look: look.at, reverse=True)


def _travelling(membership: Membership) -> list[tuple[str, list[bool]]]:
    labels = {facet.key: facet.label for facet in vocabulary.load().facets}
    return [
        (labels.get(key, key), [purpose in own.purposes for purpose in COLUMNS])
        for key, own in gate.own(membership).items()
        if own.purposes
    ]


def _opened(opening: Opening) -> Look:
    yes = opening.second_yes
    further = _("%(name)s, coordinator, said yes to it.") % {"name": _name(yes.answered_by)} if yes else ""
    what = _("opened everything that you said")
    return Look(opening.at, _name(opening.by), what, opening.reason, further, opening.until)


def _asked(membership: Membership) -> Iterator[Look]:
    """Asks for a second yes that led to nothing, and lists that were taken. An ask that was used is an opening."""
    for row in queries.asks_about(membership):
        further = _answered(row) if row.answered_by else _("Nobody has said yes.")
        what = _("asked another coordinator whether to open what you said")
        yield Look(row.asked_at, _name(row.asked_by), what, row.reason, further)
    for row in queries.lists_with(membership):
        what = _("took a list away with your name, your role, where you stand and whom you have an agreement with")
        yield Look(row.used_at or row.asked_at, _name(row.asked_by), what, row.reason, _answered(row))


def _answered(row: SecondYes) -> str:
    words = (
        _("%(name)s, coordinator, said no.")
        if row.state == SecondYes.State.REFUSED
        else _("%(name)s, coordinator, said yes to it.")
    )
    return words % {"name": _name(row.answered_by)}


def _name(user: User | None) -> str:
    return str(user) if user else _("Someone who is no longer here")
