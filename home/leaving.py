"""Erasing oneself: what goes and what stays, a week to think about it, and the way back until then."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.refusals import Refusal
from accounts.requests import SignedIn
from home import belongings, presence
from home.actions import erasures
from home.models import Erasure


@login_required
@require_http_methods(["GET", "POST"])
def erase(request: SignedIn) -> HttpResponse:
    if request.method == "POST" and presence.is_shown(request):
        return _asked(request) or redirect("home:erase")
    found = {
        "erasure": Erasure.objects.filter(user=request.user).first(),
        "goes": belongings.counted(request.user),
        "backup_days": settings.BACKUP_DAYS,
    }
    return render(request, "home/erase.html", found | presence.wanted(request))


@login_required
@require_http_methods(["GET", "POST"])
def erase_now(request: SignedIn) -> HttpResponse:
    if request.method == "POST" and presence.is_shown(request):
        return _asked(request, at_once=True) or _gone(request)
    return render(request, "home/erase_now.html", presence.wanted(request))


@login_required
@require_POST
def stay(request: SignedIn) -> HttpResponse:
    try:
        erasures.take_back(user=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Taken back. Everything is as it was."))
    return redirect("home:erase")


def _asked(request: SignedIn, *, at_once: bool = False) -> HttpResponse | None:
    """Where to if it cannot be."""
    try:
        erasures.ask(user=request.user, now=timezone.now(), at_once=at_once)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("home:erase")
    return None


def _gone(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    messages.success(request, _("You are signed out, and everything of yours is being erased. It takes a minute."))
    return redirect("home")
