"""What every page has around it. No query of its own: the person is the one that the request already knows."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """One entry of the navigation, before it is known which page is shown."""

    label: Promise
    name: str
    icon: str

    def holds(self, view_name: str) -> bool:
        namespace, colon, _view = self.name.rpartition(":")
        return view_name.startswith(f"{namespace}:") if colon else view_name == self.name


@dataclass(frozen=True)
class Entry:
    label: Promise
    href: str
    icon: str
    current: str


FOR_VISITORS = [
    Place(_("Sign in"), "account_login", "key-round"),
    Place(_("Join"), "account_signup", "user"),
]
FOR_MEMBERS = [
    Place(_("Home"), "home", "house"),
    Place(_("Suggestions"), "matching:suggestions", "compass"),
    Place(_("Mentoring"), "mentorship:list", "heart-handshake"),
    Place(_("Answers"), "consent:answers_home", "list-checks"),
    Place(_("Me"), "accounts:me", "user"),
]
FOR_COORDINATORS = [Place(_("Coordination"), "admin:index", "settings")]


def chrome(request: HttpRequest) -> dict[str, Any]:
    """`signed_in` and `nav` for base.html."""
    person = getattr(request, "user", None)  # absent when a page fails before the sign-in middleware ran
    signed_in = person is not None and person.is_authenticated
    places = FOR_MEMBERS if signed_in else FOR_VISITORS
    if signed_in and person is not None and person.is_staff:
        places = places + FOR_COORDINATORS
    view_name = request.resolver_match.view_name if request.resolver_match else ""
    return {"signed_in": signed_in, "nav": [_entry(place, view_name) for place in places]}


def _entry(place: Place, view_name: str) -> Entry:
    current = "page" if view_name == place.name else "true" if place.holds(view_name) else ""
    return Entry(place.label, reverse(place.name), place.icon, current)
