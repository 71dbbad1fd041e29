"""Breaking the glass: what a coordinator may open only with a reason, for an hour, with the person knowing."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.admin_site import OwnPrograms, person
from accounts.models import Membership
from accounts.refusals import Refusal
from consent import gate, vocabulary
from consent.models import Opening
from home.actions import openings, second_yes
from home.actions.second_yes import What


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you need to see it?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "The person reads this. Open somebody's answers only when their safety or somebody else's needs it."
        ),
    )


@admin.register(Opening)
class OpeningAdmin(OwnPrograms):
    """Every opening stays in this list; the open answers themselves can be read for an hour, by who opened them."""

    program_path = "membership__program"
    list_display = ("whose", "by", "reason", "at", "until")
    list_select_related = ("membership__user", "by")
    list_filter = (("membership__program", admin.RelatedOnlyFieldListFilter),)

    @admin.display(description=_("whose"))
    def whose(self, opening: Opening) -> str:
        return str(opening.membership.user)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [path("of/<uuid:pk>/", view(self.open), name="consent_opening_open"), *super().get_urls()]

    def open(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Ask for the reason first; afterwards come back here. Who opened many today asks a colleague instead."""
        about: dict[str, Any] = {"membership": _closed(request, pk), "by": person(request)}
        now = timezone.now()
        yes = second_yes.given(what=What.OPENING, program=about["membership"].program, now=now, **about)
        asks = not yes and openings.needs_second_yes(now=now, **about)
        form = ReasonForm(request.POST or None, initial={"reason": yes.reason} if yes else {})
        if request.method == "POST" and form.is_valid():
            try:
                return self._ask(request, about, form) if asks else self._open(about, form)
            except Refusal as refusal:
                messages.warning(request, str(refusal))
        context = {"member": about["membership"], "form": form, "asks": asks, "yes": yes, "alone": openings.ALONE}
        return render(request, "admin/consent/open.html", self.page(request, _("Open answers"), **context))

    def _open(self, about: dict[str, Any], form: ReasonForm) -> HttpResponse:
        opening = openings.open_answers(**about, now=timezone.now(), **form.cleaned_data)
        return redirect("admin:consent_opening_change", opening.pk)

    def _ask(self, request: HttpRequest, about: dict[str, Any], form: ReasonForm) -> HttpResponse:
        row = openings.ask(**about, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _now("Asked. The other coordinators are told that there is an update."))
        return redirect("admin:consent_secondyes_change", row.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The opened answers, while it lasts and only for who opened them."""
        opening = self.one(request, object_id)
        member = opening.membership
        found = gate.read_opened(member, by=person(request), now=timezone.now())[member.pk]
        words = vocabulary.for_program(member.program.vocabulary)
        said = [(facet.question, facet.words(found[facet.key])) for facet in words.facets if facet.key in found]
        return render(request, "admin/consent/opened.html", self.page(request, _("Opened"), opening=opening, said=said))


def _closed(request: HttpRequest, pk: uuid.UUID) -> Membership:
    """Somebody whose answers this coordinator may open; whoever runs the service is not one by that alone."""
    programs = access.programs_coordinated_by(person(request))
    member = Membership.objects.filter(pk=pk, program__in=programs).select_related("user", "program").first()
    if member is None or not access.is_coordinator(person(request), member.program):
        raise Http404
    return member
