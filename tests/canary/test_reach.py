"""An answer goes as far as its reach, at each reach in turn; the first turn is read in tests/canary/test_pages.py."""

import pytest

from tests.canary.crawl import broken_promises, finds, leaks, shown
from tests.routes.scene import REACHES, Scene
from tests.routes.stage import scene, turned  # noqa: F401
from tests.routes.tables import ROUTES
from tests.routes.visit import Visits

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", range(1, len(REACHES)))
def test_every_answer_goes_as_far_as_its_reach_and_no_farther(scene: Scene, number: int):  # noqa: F811
    with turned(scene, number):
        visits = Visits(scene)
        found = finds(visits, shown(visits, ROUTES))

        assert (leaks(visits, found), broken_promises(visits, found)) == ([], [])
