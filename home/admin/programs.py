"""A program's own settings, questions and help lines. What it changes is read as the pages will read it before it is
saved, so that a slip here cannot break theirs."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import trail
from accounts.admin_site import OwnPrograms, person
from accounts.models import Program
from consent import vocabulary
from consent.vocabulary import VocabularyError
from safety import crisis
from safety.crisis import CrisisError


class ProgramForm(forms.ModelForm):
    class Meta:
        model = Program
        fields = (
            "name",
            "about",
            "terms",
            "is_open",
            "agreements_per_mentee",
            "ask_days",
            "remind_days",
            "vocabulary",
            "help_lines",
        )
        help_texts = {
            "vocabulary": _("What this program asks differently, by facet. An empty {} changes nothing."),
            "help_lines": _("Shown before all others on the help page. An empty [] adds none."),
        }

    def clean_vocabulary(self) -> Any:
        changes = self.cleaned_data["vocabulary"] or {}
        try:
            vocabulary.for_program(changes)
        except VocabularyError as error:
            raise forms.ValidationError(str(error)) from None
        return changes

    def clean_help_lines(self) -> Any:
        lines = self.cleaned_data["help_lines"] or []
        try:
            crisis.own_lines(lines)
        except CrisisError as error:
            raise forms.ValidationError(str(error)) from None
        return lines


@admin.register(Program)
class ProgramAdmin(OwnPrograms):
    program_path = "pk"
    form = ProgramForm
    list_display = ("name", "is_open", "ask_days")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(person(request).is_superuser) or super().has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(person(request).is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Program, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        trail.record(act=trail.Act.PROGRAM_CHANGED, by=person(request), row=obj, program=obj, now=timezone.now())
