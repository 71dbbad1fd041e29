"""Whether somebody's matches may help improve the matching: a yes or no of its own, off until they say so."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Membership
from accounts.refusals import Refusal
from consent import access, notice, queries
from consent.actions import consents
from consent.purposes import Purpose
from consent.views import Request


@login_required
@require_http_methods(["GET", "POST"])
def page(request: Request, pk: uuid.UUID) -> HttpResponse:
    membership = access.matched_membership_for(request.user, pk)
    if request.method == "POST":
        _act(request, membership)
        return redirect("consent:learning", membership.pk)
    context = {
        "membership": membership,
        "learns": queries.lets_learn(membership),
        "explained": notice.LEARNING_EXPLAINED,
        "version": notice.version_for(membership.program),
    }
    return render(request, "consent/learning.html", context)


def _act(request: Request, membership: Membership) -> None:
    """A yes counts under the words that were read; a no always."""
    do = request.POST.get("do")
    if do == "no":
        consents.take_back(membership=membership, purpose=Purpose.LEARNING, now=timezone.now())
        messages.success(request, _("Taken back. What was kept is deleted."))
    elif do != "yes" or request.POST.get("v") != notice.version_for(membership.program):
        messages.error(request, _("The words have changed since you opened this. Please read them once more."))
    else:
        _say_yes(request, membership)


def _say_yes(request: Request, membership: Membership) -> None:
    language = get_language() or "en"
    try:
        consents.give(membership=membership, purpose=Purpose.LEARNING, language=language, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. It counts from now on."))
