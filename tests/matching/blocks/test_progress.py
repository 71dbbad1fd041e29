"""What a coordinator reads while a run is under way."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership
from matching.actions import claims, runs
from matching.models import MatchRun
from tests import cast

pytestmark = pytest.mark.django_db


def progress(coordinator: Membership, now: datetime, **fields: object) -> str:
    under_way = {"state": "running", "claim": uuid.uuid4(), "begun_at": now - timedelta(minutes=2), "beat_at": now}
    run = MatchRun.objects.create(program=coordinator.program, seed=1, **under_way, **fields)
    page = cast.signed_in(coordinator).get(reverse("admin:matching_matchrun_progress", args=[run.pk]))
    return " ".join(page.content.decode().split())


def test_it_tells_how_many_parts_are_done_and_how_long_the_rest_takes(coordinator: Membership, now: datetime) -> None:
    page = progress(coordinator, now, done=12, of=40)

    assert "12 of 40 parts done. About 5 minutes to go." in page
    assert 'value="12" max="40"' in page


def test_towards_the_end_it_counts_no_seconds(coordinator: Membership, now: datetime) -> None:
    assert "39 of 40 parts done. About a minute to go." in progress(coordinator, now, done=39, of=40)


def test_it_does_not_guess_before_anything_is_done(coordinator: Membership, now: datetime) -> None:
    assert "0 of 40 parts done. Still working out how long it takes." in progress(coordinator, now, done=0, of=40)


def test_a_run_that_changed_hands_counts_anew(coordinator: Membership, now: datetime) -> None:
    run = runs.start(program=coordinator.program, by=coordinator.user, now=now)
    rows = MatchRun.objects.filter(pk=run.pk)
    claims.take(rows, now)
    rows.update(done=9, of=10, begun_at=now)
    later = now + timedelta(minutes=5)
    runs.give_back(now=later)

    runs.execute(run_id=run.pk, clock=lambda: later)

    assert rows.get().begun_at == later
