"""What somebody looks for in the other."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Membership
from accounts.refusals import Refusal
from consent import access, gate, vocabulary
from consent.actions import wishes
from consent.facets import Facet
from consent.forms import WishForm
from consent.models import Wish
from consent.views import Request


@dataclass(frozen=True)
class Row:
    """One wish in words."""

    pk: uuid.UUID
    begins: str
    ends: str
    strength: Wish.Strength
    on_lists: bool
    is_boundary: bool

    @property
    def how_much(self) -> "str | Promise":
        return self.strength.label


@login_required
@require_GET
def overview(request: Request, pk: uuid.UUID) -> HttpResponse:
    membership, facets = _looking(request, pk)
    known = {facet.key: facet for facet in facets}
    rows = [_row(known[wish.facet], wish) for wish in gate.own_wishes(membership) if wish.facet in known]
    context = {
        "membership": membership,
        "wanted": [row for row in rows if row.strength != Wish.Strength.NEVER],
        "never": [row for row in rows if row.strength == Wish.Strength.NEVER],
        "offered": [(access.place_of(facet), facet) for facet in facets if facet.texts.wish],
        "boundaries": [(access.place_of(facet), facet) for facet in facets if facet.texts.boundary],
    }
    return render(request, "consent/wishes.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def wish(request: Request, pk: uuid.UUID, place: int) -> HttpResponse:
    membership, facets = _looking(request, pk)
    facet = access.pick(facets, place)
    form = WishForm(request.POST or None, facet=facet, words=vocabulary.load().words)
    if form.is_valid():
        try:
            wishes.add_all(
                membership=membership,
                facet=facet.key,
                values=form.values,
                strength=form.strength,
                on_lists=form.on_lists,
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. It acts from the next time we look."))
            return redirect("consent:wishes", membership.pk)
    return render(request, "consent/wish.html", {"membership": membership, "facet": facet, "form": form})


@login_required
@require_POST
def remove(request: Request, pk: uuid.UUID, wish_pk: uuid.UUID) -> HttpResponse:
    membership, _facets = _looking(request, pk)
    wishes.remove(wish=access.wish_for(membership, wish_pk), now=timezone.now())
    messages.success(request, _("Taken away."))
    return redirect("consent:wishes", membership.pk)


def _looking(request: Request, pk: uuid.UUID) -> tuple[Membership, list[Facet]]:
    """A membership that looks for somebody, and what for."""
    membership = access.membership_for(request.user, pk)
    facets = wishes.facets_to_wish_for(membership)
    if not facets:
        raise Http404
    return membership, facets


def _row(facet: Facet, wish: gate.OwnWish) -> Row:
    boundary = bool(facet.texts.boundary)
    return Row(
        pk=wish.id,
        begins=facet.boundary if boundary else facet.wish,
        ends=wish.value if boundary else facet.word(wish.value),
        strength=Wish.Strength(wish.strength),
        on_lists=wish.on_lists,
        is_boundary=boundary,
    )
