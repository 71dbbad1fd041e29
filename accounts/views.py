"""A person's own pages: what comes first, what they can change, and where they take part."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access, queries
from accounts.actions import memberships, people
from accounts.forms import Basics, Joining, Welcome
from accounts.models import Standing, User
from accounts.refusals import Refusal
from accounts.requests import SignedIn
from accounts.standings import STEPS, WORDS

SHOWN = "way_out"
"""In the session of somebody new: how to leave at once was told to them."""


@login_required
@require_http_methods(["GET", "POST"])
def welcome(request: SignedIn) -> HttpResponse:
    """The first page after the first sign-in, once the way out was shown; afterwards there is nothing to ask."""
    if request.user.is_settled:
        return redirect("home")
    if SHOWN in request.POST:
        request.session[SHOWN] = True
        return redirect("accounts:welcome")
    if request.method == "GET" and SHOWN not in request.session:
        return render(request, "safety/exit_first.html", {"shown": SHOWN})
    form = Welcome(request.POST or None, instance=_fresh(request))
    if form.is_valid():
        people.settle(user=_fresh(request), **_basics(form), now=timezone.now())
        return redirect("notices:first")
    return render(request, "accounts/welcome.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def me(request: SignedIn) -> HttpResponse:
    form = Basics(request.POST or None, instance=_fresh(request))
    if form.is_valid():
        people.rename(user=_fresh(request), **_basics(form))
        messages.success(request, _("Saved. It shows everywhere from now on."))
        return redirect("accounts:me")
    found = {"form": form, "memberships": queries.of(request.user)}
    return render(request, "accounts/me.html", found)


@login_required
@require_GET
def programs(request: SignedIn) -> HttpResponse:
    return render(request, "accounts/programs.html", {"programs": queries.open_programs()})


@login_required
@require_http_methods(["GET", "POST"])
def join(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    program = access.open_program_for(request.user, pk)
    form = Joining(request.POST or None)
    if form.is_valid():
        try:
            membership = memberships.apply(
                user=request.user, program=program, role=form.cleaned_data["role"], now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Your application is in."))
            return redirect("consent:answers", membership.pk)
    return render(request, "accounts/join.html", {"program": program, "form": form})


@login_required
@require_GET
def membership(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    member = access.membership_for(request.user, pk)
    own_pause = member.standing == Standing.PAUSED and memberships.paused_by_themselves(member)
    found = {"member": member, "words": WORDS[Standing(member.standing)], "steps": STEPS, "may_resume": own_pause}
    return render(request, "accounts/membership.html", found)


@login_required
@require_POST
def pause(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    return _move(request, pk, memberships.pause, _("You are taking a break. Come back whenever you like."))


@login_required
@require_POST
def resume(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    return _move(request, pk, memberships.resume, _("Welcome back."))


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    member = access.membership_for(request.user, pk)
    if request.method == "GET":
        return render(request, "accounts/leave.html", {"member": member})
    memberships.leave(membership=member, by=request.user, now=timezone.now())
    messages.success(request, _("You have left. Thank you for having been here."))
    return redirect("home")


def _move(request: SignedIn, pk: uuid.UUID, act: Callable[..., None], done: str) -> HttpResponse:
    member = access.membership_for(request.user, pk)
    try:
        act(membership=member, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("accounts:membership", member.pk)


def _basics(form: Basics) -> dict[str, str]:
    return {field: form.cleaned_data[field] for field in ("name_to_use", "time_zone", "language")}


def _fresh(request: SignedIn) -> User:
    """The person as saved. A form writes what was typed into its instance even where it does not fit, and the page
    around it must not show that."""
    return User.objects.get(pk=request.user.pk)
