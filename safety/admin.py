"""Concerns: what somebody asked the coordination of their program to look after."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_site import OwnPrograms, person
from accounts.refusals import Refusal
from safety.actions import concerns
from safety.models import Concern


@admin.register(Concern)
class ConcernAdmin(OwnPrograms):
    list_display = ("at", "state", "by", "about", "program")
    list_filter = ("state", ("program", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("by", "about", "program")
    ordering = ("state", "-at", "pk")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [path("<uuid:pk>/handled/", view(self.handled), name="safety_concern_handled"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Nobody looks after a concern about themselves, nor learns that there is one."""
        return super().get_queryset(request).exclude(about=person(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        concern = self.one(request, object_id)
        words = concerns.words_of(concern=concern, by=person(request))
        context = self.page(request, _("Concern"), concern=concern, words=words)
        return render(request, "admin/safety/concern.html", context)

    def handled(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        concern = self.one_to_change(request, pk)
        try:
            concerns.handle(concern=concern, by=person(request), now=timezone.now())
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Thank you for looking after it."))
        return redirect("admin:safety_concern_changelist")
