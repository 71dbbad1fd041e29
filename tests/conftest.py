import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs an event loop in the thread of the test

import pytest
from django.core.cache import cache
from django.db import connection

from accounts.models import Membership, Program, Role, Standing
from safety.models import Block
from tests import cast

# What one process runs: tests of one deployment follow one another, and every door is knocked at once for all that
# read what came back. (xdist has a marker for this, `xdist_group`, which pytest 9.2 does not heed.)
TOGETHER = {
    "deployment": ("tests/infra/test_compose.py::TestWhatItRuns", "tests/infra/test_deployment.py"),
    "visits": ("tests/test_routes.py", "tests/routes/", "tests/canary/", "tests/pages/test_headers.py"),
}

KEEPING = {
    "the_ledger_outlives_the_membership": "consent_ledgerentry",
    "the_trail_is_never_shortened": "accounts_trailentry",
}
"""Triggers that refuse to delete, and where."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling  # only there where tests run side by side

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((name for name, starts in TOGETHER.items() if nodeid.startswith(starts)), nodeid)

    return Together(config, log)


@pytest.fixture(autouse=True)
def fresh_cache(request: pytest.FixtureRequest) -> None:
    """Limits of one test must not stop the next."""
    if {"db", "transactional_db", "live_server"} & set(request.fixturenames) or request.node.get_closest_marker(
        "django_db"
    ):
        request.getfixturevalue("transactional_db" if _is_transactional(request) else "db")
        cache.clear()


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(request.fixturenames)
    return bool(asked) or bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(autouse=True)
def what_stays_can_be_flushed(request: pytest.FixtureRequest, fresh_cache: None) -> Iterator[None]:
    """A transactional test ends with a flush, and on SQLite what is only ever added to refuses that."""
    yield
    if _is_transactional(request) and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
            for trigger, table in KEEPING.items():
                cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [trigger])
                (made,) = cursor.fetchone()
                cursor.execute(f"DROP TRIGGER {trigger}")
                cursor.execute(f"DELETE FROM {table}")
                cursor.execute(made)
            cursor.execute("PRAGMA foreign_keys = ON")


@pytest.fixture
def now() -> datetime:
    return cast.NOW


@pytest.fixture
def program(db: None) -> Program:
    return cast.make_program()


@pytest.fixture
def other_program(db: None) -> Program:
    return cast.make_program("Lighthouse")


@pytest.fixture
def mentee(program: Program) -> Membership:
    return cast.make_member(program, Role.MENTEE, "Robin")


@pytest.fixture
def other_mentee(program: Program) -> Membership:
    return cast.make_member(program, Role.MENTEE, "Noor")


@pytest.fixture
def mentor(program: Program) -> Membership:
    """A mentor with free places whom nothing connects to the mentee yet."""
    return cast.make_member(program, Role.MENTOR, "Sam", capacity=2)


@pytest.fixture
def matched_mentor(program: Program, mentee: Membership) -> Membership:
    member = cast.make_member(program, Role.MENTOR, "Ash", capacity=2)
    cast.agree(mentee, member)
    return member


@pytest.fixture
def former_mentor(program: Program, mentee: Membership) -> Membership:
    member = cast.make_member(program, Role.MENTOR, "Jules")
    cast.agree(mentee, member, state="ended")
    return member


@pytest.fixture
def blocked_mentor(program: Program, mentee: Membership) -> Membership:
    member = cast.make_member(program, Role.MENTOR, "Kim")
    Block.objects.create(blocker=mentee.user, blocked=member.user)
    return member


@pytest.fixture
def paused_mentor(program: Program) -> Membership:
    return cast.make_member(program, Role.MENTOR, "Toni", standing=Standing.PAUSED)


@pytest.fixture
def applicant(program: Program) -> Membership:
    return cast.make_member(program, Role.MENTEE, "Alex", standing=Standing.APPLIED)


@pytest.fixture
def coordinator(program: Program) -> Membership:
    return cast.make_member(program, Role.COORDINATOR, "Mika")


@pytest.fixture
def ally(program: Program) -> Membership:
    return cast.make_member(program, Role.ALLY, "Lou")


@pytest.fixture
def other_program_coordinator(other_program: Program) -> Membership:
    return cast.make_member(other_program, Role.COORDINATOR, "Dana")


@pytest.fixture
def other_program_mentor(other_program: Program) -> Membership:
    return cast.make_member(other_program, Role.MENTOR, "Remy")


@pytest.fixture
def stranger(db: None) -> Membership:
    """Somebody settled, in a program of their own."""
    return cast.make_member(cast.make_program("Elsewhere"), Role.MENTEE, "Val")
