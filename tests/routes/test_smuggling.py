"""A form changes what it asks for, whatever else is sent along."""

import pytest

from accounts.actions import people
from accounts.models import User
from tests.routes.scene import Scene
from tests.routes.smuggling import accepted, changes, every_column, first_of_each
from tests.routes.stage import scene  # noqa: F401
from tests.routes.table import Route
from tests.routes.tables import ROUTES

pytestmark = pytest.mark.django_db

ACCEPTED = first_of_each(accepted(ROUTES))


@pytest.mark.parametrize(("route", "who"), ACCEPTED, ids=lambda part: part if isinstance(part, str) else part.label)
def test_a_form_takes_nothing_that_it_does_not_ask_for(scene: Scene, route: Route, who: str):  # noqa: F811
    assert changes(scene, route, who, every_column(scene)) == changes(scene, route, who, {})


# What a form may write at all: the columns of rows that were there before.
MAY_WRITE = {
    "accounts:me": {"accounts.User": {"name_to_use", "time_zone"}},
    "mentorship:places mentor": {"accounts.Membership": {"capacity"}},
    "accounts:pause mentee": {"accounts.Membership": {"standing", "changed_at"}},
    "matching:answer offer": {"matching.Proposal": {"mentee_yes_at"}},
    "mentorship:write agreement": {},
    "mentorship:sign agreement": {},
    "accounts:join_program program": {},
    "admin:accounts_program_change program": {
        "accounts.Program": {"name", "about", "terms", "ask_days", "remind_days"}
    },
}


@pytest.mark.parametrize("label", MAY_WRITE)
def test_a_form_writes_the_columns_that_it_is_for(scene: Scene, label: str):  # noqa: F811
    route, who = next((route, who) for route, who in ACCEPTED if route.label == label)
    written: dict[str, set[str]] = {}
    for change in changes(scene, route, who, every_column(scene)):
        if change.row != "new":
            written.setdefault(change.model, set()).update(change.values)

    assert written == MAY_WRITE[label]


def test_control_a_column_that_slips_through_is_seen(scene: Scene, monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    route, who = next((route, who) for route, who in ACCEPTED if route.label == "accounts:me")

    def rename(*, user: User, **said: str) -> None:
        User.objects.filter(pk=user.pk).update(is_staff=True, **said)

    clean = changes(scene, route, who, {})
    monkeypatch.setattr(people, "rename", rename)

    assert changes(scene, route, who, {}) != clean
