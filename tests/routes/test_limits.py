"""No address that anybody may use, and none that reaches somebody else, is without a limit."""

import pytest

from accounts import limits
from tests.routes.stage import visits  # noqa: F401
from tests.routes.table import Route, addresses
from tests.routes.tables import ROUTES
from tests.routes.visit import TURNED_AWAY, Visits

pytestmark = pytest.mark.django_db
REACHES_OTHERS = {"notices_notice", "mentorship_message", "safety_concern", "matching_proposal"}
"""Rows that somebody else is told of."""


def open_to_visitors(method: str) -> set[str]:
    return {route.name for route in ROUTES if route.expected(method)["anonymous"] not in TURNED_AWAY}


def unlimited_for_visitors() -> set[tuple[str, str]]:
    asked = {(name, method) for method in ("GET", "POST") for name in open_to_visitors(method)}
    return {(name, method) for name, method in asked if limits.limit_of(name, method, signed_in=False) is None}


def sending(visits: Visits, routes: tuple[Route, ...]) -> set[str]:  # noqa: F811
    """Addresses where somebody's form wrote a row that another is told of."""
    return {
        route.name
        for route in routes
        for who in route.expected("POST")
        if visits.at(route, "POST", who).changed & REACHES_OTHERS
    }


def without_a_limit_of_their_own(names: set[str]) -> list[str]:
    return sorted(name for name in names if name not in {**limits.MEMBERS, **limits.VISITORS})


def test_what_anybody_may_use_has_a_limit_or_a_reason_why_not():
    assert {name for name, _method in unlimited_for_visitors()} == set(limits.NEVER)


def test_what_reaches_somebody_else_has_a_limit_of_its_own(visits: Visits):  # noqa: F811
    assert without_a_limit_of_their_own(sending(visits, ROUTES)) == []


def test_control_a_form_that_sends_without_a_limit_is_found(visits: Visits, monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    monkeypatch.delitem(limits.MEMBERS, "mentorship:messages")

    assert without_a_limit_of_their_own(sending(visits, ROUTES)) == ["mentorship:messages"]


def test_control_a_page_that_is_never_refused_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(limits.NEVER, "account_login", "")

    assert ("account_login", "POST") in unlimited_for_visitors()


def test_every_limit_is_of_an_address_that_there_is():
    assert ({*limits.NEVER, *limits.VISITORS, *limits.MEMBERS} - addresses()) == set()


@pytest.mark.parametrize(
    "rate", sorted({*limits.VISITORS.values(), *limits.MEMBERS.values(), limits.PAGES, limits.FORMS})
)
def test_every_rate_can_be_read(rate: str):
    assert limits.ratelimit.parse_rate(rate).amount >= 10
