"""Agreements as a coordinator sees them: who with whom, since when, until when; never what the two wrote."""

from typing import Any

from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_site import OwnPrograms
from mentorship.models import Agreement


@admin.register(Agreement)
class AgreementAdmin(OwnPrograms):
    list_display = ("mentee_name", "mentor_name", "state", "opened_at", "review_on", "program")
    list_filter = ("state", ("program", admin.RelatedOnlyFieldListFilter))
    search_fields = ("mentee__user__name_to_use", "mentor__user__name_to_use")
    search_help_text = _("Search by the name somebody uses")
    list_select_related = ("mentee__user", "mentor__user", "program")
    fields = ("mentee", "mentor", "state", "opened_at", "active_at", "review_on", "ended_at")
    readonly_fields = ("review_on",)
    ordering = ("-opened_at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(latest_review=Max("versions__review_on"))

    @admin.display(description=_("mentee"), ordering="mentee__user__name_to_use")
    def mentee_name(self, agreement: Agreement) -> str:
        return str(agreement.mentee.user)

    @admin.display(description=_("mentor"), ordering="mentor__user__name_to_use")
    def mentor_name(self, agreement: Agreement) -> str:
        return str(agreement.mentor.user)

    @admin.display(description=_("look at it again on"), ordering="latest_review")
    def review_on(self, agreement: Any) -> Any:
        return agreement.latest_review
