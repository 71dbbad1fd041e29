"""What one coordinator asks another one's yes for: to open the answers of many, and to take a list away."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.admin_site import OwnPrograms, person
from accounts.models import Program
from accounts.refusals import Refusal
from consent.models import SecondYes
from home.actions import lists, second_yes
from home.actions.second_yes import State, What


class ListForm(forms.Form):
    program = forms.ModelChoiceField(Program.objects.none(), label=_("Program"), empty_label=None)
    reason = forms.CharField(
        label=_("What do you need the list for?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody on the list can read this, and that it was you."),
    )

    def __init__(self, programs: QuerySet[Program], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = programs  # type: ignore[attr-defined]


@admin.register(SecondYes)
class SecondYesAdmin(OwnPrograms):
    list_display = ("asked_at", "what", "whose", "asked_by", "stands", "answered_by", "program")
    list_filter = ("state", "what", ("program", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("membership__user", "asked_by", "answered_by", "program")
    ordering = ("-asked_at", "pk")

    @admin.display(description=_("whose"))
    def whose(self, row: SecondYes) -> str:
        return str(row.membership.user) if row.membership else _now("everybody's names")

    @admin.display(description=_("state"))
    def stands(self, row: SecondYes) -> str:
        return _now("its day is over") if _is_over(row) else row.get_state_display()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<uuid:pk>/answer/", view(self.answer), name="consent_secondyes_answer"),
            path("<uuid:pk>/take/", view(self.take), name="consent_secondyes_take"),
        ]
        return own + super().get_urls()

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for a list."""
        form = ListForm(access.programs_coordinated_by(person(request)), request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                row = second_yes.ask(what=What.LIST, by=person(request), now=timezone.now(), **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _now("Asked. The other coordinators are told that there is an update."))
                return redirect("admin:consent_secondyes_change", row.pk)
        return render(request, "admin/consent/list.html", self.page(request, _("Take a list away"), form=form))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row, reader = self.one(request, object_id), person(request)
        mine = row.asked_by_id == reader.pk
        concerned = row.membership is not None and row.membership.user_id == reader.pk
        context = {
            "row": row,
            "mine": mine,
            "is_over": _is_over(row),
            "may_answer": not (mine or concerned) and access.is_coordinator(reader, row.program),
        }
        return render(request, "admin/consent/second_yes.html", self.page(request, _("A second yes"), **context))

    def answer(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = self.one_to_change(request, pk)
        yes = request.POST.get("answer") == "yes"
        try:
            second_yes.answer(row=row, by=person(request), yes=yes, now=timezone.now())
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _now("Thank you. It is good for a day.") if yes else _now("You said no."))
        return redirect("admin:consent_secondyes_change", pk)

    def take(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The list itself, once."""
        row = self.one_to_change(request, pk)
        try:
            words = lists.take(program=row.program, by=person(request), now=timezone.now())
        except Refusal as refusal:
            messages.warning(request, str(refusal))
            return redirect("admin:consent_secondyes_change", pk)
        headers = {"Content-Disposition": 'attachment; filename="list.csv"'}
        return HttpResponse(words, content_type="text/csv; charset=utf-8", headers=headers)


def _is_over(row: SecondYes) -> bool:
    return row.state in {State.WAITING, State.GIVEN} and row.until <= timezone.now()
