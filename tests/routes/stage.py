"""The scene as a fixture, and every door of it knocked at once.

`scene` is built for a module, and each visit leaves it as it was. `visits` holds what everybody got everywhere, for all
tests that only read it: it is drawn up once, from a scene of its own, and needs the database no more."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.routes.scene import Scene, build, turn
from tests.routes.tables import ROUTES
from tests.routes.visit import Visits, rolled_back


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with django_db_blocker.unblock(), staged() as built:
        yield built


@pytest.fixture(scope="session")
def visits(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Visits:
    with django_db_blocker.unblock(), override_settings(PACE=0):
        return drawn_up()


@cache
def drawn_up() -> Visits:
    """Once, however many modules import the fixture."""
    with rolled_back():
        found = Visits(build())
        found.knock_everywhere(ROUTES)
    return found


@contextmanager
def staged() -> Iterator[Scene]:
    """A scene for as long as this lasts."""
    with override_settings(PACE=0), rolled_back():
        yield build()


@contextmanager
def turned(scene: Scene, number: int) -> Iterator[None]:
    """For as long as this lasts, every answer travels otherwise."""
    with rolled_back():
        turn(scene, number)
        yield
    scene.turn = 0
