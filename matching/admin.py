"""Match runs and proposals as a coordinator sees them: start, watch, review, publish."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.admin_site import OwnPrograms, person
from accounts.models import Membership, Program, Role, Standing
from accounts.refusals import Refusal
from matching import queries, reasons, review
from matching.actions import drafts, runs, whatifs
from matching.models import MatchRun, Proposal, Shortlist, WhatIf


class RunForm(forms.Form):
    program = forms.ModelChoiceField(Program.objects.none(), label=_("Program"), empty_label=None)
    objective = forms.ChoiceField(
        label=_("What matters most"), choices=runs.OBJECTIVES, widget=forms.RadioSelect, initial="most_then_fit"
    )
    include_waiting = forms.BooleanField(
        label=_("Also match mentees whose ask is still waiting for an answer"), required=False
    )

    def __init__(self, programs: QuerySet[Program], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = programs  # type: ignore[attr-defined]


class PairForm(forms.Form):
    """Two people of one program."""

    mentee = forms.ModelChoiceField(Membership.objects.none(), label=_("Mentee"))
    mentor = forms.ModelChoiceField(Membership.objects.none(), label=_("Mentor"))

    def __init__(self, programs: QuerySet[Program], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Membership.objects.filter(program__in=programs, standing=Standing.APPROVED)
        here = here.select_related("user", "program").order_by("user__name_to_use", "pk")
        for field in self.fields.values():
            field.empty_label = _("Please choose")  # type: ignore[attr-defined]
        self.fields["mentee"].queryset = here.filter(role=Role.MENTEE)  # type: ignore[attr-defined]
        self.fields["mentor"].queryset = here.filter(role=Role.MENTOR)  # type: ignore[attr-defined]


class Pages(OwnPrograms):
    """Buttons that do one action and come back, saying what happened."""

    def do(
        self,
        request: HttpRequest,
        back: str,
        pk: uuid.UUID,
        action: Callable[..., object],
        said: Any,
        **what: Any,
    ) -> HttpResponse:
        try:
            action(by=person(request), now=timezone.now(), **what)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, said)
        return redirect(back, pk)


@admin.register(MatchRun)
class MatchRunAdmin(Pages):
    list_display = ("queued_at", "program", "state", "matched", "left_over", "started_by")
    list_filter = ("state", ("program", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("program", "started_by")
    ordering = ("-queued_at", "pk")

    @admin.display(description=_("proposals"))
    def matched(self, run: MatchRun) -> Any:
        return run.summary.get("matched", "")

    @admin.display(description=_("without a mentor"))
    def left_over(self, run: MatchRun) -> Any:
        return run.summary.get("unmatched", "")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<uuid:pk>/progress/", view(self.progress), name="matching_matchrun_progress"),
            path("<uuid:pk>/cancel/", view(self.cancel), name="matching_matchrun_cancel"),
            path("<uuid:pk>/publish/", view(self.publish), name="matching_matchrun_publish"),
            path("<uuid:pk>/again/", view(self.again), name="matching_matchrun_again"),
            path("<uuid:pk>/why-not/", view(self.ask), name="matching_matchrun_ask"),
            path("<uuid:pk>/why-not/<uuid:asked>/", view(self.asked), name="matching_matchrun_asked"),
        ]
        return own + super().get_urls()

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Start a run."""
        form = RunForm(access.programs_coordinated_by(person(request)), request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                run = runs.start(by=person(request), now=timezone.now(), **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("admin:matching_matchrun_change", run.pk)
        return render(request, "admin/matching/start.html", self.page(request, _("Start a match run"), form=form))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Watch it, then review it."""
        run = self.one(request, object_id)
        context: dict[str, Any] = {"run": run}
        if run.state in {MatchRun.State.DONE, MatchRun.State.PUBLISHED}:
            context["review"] = review.of_run(run, person(request), request.GET.get("page"))
        return render(request, "admin/matching/run.html", self.page(request, _("Match run"), **context))

    def progress(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        run = self.one(request, pk)
        response = render(request, "admin/matching/_progress.html", {"run": run})
        if run.state not in MatchRun.State.ahead():
            response["HX-Refresh"] = "true"
        return response

    def cancel(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        run = self.one_to_change(request, pk)
        return self.do(request, "admin:matching_matchrun_change", pk, runs.cancel, _("Stopped."), run=run)

    def publish(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Ask once more: from here on people are written to."""
        run = self.one(request, pk)
        if request.method == "POST":
            said = _("Published. Both sides of each pair are told that there is an update.")
            return self.do(request, "admin:matching_matchrun_change", pk, runs.publish, said, run=run)
        drafts = run.proposals.filter(state=Proposal.State.DRAFT).count()
        return render(request, "admin/matching/publish.html", self.page(request, _("Publish"), run=run, drafts=drafts))

    def again(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Run once more with the same settings; what is locked stays."""
        run = self.one_to_change(request, pk)
        try:
            following = runs.start(
                program=run.program,
                by=person(request),
                now=timezone.now(),
                objective=run.settings["objective"],
                include_waiting=run.settings["include_waiting"],
            )
        except Refusal as refusal:
            messages.warning(request, str(refusal))
            return redirect("admin:matching_matchrun_change", pk)
        return redirect("admin:matching_matchrun_change", following.pk)

    def ask(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Why not these two? Every asking stays in the history of the run."""
        run = self.one(request, pk)
        form = PairForm(Program.objects.filter(pk=run.program_id), request.POST or None, initial=request.GET.dict())
        if request.method == "POST" and form.is_valid():
            try:
                row = whatifs.ask(run=run, by=person(request), now=timezone.now(), **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(request, run, f"why not: {row.pk}")
                return redirect("admin:matching_matchrun_asked", run.pk, row.pk)
        context = self.page(request, _("Why not these two?"), run=run, form=form)
        return render(request, "admin/matching/why_not.html", context)

    def asked(self, request: HttpRequest, pk: uuid.UUID, asked: uuid.UUID) -> HttpResponse:
        run = self.one(request, pk)
        row = get_object_or_404(queries.asked_of(run).exclude(queries.about(person(request))), pk=asked)
        answer = review.of_question(row) if row.state == WhatIf.State.READY else None
        context = self.page(request, _("Why not these two?"), run=run, asked=row, answer=answer)
        return render(request, "admin/matching/asked.html", context)


@admin.register(Proposal)
class ProposalAdmin(Pages):
    """Asks and proposals on their way: who waits for whom, and how long they may."""

    list_display = ("mentee_name", "mentor_name", "origin", "state", "published_at", "due_at", "program")
    list_filter = ("state", "origin", ("program", admin.RelatedOnlyFieldListFilter))
    search_fields = ("mentee__user__name_to_use", "mentor__user__name_to_use")
    search_help_text = _("Search by the name somebody uses")
    list_select_related = ("mentee__user", "mentor__user", "program")
    ordering = ("-created_at", "pk")

    @admin.display(description=_("mentee"), ordering="mentee__user__name_to_use")
    def mentee_name(self, proposal: Proposal) -> str:
        return str(proposal.mentee.user)

    @admin.display(description=_("mentor"), ordering="mentor__user__name_to_use")
    def mentor_name(self, proposal: Proposal) -> str:
        return str(proposal.mentor.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Nobody reviews a proposal that they are part of."""
        return super().get_queryset(request).exclude(queries.about(person(request)))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(f"<uuid:pk>/{verb}/", view(page), name=f"matching_proposal_{verb}")
            for verb, page in {
                "lock": self.lock,
                "unlock": self.unlock,
                "aside": self.aside,
                "publish": self.publish,
            }.items()
        ]
        return own + super().get_urls()

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Pair two people by hand."""
        programs = access.programs_coordinated_by(person(request))
        form = PairForm(programs, request.POST or None, initial=request.GET.dict())
        if request.method == "POST" and form.is_valid():
            try:
                proposal = drafts.propose_by_hand(by=person(request), now=timezone.now(), **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("admin:matching_proposal_change", proposal.pk)
        return render(request, "admin/matching/pair.html", self.page(request, _("Pair two people"), form=form))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        proposal = self.one(request, object_id)
        said = reasons.for_coordinator([proposal])[proposal.pk]
        passing = reasons.passing_of(proposal)
        context = self.page(request, _("Proposal"), proposal=proposal, reasons=said, passing=passing)
        return render(request, "admin/matching/proposal.html", context)

    def lock(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        return self._press(request, pk, drafts.lock, _("This pair stays when you run again."))

    def unlock(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        return self._press(request, pk, drafts.unlock, _("This pair may change when you run again."))

    def aside(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        return self._press(
            request, pk, drafts.set_aside, _("Set aside. The next run does not bring these two together.")
        )

    def publish(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        return self._press(request, pk, drafts.publish_one, _("Published. Both are told that there is an update."))

    def _press(self, request: HttpRequest, pk: uuid.UUID, action: Callable[..., object], said: Any) -> HttpResponse:
        proposal = self.one_to_change(request, pk)
        if proposal.run_id:
            return self.do(request, "admin:matching_matchrun_change", proposal.run_id, action, said, proposal=proposal)
        return self.do(request, "admin:matching_proposal_change", pk, action, said, proposal=proposal)


@admin.register(Shortlist)
class PersonalRequests(OwnPrograms):
    """People with a personal wish that could not act on their own list: too few could meet it in the open, and the list
    would give them away. A run honours it; sometimes it takes a conversation."""

    program_path = "mentee__program"
    list_display = ("mentee_name", "computed_at", "to_do")
    list_select_related = ("mentee__user",)
    fields = ("mentee", "computed_at")
    ordering = ("computed_at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).exclude(held_back=[])

    @admin.display(description=_("mentee"), ordering="mentee__user__name_to_use")
    def mentee_name(self, shortlist: Shortlist) -> str:
        return str(shortlist.mentee.user)

    @admin.display(description=_("what you can do"))
    def to_do(self, shortlist: Shortlist) -> str:
        """Whoever is paired by hand is asked, as always: nobody is matched without a yes."""
        by_hand = f"{reverse('admin:matching_proposal_add')}?mentee={shortlist.mentee_id}"
        words = '<a href="{}">{}</a> · <a href="{}">{}</a>'
        run = reverse("admin:matching_matchrun_add")
        return format_html(words, by_hand, _("Pair by hand"), run, _("Start a run, which honours it"))
