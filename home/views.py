"""What spans the apps: the home page, keeping away from somebody, and what a deployment needs to look after itself."""

import uuid
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import queries
from accounts.requests import SignedIn
from home import access, privacy, register, waiting
from home.actions import blocks
from home.mailbox import letters


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "home/welcome.html")
    memberships = list(queries.of(request.user))
    found = {
        "memberships": memberships,
        "waiting": waiting.for_user(request.user, memberships),
        "not_now": queries.turned_away(request.user, timezone.now()),
    }
    return render(request, "home/home.html", found)


@login_required
@require_http_methods(["GET", "POST"])
def keep_apart(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    other = access.met_by(request.user, pk)
    if request.method == "POST":
        blocks.keep_apart(by=request.user, other=other.user, now=timezone.now())
        messages.success(request, _("Done. You two will not meet here again, and nobody is told."))
        return redirect("home")
    return render(request, "home/keep_apart.html", {"name": access.called(request.user, other)})


@require_GET
def what_is_kept(request: HttpRequest) -> HttpResponse:
    """The privacy notice, with the days that hold here."""
    told = register.load()
    above, below = privacy.sections(told)
    found = {"above": above, "parts": privacy.parts(told), "below": below, "answers_for_it": settings.ANSWERS_FOR_IT}
    return render(request, "home/privacy.html", found)


@require_GET
def healthy(request: HttpRequest) -> HttpResponse:
    """For the health checks of whatever runs us: answers once the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def dev_mail(request: HttpRequest) -> HttpResponse:
    """Only in a demo: the mail that it would have sent."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    return render(request, "home/dev_mail.html", {"letters": letters(Path(settings.EMAIL_FILE_PATH))})
