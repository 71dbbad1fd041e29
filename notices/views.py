"""How somebody wants to be written to: asked once when they join, and on a page of their own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.refusals import Refusal
from accounts.requests import SignedIn
from notices import letters
from notices.actions import manners
from notices.calendar import title_of
from notices.forms import HowWeWrite, Look
from notices.queries import manner_of


@login_required
@require_http_methods(["GET", "POST"])
def first(request: SignedIn) -> HttpResponse:
    form = Look(request.POST or None)
    if form.is_valid():
        manners.choose(user=request.user, discreet=form.cleaned_data["discreet"])
        return redirect("accounts:join")
    return render(request, "notices/first.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def manner(request: SignedIn) -> HttpResponse:
    chosen = manner_of(request.user)
    form = HowWeWrite.of(chosen, request.POST or None)
    if form.is_valid():
        try:
            manners.change(user=request.user, **form.cleaned_data)
        except manners.MayTell as refusal:
            form.warn(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Our mail looks like this from now on."))
            return redirect("notices:manner")
    subject, body = letters.update_words(chosen)
    seen = {"sender": letters.sender_of(chosen), "subject": subject, "body": body, "entry": title_of(chosen)}
    return render(request, "notices/manner.html", {"form": form, "seen": seen})
