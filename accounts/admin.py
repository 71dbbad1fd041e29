"""Screening, and who may open coordination."""

import uuid
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import memberships, trail
from accounts.admin_site import OperatorOnly, OwnPrograms, person
from accounts.models import Membership, ScreeningStep, Standing, User
from accounts.refusals import Refusal


class StepForm(forms.Form):
    """One thing that was looked at before somebody is approved."""

    kind = forms.ChoiceField(
        label=_("What"),
        choices=[choice for choice in ScreeningStep.Kind.choices if choice[0] != ScreeningStep.Kind.STANDING],
    )
    note = forms.CharField(
        label=_("What was checked"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Short, and nothing about who they are: the other coordinators read it."),
    )


class StandingForm(forms.Form):
    """Where somebody stands from now on; only the moves that are possible from here."""

    to = forms.ChoiceField(label=_("From now on"))
    note = forms.CharField(label=_("Note for the other coordinators"), max_length=400, required=False)

    def __init__(self, member: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moves = Standing(member.standing).moves
        self.fields["to"].choices = [(step.value, step.label) for step in Standing if step in moves]  # type: ignore[attr-defined]

    def clean_to(self) -> Standing:
        return Standing(self.cleaned_data["to"])


class PersonFilter(admin.SimpleListFilter):
    """Who waits for the coordinator comes first."""

    title = _("where they stand")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("waiting to be welcomed")), *Standing.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> QuerySet[Membership]:
        value = self.value()
        if value == "waiting":
            return queryset.filter(standing__in=[Standing.APPLIED, Standing.CHECKED])
        return queryset.filter(standing=value) if value else queryset


@admin.register(Membership)
class MembershipAdmin(OwnPrograms):
    """Screening: who looked at what, and from when on somebody may meet others."""

    list_display = ("name", "role", "standing", "applied_at", "program")
    list_filter = (PersonFilter, "role", ("program", admin.RelatedOnlyFieldListFilter))
    search_fields = ("user__name_to_use",)
    search_help_text = _("Search by the name somebody uses")
    list_select_related = ("user", "program")
    ordering = ("applied_at", "pk")

    @admin.display(description=_("name to use"), ordering="user__name_to_use")
    def name(self, member: Membership) -> str:
        return str(member.user)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<uuid:pk>/step/", view(self.step), name="accounts_membership_step"),
            path("<uuid:pk>/move/", view(self.move), name="accounts_membership_move"),
        ]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        member = self.one(request, object_id)
        return self._screening(request, member, StepForm(), StandingForm(member))

    def step(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Record one thing that was checked."""
        member = self.one_to_change(request, pk)
        form = StepForm(request.POST)
        if not form.is_valid():
            return self._screening(request, member, form, StandingForm(member))
        return self._do(request, member, memberships.record_step, form.cleaned_data)

    def move(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Change where somebody stands."""
        member = self.one_to_change(request, pk)
        form = StandingForm(member, request.POST)
        if not form.is_valid():
            return self._screening(request, member, StepForm(), form)
        return self._do(request, member, memberships.move, form.cleaned_data)

    def _do(
        self, request: HttpRequest, member: Membership, action: Callable[..., object], said: dict[str, Any]
    ) -> HttpResponse:
        try:
            action(membership=member, by=person(request), now=timezone.now(), **said)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Recorded."))
        return redirect("admin:accounts_membership_change", member.pk)

    def _screening(
        self, request: HttpRequest, member: Membership, step_form: StepForm, standing_form: StandingForm
    ) -> HttpResponse:
        context = {
            "member": member,
            "steps": member.steps.select_related("by").order_by("at", "pk"),
            "step_form": step_form,
            "standing_form": standing_form,
        }
        return render(request, "admin/accounts/screening.html", self.page(request, str(member.user), **context))


@admin.register(User)
class UserAdmin(OperatorOnly):
    """Who may open coordination. A person's rows elsewhere are reached through memberships."""

    list_display = ("email", "is_staff", "is_superuser", "is_active")
    fields = ("email", "is_active", "is_staff", "is_superuser")
    readonly_fields = ("email",)
    search_fields = ("email",)
    ordering = ("email",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(person(request).is_superuser)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        trail.record(act=trail.Act.PERSON_CHANGED, by=person(request), row=obj, program=None, now=timezone.now())


# Nobody is in a group here, and an address that somebody else writes in is a way into an account.
admin.site.unregister([Group, EmailAddress, Authenticator])


@admin.register(Authenticator)
class SecondFactors(OperatorOnly):
    """To be taken away when somebody has lost theirs. What they hold is shown to nobody."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    fields = ("user", "type", "created_at", "last_used_at")
    ordering = ("created_at", "pk")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(person(request).is_superuser)

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        super().delete_model(request, obj)
        trail.record(act=trail.Act.FACTOR_TAKEN, by=person(request), row=obj.user, program=None, now=timezone.now())
