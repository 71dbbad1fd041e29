"""Asking the coordination for help, and keeping away from an address."""

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import membership_for
from accounts.models import Program, User
from accounts.pace import paced
from accounts.refusals import Refusal
from accounts.requests import SignedIn
from home import access
from home.actions import blocks, concerns
from safety.forms import Address
from safety.queries import blocks_of


class Words(forms.Form):
    words = forms.CharField(
        label=_("What would you like to say?"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=8000,
        help_text=_("Say as much or as little as you like. You can copy in the parts of messages that matter."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def concern(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    """To the coordination of a program that somebody takes part in, about anything."""
    member = membership_for(request.user, pk)
    return _told(request, member.program, None)


@login_required
@require_http_methods(["GET", "POST"])
def concern_about(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    """The same, about somebody whom they met there."""
    other = access.met_by(request.user, pk)
    return _told(request, other.program, other.user, access.called(request.user, other))


@login_required
@require_POST
@paced
def keep_address_apart(request: SignedIn) -> HttpResponse:
    form = Address(request.POST)
    if form.is_valid():
        try:
            blocks.keep_address_apart(by=request.user, address=form.cleaned_data["address"], now=timezone.now())
        except Refusal as refusal:
            form.add_error("address", str(refusal))
        else:
            messages.success(request, _("Done. Whoever has this address will not meet you here, and is not told."))
            return redirect("safety:blocks")
    return render(request, "safety/blocks.html", {"form": form, "blocks": blocks_of(request.user)})


def _told(request: SignedIn, program: Program, about: User | None, name: str = "") -> HttpResponse:
    form = Words(request.POST or None)
    if form.is_valid():
        try:
            concerns.tell(
                program=program, by=request.user, about=about, words=form.cleaned_data["words"], now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you for telling us. The coordination will read it."))
            return redirect("home")
    return render(request, "home/concern.html", {"form": form, "program": program, "name": name})
