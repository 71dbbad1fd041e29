"""What is declared does not hang on how fast a machine knocks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.routes.scene import Scene
from tests.routes.stage import scene  # noqa: F401
from tests.routes.tables import ROUTES
from tests.routes.visit import knock

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=45)


def test_who_has_just_set_up_a_second_step_still_has_at_the_last_door(scene: Scene, monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    doors = {route.label: route for route in ROUTES if route.name.startswith("mfa_")}
    monkeypatch.setattr(timezone, "now", lambda: scene.now + LATER)

    got = {label: knock(scene, "ally", "GET", route.path(scene)).outcome for label, route in doors.items()}

    assert got == {label: route.expected("GET")["ally"] for label, route in doors.items()}
    assert len(got) > 9
