"""The pages on which people come to each other: suggestions, asks and answers."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Role, User
from accounts.queries import of
from accounts.refusals import Refusal
from matching import access, pages, queries, reasons
from matching.actions import learning, proposals, shortlists
from matching.forms import AskForm, PassForm
from matching.models import Suggestion

SHOWN_PAST = 20
ANSWERS = {"yes": True, "pass": False}


class Request(HttpRequest):
    """What comes through `login_required` and the middleware of htmx."""

    user: User
    htmx: bool


@login_required
@require_GET
def suggestions(request: Request) -> HttpResponse:
    """To the own list; whoever has several memberships chooses, whoever only mentors reads who asks."""
    mentees = list(queries.mentees_of(request.user))
    if len(mentees) == 1:
        return redirect("matching:shortlist", mentees[0].pk)
    if not mentees and of(request.user).filter(role=Role.MENTOR).exists():
        return redirect("matching:asks")
    return render(request, "matching/suggestions.html", {"mentees": mentees})


@login_required
@require_GET
def shortlist(request: Request, pk: uuid.UUID) -> HttpResponse:
    mentee = access.mentee_for(request.user, pk)
    now = timezone.now()
    page = pages.of_list(mentee, shortlists.refresh(mentee=mentee, now=now))
    learning.shown(mentee=mentee, mentors=[card.mentor for card in page.cards], now=now)
    template = "matching/_list.html" if request.htmx else "matching/shortlist.html"
    return render(request, template, {"page": page})


@login_required
@require_POST
def look_again(request: Request, pk: uuid.UUID) -> HttpResponse:
    mentee = access.mentee_for(request.user, pk)
    shortlists.want(mentee=mentee, now=timezone.now())
    return redirect("matching:shortlist", mentee.pk)


@login_required
@require_GET
def mentor(request: Request, pk: uuid.UUID, mentor_pk: uuid.UUID) -> HttpResponse:
    suggestion = access.suggestion_for(request.user, pk, mentor_pk)
    return _mentor_page(request, suggestion, AskForm())


@login_required
@require_POST
def ask(request: Request, pk: uuid.UUID, mentor_pk: uuid.UUID) -> HttpResponse:
    suggestion, form = access.listed_for(request.user, pk, mentor_pk), AskForm(request.POST)
    if not form.is_valid():
        return _mentor_page(request, access.suggestion_for(request.user, pk, mentor_pk), form)
    pair = {"mentee": suggestion.shortlist.mentee, "mentor": suggestion.mentor}
    try:
        proposal = proposals.ask(**pair, note=form.cleaned_data["note"], now=timezone.now())
    except proposals.AlreadyAsked as refusal:
        form.add_error(None, str(refusal))
        return _mentor_page(request, access.suggestion_for(request.user, pk, mentor_pk), form)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("matching:shortlist", pk)
    messages.success(request, _("Your ask is on its way. You will hear either way."))
    return redirect("matching:proposal", proposal.pk)


@login_required
@require_GET
def asks(request: Request) -> HttpResponse:
    rows = pages.lines(queries.of_user(request.user), request.user, now=timezone.now())
    past = [line for line in rows if not line.is_open]
    context = {
        "waiting": [line for line in rows if line.waits_for_me],
        "under_way": [line for line in rows if line.is_open and not line.waits_for_me],
        "past": past[:SHOWN_PAST],
    }
    return render(request, "matching/asks.html", context)


@login_required
@require_GET
def proposal(request: Request, pk: uuid.UUID) -> HttpResponse:
    return _proposal_page(request, pk, PassForm())


@login_required
@require_POST
def answer(request: Request, pk: uuid.UUID) -> HttpResponse:
    found = access.proposal_for(request.user, pk)
    accepted, form = ANSWERS.get(request.POST.get("answer", "")), PassForm(request.POST)
    if accepted is None or not form.is_valid():
        return _proposal_page(request, pk, form)
    try:
        agreement = proposals.answer(
            proposal=found,
            by=access.own_side(found, request.user),
            accepted=accepted,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("matching:proposal", pk)
    if agreement:
        messages.success(request, _("You both said yes. Write down together what you agree on, in your own time."))
        return redirect("mentorship:agreement", agreement.pk)
    messages.success(request, _("You said yes.") if accepted else _("Passed on softly. Thank you for answering."))
    return redirect("matching:proposal", pk)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, pk: uuid.UUID) -> HttpResponse:
    found = access.proposal_for(request.user, pk)
    if request.method == "POST":
        try:
            proposals.withdraw(proposal=found, by=access.own_side(found, request.user), now=timezone.now())
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("You have taken it back."))
        return redirect("matching:asks")
    page = pages.of_proposal(found, request.user, now=timezone.now())
    if not (page.line.is_open and page.line.is_mine):
        return redirect("matching:proposal", pk)
    return render(request, "matching/withdraw.html", {"line": page.line})


def _mentor_page(request: Request, suggestion: Suggestion, form: AskForm) -> HttpResponse:
    mentee = suggestion.shortlist.mentee
    context = {
        "mentee": mentee,
        "mentor": suggestion.mentor,
        "reasons": reasons.for_suggestions(mentee, [suggestion])[suggestion.mentor_id],
        "facts": reasons.facts(suggestion.mentor),
        "ask": queries.open_ask(mentee),
        "days": mentee.program.ask_days,
        "form": form,
    }
    return render(request, "matching/mentor.html", context)


def _proposal_page(request: Request, pk: uuid.UUID, form: PassForm) -> HttpResponse:
    page = pages.of_proposal(access.proposal_for(request.user, pk), request.user, now=timezone.now())
    return render(request, "matching/proposal.html", {"page": page, "line": page.line, "form": form})
