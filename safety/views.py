"""The way out, help, where somebody is signed in, and whom they keep away from."""

import uuid
from datetime import UTC, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedIn
from safety import access, devices, lines, queries
from safety.actions import blocks, sessions
from safety.forms import Address
from safety.whereabouts import country_of

# Not "cache": Chromium then waits until it has looked through everything that it keeps of all sites (measured: up to
# 3 seconds), and pages of ours are not kept anyway. Not "cookies": that takes those of neighbouring hosts, too.
CLEARED = '"storage"'

GOOD_FOR = timedelta(days=90)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """End the session, take everything of ours along, and go. A link may do it: the worst that somebody can trick
    a person into is to be signed out."""
    request.session.flush()
    response = HttpResponseRedirect(settings.EXIT_ADDRESS)
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME):
        response.delete_cookie(name)
    response.headers["Clear-Site-Data"] = CLEARED
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
def exit_explained(request: HttpRequest) -> HttpResponse:
    return render(request, "safety/exit_explained.html")


@require_GET
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole (RFC 9116), for three months from today."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    until = (timezone.now() + GOOD_FOR).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = {
        "Contact": settings.SECURITY_CONTACT,
        "Expires": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Preferred-Languages": ", ".join(code for code, _name in settings.LANGUAGES),
        "Canonical": f"{settings.SITE_ADDRESS.rstrip('/')}{request.path}",
    }
    return HttpResponse(
        "".join(f"{name}: {said}\n" for name, said in lines.items()), content_type="text/plain; charset=utf-8"
    )


@require_GET
def shared_device(request: HttpRequest) -> HttpResponse:
    return render(request, "safety/shared_device.html")


@login_required
@require_GET
def own_devices(request: SignedIn) -> HttpResponse:
    here = sessions.row_of(request.session)
    places = [
        {
            "pk": session.pk,
            "words": devices.words(session.device),
            "since": session.since,
            "seen_at": session.seen_at,
            "is_here": session.pk == here,
        }
        for session in queries.sessions_of(request.user, timezone.now())
    ]
    return render(request, "safety/devices.html", {"places": places})


@login_required
@require_POST
def end_session(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    session = access.session_for(request.user, pk, timezone.now())
    if session.pk == sessions.row_of(request.session):
        return _signed_out(request)
    sessions.end(session=session)
    messages.success(request, _("Signed out there."))
    return redirect("safety:devices")


@login_required
@require_POST
def end_sessions(request: SignedIn) -> HttpResponse:
    if request.POST.get("do") == "others":
        sessions.end_others(user=request.user, here=request.session)
        messages.success(request, _("Signed out everywhere else."))
        return redirect("safety:devices")
    sessions.end_all(user=request.user)
    return _signed_out(request)


def _signed_out(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    return redirect("home")


@require_GET
def help_now(request: HttpRequest) -> HttpResponse:
    person = request.user if request.user.is_authenticated else None
    return render(request, "safety/help.html", {"help": lines.for_whom(person, country_of(request))})


@login_required
@require_GET
def own_blocks(request: SignedIn) -> HttpResponse:
    """The list. Keeping away from somebody is done above, where what connects the two is ended first."""
    return render(request, "safety/blocks.html", {"form": Address(), "blocks": queries.blocks_of(request.user)})


@login_required
@require_POST
def unblock(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    blocks.unblock(block=access.block_for(request.user, pk), by=request.user)
    messages.success(request, _("You no longer keep away from this person."))
    return redirect("safety:blocks")
