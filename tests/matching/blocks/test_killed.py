"""Workers killed while a run is spread, on the broker of the surroundings: what comes of it differs in no byte."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from accounts.models import Membership, Program
from matching import engine, pool
from matching.actions import runs
from matching.engine import candidates
from matching.models import MatchRun, Parcel, RunBlock
from tests.matching.blocks.slow import FEW_PAIRS
from tests.matching.conftest import crowd
from tests.worker import Surroundings, kill, surroundings, wait_for, worker

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SLOW = "tests.matching.blocks.slow"
PEOPLE = 12
BLOCKS = PEOPLE * PEOPLE // FEW_PAIRS  # of the one look at all pairs


@pytest.fixture
def run(program: Program, coordinator: Membership, now: datetime) -> MatchRun:
    crowd(program, PEOPLE)
    return MatchRun(program=program, started_by=coordinator.user, queued_at=now, seed=7)


@pytest.fixture
def undisturbed(run: MatchRun, now: datetime, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What the run must come to, computed here and stored nowhere."""
    monkeypatch.setattr(candidates, "BLOCK", FEW_PAIRS)
    monkeypatch.setattr(candidates, "LEAST_BLOCK", FEW_PAIRS)
    here = pool.load(run.program, for_lists=False, week=date.fromisoformat(now.date().isoformat()))
    return engine.match(here.mentees, here.mentors, here.settings, run.seed).to_bytes()


def begun(run: MatchRun, now: datetime) -> MatchRun:
    return runs.start(program=run.program, by=run.started_by, now=now, seed=run.seed)


def is_done() -> bool:
    return MatchRun.objects.get().state == MatchRun.State.DONE


def blocks_begun(here: Surroundings) -> list[str]:
    written = here.folder / "begun"
    return written.read_text().splitlines() if written.exists() else []


def times_begun(here: Surroundings) -> list[int]:
    """How often each block was, the most often first."""
    return sorted(Counter(blocks_begun(here)).values(), reverse=True)


def test_a_killed_helper_costs_the_block_it_was_at(
    run: MatchRun, undisturbed: bytes, tmp_path: Path, now: datetime
) -> None:
    with surroundings(tmp_path, KINDRED_SPREAD_PAIRS="0", TEST_STOPS_AFTER="1") as here:
        begun(run, now)
        with worker(here, of=SLOW):
            wait_for(lambda: len(blocks_begun(here)) == 2, here)
            with worker(here, of=SLOW) as helper:
                wait_for(lambda: len(blocks_begun(here)) == 4, here)
                kill(helper)
            (here.folder / "go on").touch()
            wait_for(is_done, here)

    assert (here.folder / "result").read_bytes() == undisturbed
    assert times_begun(here) == [2, *[1] * (BLOCKS - 1)]
    assert RunBlock.objects.count() + Parcel.objects.count() == 0


def test_after_a_killed_holder_no_block_that_is_done_is_begun_again(
    run: MatchRun, undisturbed: bytes, tmp_path: Path, now: datetime
) -> None:
    with surroundings(tmp_path, KINDRED_SPREAD_PAIRS="0", TEST_STOPS_AFTER=str(BLOCKS - 1)) as here:
        begun(run, now)
        with worker(here, of=SLOW) as holder:
            wait_for(lambda: len(blocks_begun(here)) == BLOCKS, here)
            kill(holder)
        assert not is_done()

        (here.folder / "go on").touch()
        with worker(here, of=SLOW, beat=True):
            wait_for(is_done, here)

    assert (here.folder / "result").read_bytes() == undisturbed
    assert times_begun(here) == [2, *[1] * (BLOCKS - 1)]
    assert RunBlock.objects.count() + Parcel.objects.count() == 0
