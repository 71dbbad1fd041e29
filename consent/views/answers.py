"""Questions and answers, one page each, and the list of them all."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Membership, Standing
from accounts.refusals import Refusal
from consent import access, gate, notice, queries, vocabulary
from consent.actions import answers
from consent.facets import Facet, Group
from consent.forms import AnswerForm, ReachForm
from consent.gate import OwnAnswer
from consent.models import Answer
from consent.purposes import Reach
from consent.views import Request


@dataclass(frozen=True)
class Row:
    """One question in the list."""

    facet: Facet
    place: int
    own: OwnAnswer | None

    @property
    def is_given(self) -> bool:
        return self.own is not None and self.own.kind == Answer.Kind.GIVEN

    @property
    def words(self) -> list[str]:
        return self.facet.words(self.own.value) if self.own and self.is_given else []

    @property
    def is_prose(self) -> bool:
        return self.facet.kind in {"text", "note", "place"}

    @property
    def travels(self) -> bool:
        return self.own is not None and bool(self.own.purposes)

    @property
    def other_steps(self) -> list[tuple[Reach, Promise]]:
        steps = notice.steps(self.facet)
        return [(step, notice.REACH_EXPLAINED[step]) for step in steps if self.own and step != self.own.reach]


@login_required
@require_GET
def home(request: Request) -> HttpResponse:
    """The person's one membership, or a choice where they have several."""
    memberships = list(queries.with_questions(request.user))
    here = [membership for membership in memberships if membership.standing != Standing.LEFT]
    if len(here) == 1:
        return redirect("consent:answers", here[0].pk)
    return render(request, "consent/home.html", {"memberships": here or memberships})


@login_required
@require_GET
def overview(request: Request, pk: uuid.UUID) -> HttpResponse:
    membership = access.membership_for(request.user, pk)
    given = gate.own(membership)
    pages = [
        (group, [Row(facet, access.place_of(facet), given.get(facet.key)) for facet in facets])
        for group, facets in _pages(membership)
    ]
    rows = [row for _group, rows in pages for row in rows]
    context = {
        "membership": membership,
        "pages": pages,
        "given": sum(row.is_given for row in rows),
        "travels": any(row.travels for row in rows),
        "next": next((row.place for row in rows if row.own is None), None),
    }
    return render(request, "consent/overview.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def question(request: Request, pk: uuid.UUID, place: int) -> HttpResponse:
    membership = access.membership_for(request.user, pk)
    facet = access.facet_for(membership, place)
    own = gate.own_answer(membership, facet.key)
    form = _answer_form(request, membership, facet, own)
    if request.method == "POST" and request.POST.get("do") != "more":
        try:
            if _act(request.POST.get("do", ""), membership, facet, form):
                return _onward(request, membership, place, own)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("consent:answers", membership.pk)
    context = {"membership": membership, "facet": facet, "place": place, "own": own, "form": form}
    return render(request, "consent/question.html", {**context, "words": vocabulary.load().words})


@login_required
@require_POST
def reach(request: Request, pk: uuid.UUID, place: int) -> HttpResponse:
    membership = access.membership_for(request.user, pk)
    facet = access.facet_for(membership, place)
    form = ReachForm(request.POST, facet=facet)
    if form.is_valid():
        try:
            answers.set_reach(
                membership=membership,
                facet=facet.key,
                reach=Reach(form.cleaned_data["r"]),
                language=_language(),
                now=timezone.now(),
            )
            messages.success(request, _("Changed. It acts from now on."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return _back_to_list(membership, place)


@login_required
@require_http_methods(["GET", "POST"])
def forget(request: Request, pk: uuid.UUID, place: int) -> HttpResponse:
    membership = access.membership_for(request.user, pk)
    facet = access.facet_for(membership, place)
    if request.method == "GET":
        return render(request, "consent/forget.html", {"membership": membership, "facet": facet, "place": place})
    answers.forget(membership=membership, facet=facet.key, now=timezone.now())
    messages.success(request, _("Your answer is gone. You can answer again whenever you like."))
    return _back_to_list(membership, place)


@login_required
@require_http_methods(["GET", "POST"])
def keep(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Everything back to "only me", at once."""
    membership = access.membership_for(request.user, pk)
    if request.method == "GET":
        return render(request, "consent/keep.html", {"membership": membership})
    answers.keep_to_self(membership=membership, now=timezone.now())
    messages.success(request, _("Everything is yours alone now. Your answers are kept; choose anew whenever you like."))
    return redirect("consent:answers", membership.pk)


@login_required
@require_GET
def done(request: Request, pk: uuid.UUID) -> HttpResponse:
    membership = access.membership_for(request.user, pk)
    waiting = membership.standing in {Standing.APPLIED, Standing.CHECKED}
    return render(request, "consent/done.html", {"membership": membership, "waiting": waiting})


def _pages(membership: Membership) -> list[tuple[Group, tuple[Facet, ...]]]:
    return vocabulary.for_program(membership.program.vocabulary).pages(membership.role)


def _language() -> str:
    return get_language() or "en"


def _answer_form(request: Request, membership: Membership, facet: Facet, own: OwnAnswer | None) -> AnswerForm:
    given = own if own and own.kind == Answer.Kind.GIVEN else None
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        facet=facet,
        role=membership.role,
        words=vocabulary.load().words,
        version=notice.version_for(membership.program),
        before=given.value if given else None,
        reach=given.reach if given else None,
        counted=given is not None and given.statistics,
    )
    if request.POST.get("do") == "more":  # more rows, please: what was typed is kept, and not looked at yet
        form.initial = {
            name: field.widget.value_from_datadict(form.data, {}, name) for name, field in form.fields.items()
        }
        form.is_bound = False
    return form


def _act(do: str, membership: Membership, facet: Facet, form: AnswerForm) -> bool:
    """Whether it is done, so that the person goes on."""
    now = timezone.now()
    if do == "skip":
        answers.skip(membership=membership, facet=facet.key, now=now)
        return True
    if do == "not":
        answers.not_say(membership=membership, facet=facet.key, now=now)
        return True
    if not form.is_valid():
        return False
    answers.save(
        membership=membership,
        facet=facet.key,
        value=form.value,
        reach=Reach(form.cleaned_data["r"]),
        statistics=form.statistics,
        language=_language(),
        now=now,
    )
    return True


def _onward(request: Request, membership: Membership, place: int, own: OwnAnswer | None) -> HttpResponse:
    """On to the next question that was not met yet; back to the list for who came to change an answer."""
    if request.POST.get("do") != "skip":
        messages.success(request, _("Saved."))
    if own is not None:
        return _back_to_list(membership, place)
    met = queries.facets_met(membership)
    places = [
        access.place_of(facet) for _group, facets in _pages(membership) for facet in facets if facet.key not in met
    ]
    following = [number for number in places if number > place] or places
    if not following:
        return redirect("consent:done", membership.pk)
    return redirect("consent:facet", membership.pk, following[0])


def _back_to_list(membership: Membership, place: int) -> HttpResponse:
    return redirect(f"{reverse('consent:answers', args=[membership.pk])}#q{place}")
