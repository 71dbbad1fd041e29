"""Whole runs, with the engine's own passes: spread or not, they come to the same."""

from datetime import datetime
from typing import Any

import pytest

from accounts.models import Membership, Program
from matching.actions import blocks, runs
from matching.models import MatchRun, Parcel, Proposal, RunBlock, Unmatched
from tests.matching.conftest import crowd

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(program: Program) -> None:
    crowd(program, 6)


def done(program: Program, coordinator: Membership, now: datetime) -> tuple[list[Any], list[Any], dict[str, int]]:
    """What a run leaves behind, and nothing of it."""
    Proposal.objects.all().delete()
    run = runs.start(program=program, by=coordinator.user, now=now, seed=7)
    assert runs.execute(run_id=run.pk)
    pairs = list(run.proposals.order_by("mentee").values_list("mentee", "mentor", "fit", "reasons"))
    alone = list(Unmatched.objects.filter(run=run).order_by("membership").values_list("membership", "hindrances"))
    return pairs, alone, MatchRun.objects.get(pk=run.pk).summary


@pytest.mark.usefixtures("people")
def test_a_spread_run_comes_to_the_same_and_leaves_nothing_to_open(
    program: Program, coordinator: Membership, now: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = done(program, coordinator, now)
    spread: list[int] = []
    begin = blocks.Spread._begin

    def begun(self: blocks.Spread, pass_: Any) -> None:
        spread.append(pass_.number)
        begin(self, pass_)

    monkeypatch.setattr(blocks.Spread, "_begin", begun)

    settings.SPREAD_PAIRS = 0

    assert done(program, coordinator, now) == alone
    assert len(spread) > 0
    assert RunBlock.objects.count() + Parcel.objects.count() == 0


@pytest.mark.usefixtures("people")
def test_a_small_pool_is_looked_at_in_one_process(
    program: Program, coordinator: Membership, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(blocks.Spread, "_begin")

    pairs, _alone, _summary = done(program, coordinator, now)

    assert len(pairs) == 6
