"""How somebody wants to be written to: asked once when they join, and on a page of their own."""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import linebreaks_filter
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.refusals import Refusal
from accounts.requests import SignedIn
from notices import letters
from notices.actions import manners
from notices.calendar import title_of
from notices.forms import HowWeWrite, Look
from notices.models import Manner
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
    return render(request, "notices/manner.html", {"form": form, "seen": list(_seen(chosen))})


def _seen(manner: Manner) -> Iterator[tuple[str, str]]:
    """What others could see of a mail and of a meeting."""
    subject, body = letters.update_words(manner)
    yield _("From"), letters.sender_of(manner)
    yield _("Subject"), subject
    yield _("Mail"), linebreaks_filter(body.strip())
    yield _("In a calendar"), title_of(manner)
