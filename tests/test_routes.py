"""Who gets what, at every address there is. The table stands in tests/routes/pages.py, entrance.py, coordination.py."""

import pytest

from tests.routes.stage import visits  # noqa: F401
from tests.routes.table import Route, Undeclared, read_row
from tests.routes.tables import ROUTES
from tests.routes.verdicts import differences, gone, tell_apart, undeclared, written_though_forbidden
from tests.routes.visit import Visits

pytestmark = pytest.mark.django_db
every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.label.replace(" ", "-"))
every_method = pytest.mark.parametrize("method", ["GET", "POST"])


def test_every_address_is_declared():
    new = undeclared(ROUTES)

    assert not new, (
        f"{', '.join(new)}: say in tests/routes (pages.py, entrance.py or coordination.py) "
        "what each of the cast gets there for GET and for POST."
    )


def test_every_declared_address_exists():
    left = gone(ROUTES)

    assert not left, f"{', '.join(left)}: nothing answers there any more; take the rows out of tests/routes."


@every_method
@every_route
def test_everybody_gets_what_is_declared(route: Route, method: str, visits: Visits):  # noqa: F811
    assert differences(visits, route, method) == {}


@every_method
@every_route
def test_forbidden_and_missing_read_alike(route: Route, method: str, visits: Visits):  # noqa: F811
    assert tell_apart(visits, route, method) == []


def test_control_what_somebody_may_change_is_seen_to_change(visits: Visits):  # noqa: F811
    route = next(route for route in ROUTES if route.label == "mentorship:messages agreement")

    assert visits.at(route, "POST", "mentee").changed == {"mentorship_message"}


def test_control_whoever_is_forgotten_in_a_row_is_missed():
    with pytest.raises(Undeclared, match="says nothing of"):
        read_row("mentee: ok")


def test_control_nobody_is_declared_twice():
    with pytest.raises(Undeclared, match="named twice"):
        read_row("mentee: ok; mentees: missing; rest: no")


@every_route
def test_what_is_forbidden_changes_nothing(route: Route, visits: Visits):  # noqa: F811
    assert written_though_forbidden(visits, route) == {}
