"""The first page of coordination: what waits, and where everything is, in the words of the work and not of the code."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.admin_site import person
from home import waiting


@dataclass(frozen=True)
class Section:
    """One kind of thing that a coordinator works with. `add`: what the button says where one can begin something."""

    icon: str
    model: str
    title: Promise
    about: Promise
    add: Promise | None = None

    @property
    def href(self) -> str:
        return reverse(f"admin:{self.model}_changelist")

    @property
    def add_href(self) -> str:
        return reverse(f"admin:{self.model}_add") if self.add else ""


SECTIONS = [
    Section("users", "accounts_membership", _("People"), _("Who is here, who waits to be welcomed, what was checked.")),
    Section(
        "compass",
        "matching_matchrun",
        _("Match runs"),
        _("Match everybody at once, review, publish."),
        _("Start a run"),
    ),
    Section(
        "mail",
        "matching_proposal",
        _("Asks and proposals"),
        _("Who waits for whom, and how long they may."),
        _("Pair two people"),
    ),
    Section("heart-handshake", "mentorship_agreement", _("Agreements"), _("Who accompanies whom, and since when.")),
    Section("life-buoy", "safety_concern", _("Concerns"), _("What people asked you to look after.")),
    Section(
        "eye", "matching_shortlist", _("Personal requests"), _("Mentees whose personal wish no list can meet safely.")
    ),
    Section("lock", "consent_opening", _("Openings"), _("Answers that were opened, by whom and why.")),
    Section(
        "key-round",
        "consent_secondyes",
        _("Second yes"),
        _("What you ask each other before answers of many are opened or a list is taken away."),
        _("Take a list away"),
    ),
    Section(
        "settings", "accounts_program", _("Programs"), _("What people read before they join; terms, questions, days.")
    ),
]


class Coordination(AdminSite):
    """Titles stay neutral: they are read over shoulders and in histories."""

    site_header = _("Coordination")
    site_title = _("Coordination")
    index_title = _("Coordination")
    enable_nav_sidebar = False

    def get_urls(self) -> list[Any]:
        """Nobody has a password, so nobody is asked for one."""
        missing = {"password_change", "password_change_done"}
        return [url for url in super().get_urls() if getattr(url, "name", "") not in missing]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        programs = list(access.programs_coordinated_by(person(request)).values_list("pk", flat=True))
        context = {
            **self.each_context(request),
            "title": self.index_title,
            "waiting": list(waiting.for_programs(programs)),
            "sections": SECTIONS if programs or person(request).is_superuser else [],
        }
        return TemplateResponse(request, "admin/overview.html", context)
