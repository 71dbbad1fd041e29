"""The pages of two people who found each other."""

import uuid
from datetime import datetime, timedelta

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import queries as people
from accounts.models import Role, User
from accounts.refusals import Refusal
from accounts.requests import SignedIn
from mentorship import access, forms, pages, queries, words
from mentorship.actions import agreements
from mentorship.actions import meetings as meeting_actions
from mentorship.actions import messages as message_actions
from mentorship.actions import places as place_actions
from mentorship.models import Agreement
from notices.calendar import calendar_file, title_of
from notices.queries import manner_of

FIRST_REVIEW = timedelta(days=90)
ON_A_PAGE = 50


@login_required
@require_GET
def overview(request: SignedIn) -> HttpResponse:
    mentoring = people.of(request.user).filter(role=Role.MENTOR)
    cards = pages.cards(request.user, now=timezone.now())
    return render(request, "mentorship/list.html", {"cards": cards, "mentoring": mentoring})


@login_required
@require_GET
def agreement(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    agreement, now = access.agreement_for(request.user, pk), timezone.now()
    if agreement.state == Agreement.State.ENDED:
        return render(request, "mentorship/ended.html", _ended(agreement, request.user, now))
    page = pages.of_agreement(agreement, request.user, now=now)
    return render(request, "mentorship/agreement.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def write(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    agreement = access.lasting_agreement_for(request.user, pk)
    me, now = access.own_side(agreement, request.user), timezone.now()
    newest = queries.latest(agreement)
    initial = forms.starting_from(newest, me, review_on=(now + FIRST_REVIEW).date())
    form = forms.AgreementForm(request.POST or None, initial=initial, today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            agreements.write(
                agreement=agreement,
                by=me,
                terms=form.terms,
                review_on=said["review_on"],
                based_on=said["based_on"],
                now=now,
            )
        except agreements.Outdated:
            newest = queries.latest(agreement)
            form = form.rebased(newest)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            flash.success(request, _("Saved. Read it once more and sign it when you like."))
            return redirect("mentorship:sign", pk=agreement.pk)
    other = access.other_side(agreement, me)
    found = {
        "form": form,
        "agreement": agreement,
        "other": other,
        "newest": pages.wording(newest, me) if newest else None,
    }
    return render(request, "mentorship/write.html", found)


@login_required
@require_http_methods(["GET", "POST"])
def sign(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    """GET shows the newest wording whole; POST signs the number that was shown, and no other."""
    agreement = access.lasting_agreement_for(request.user, pk)
    now = timezone.now()
    if request.method == "POST":
        me = access.own_side(agreement, request.user)
        form = forms.SignForm(request.POST)
        number = form.cleaned_data["number"] if form.is_valid() else 0
        try:
            signed = agreements.sign(agreement=agreement, version_number=number, by=me, now=now)
        except Refusal as refusal:
            flash.warning(request, str(refusal))
            return redirect("mentorship:sign", pk=agreement.pk)
        flash.success(request, _signed_words(agreement, signed))
        return redirect("mentorship:agreement", pk=agreement.pk)
    page = pages.of_agreement(agreement, request.user, now=now)
    if page.open is None:
        return redirect("mentorship:agreement", pk=agreement.pk)
    return render(request, "mentorship/sign.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def end(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    agreement = access.lasting_agreement_for(request.user, pk)
    if request.method == "POST":
        agreements.end(agreement=agreement, by=request.user, now=timezone.now())
        flash.success(request, _("It has ended. Take care of yourself."))
        return redirect("mentorship:list")
    other = access.other_side(agreement, access.own_side(agreement, request.user))
    return render(request, "mentorship/end.html", {"agreement": agreement, "other": other})


@login_required
@require_http_methods(["GET", "POST"])
def meetings(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    agreement = access.lasting_agreement_for(request.user, pk)
    me, now = access.own_side(agreement, request.user), timezone.now()
    other = access.other_side(agreement, me)
    form = forms.MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            meeting_actions.plan(
                agreement=agreement, by=me, said=form.said, minutes=said["minutes"], text=said["text"], now=now
            )
        except meeting_actions.ClockChange as refusal:
            form.add_error("time", str(refusal))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            flash.success(request, _("Planned. The other gets a short notice without any details."))
            return redirect("mentorship:meetings", pk=agreement.pk)
    coming, past = queries.meetings_around(agreement, now)
    found = {
        "agreement": agreement,
        "other": other,
        "form": form,
        "coming": pages.meeting_lines(coming, other),
        "past": pages.meeting_lines(past, other),
    }
    return render(request, "mentorship/meetings.html", found)


@login_required
@require_POST
def cancel(request: SignedIn, pk: uuid.UUID, meeting_pk: uuid.UUID) -> HttpResponse:
    meeting = access.meeting_for(request.user, pk, meeting_pk)
    me = access.own_side(meeting.agreement, request.user)
    try:
        meeting_actions.cancel(meeting=meeting, by=me, now=timezone.now())
    except Refusal as refusal:
        flash.warning(request, str(refusal))
    else:
        flash.success(request, _("Called off. The other gets a short notice."))
    return redirect("mentorship:meetings", pk=pk)


@login_required
@require_GET
def calendar(request: SignedIn, pk: uuid.UUID, meeting_pk: uuid.UUID) -> HttpResponse:
    """When, under a title of the reader's own, and nothing else: calendars are read by many eyes."""
    meeting = access.meeting_for(request.user, pk, meeting_pk)
    content = calendar_file(
        uid=meeting.pk,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        cancelled=meeting.cancelled_at is not None,
        title=title_of(manner_of(request.user)),
    )
    disposition = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=disposition)


@login_required
@require_http_methods(["GET", "POST"])
def messages(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    now = timezone.now()
    agreement = access.thread_for(request.user, pk, now=now)
    me = access.own_side(agreement, request.user)
    form = forms.MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            message_actions.send(agreement=agreement, by=me, text=form.cleaned_data["text"], now=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("mentorship:messages", pk=agreement.pk)
    paginator = Paginator(agreement.messages.order_by("at", "id"), ON_A_PAGE)
    shown = paginator.get_page(request.GET.get("page") or paginator.num_pages)
    found = {
        "agreement": agreement,
        "me": me,
        "other": None if agreement.ended_at else access.other_side(agreement, me),
        "shown": shown,
        "thread": words.of_messages(shown.object_list),
        "form": form,
    }
    message_actions.mark_read(shown=shown.object_list, by=me, now=now)
    return render(request, "mentorship/messages.html", found)


@login_required
@require_http_methods(["GET", "POST"])
def places(request: SignedIn, pk: uuid.UUID) -> HttpResponse:
    membership = access.mentor_membership_for(request.user, pk)
    form = forms.PlacesForm(request.POST or None, initial={"capacity": membership.capacity})
    if request.method == "POST" and form.is_valid():
        capacity = form.cleaned_data["capacity"]
        try:
            place_actions.set_capacity(membership=membership, capacity=capacity, now=timezone.now())
        except Refusal as refusal:
            form.add_error("capacity", str(refusal))
        else:
            flash.success(request, _("Saved."))
            return redirect("mentorship:places", pk=membership.pk)
    taken = queries.held_by(membership).count()
    found = {"membership": membership, "form": form, "taken": taken, "free": max(membership.capacity - taken, 0)}
    return render(request, "mentorship/places.html", found)


def _ended(agreement: Agreement, user: User, now: datetime) -> dict[str, object]:
    agreed, me = queries.in_force(agreement), access.own_side(agreement, user)
    return {
        "agreement": agreement,
        "agreed": pages.wording(agreed, me) if agreed else None,
        "me": me,
        "thread_open": access.can_look_back(agreement, now=now),
    }


def _signed_words(before: Agreement, signed: Agreement) -> str:
    if before.state != signed.state:
        return _("You have both signed. It begins now.")
    return _("Signed. We let the other know that there is an update.")
