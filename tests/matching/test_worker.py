"""The row is the queue: with a real worker process, on the broker of the surroundings (files, or Redis)."""

from datetime import date
from pathlib import Path

import pytest

from accounts.models import Membership, Program
from config.celery import ring
from matching import engine, pool
from matching.actions import runs, shortlists
from matching.models import MatchRun, Proposal, Shortlist
from tests.matching.conftest import crowd
from tests.worker import broker_down, kill, surroundings, wait_for, worker

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SLOW = "tests.matching.slow"


@pytest.fixture
def people(program: Program) -> tuple[list[Membership], list[Membership]]:
    return crowd(program, 4)


def undisturbed(run: MatchRun) -> set[tuple[str, str]]:
    """What the run must come to, computed here and stored nowhere."""
    here = pool.load(run.program, for_lists=False, week=date.fromisoformat(run.settings["week"]))
    found = engine.match(
        here.mentees, here.mentors, here.settings, run.seed, forbidden=here.forbidden, earlier=here.earlier
    )
    return {(pairing.mentee, pairing.mentor) for pairing in found.pairings}


def written(run: MatchRun) -> set[tuple[str, str]]:
    return {(str(mentee), str(mentor)) for mentee, mentor in run.proposals.values_list("mentee_id", "mentor_id")}


def is_done(run: MatchRun) -> bool:
    run.refresh_from_db()
    return run.state == MatchRun.State.DONE


def test_what_was_queued_while_the_broker_was_down_is_worked_off_by_the_sweep(
    program: Program, people: tuple[list[Membership], list[Membership]], coordinator: Membership, tmp_path: Path, now
) -> None:
    with surroundings(tmp_path) as here:
        with broker_down():
            run = runs.start(program=program, by=coordinator.user, now=now)
            row = shortlists.want(mentee=people[0][0], now=now)
        assert (run.state, row.state) == ("queued", "queued")
        expected = undisturbed(run)

        with worker(here, beat=True):
            wait_for(lambda: is_done(run), here)
            wait_for(lambda: Shortlist.objects.get().state == Shortlist.State.READY, here)

    assert written(run) == expected
    assert Shortlist.objects.get().suggestions.count() > 0


def test_a_worker_killed_in_the_middle_of_a_run_leaves_it_to_the_next_and_nothing_differs(
    program: Program, people: tuple[list[Membership], list[Membership]], coordinator: Membership, tmp_path: Path, now
) -> None:
    with surroundings(tmp_path) as here:
        run = runs.start(program=program, by=coordinator.user, now=now)
        expected = undisturbed(run)
        with worker(here, of=SLOW) as first:
            wait_for(lambda: MatchRun.objects.get(pk=run.pk).done > 0, here)
            kill(first)
        assert (MatchRun.objects.get(pk=run.pk).state, Proposal.objects.count()) == ("running", 0)

        with worker(here, beat=True):
            wait_for(lambda: is_done(run), here)

    assert written(run) == expected
    assert (run.tries, run.claim) == (2, None)


def test_a_bell_rung_twice_is_one_run_done_once(
    program: Program, people: tuple[list[Membership], list[Membership]], coordinator: Membership, tmp_path: Path, now
) -> None:
    with surroundings(tmp_path) as here:
        run = runs.start(program=program, by=coordinator.user, now=now)
        for _ in range(2):
            ring(runs.EXECUTE, str(run.pk))
        shortlists.want(mentee=people[0][0], now=now)

        with worker(here):
            wait_for(lambda: is_done(run), here)
            wait_for(lambda: Shortlist.objects.get().state == Shortlist.State.READY, here)

    run.refresh_from_db()
    assert (run.state, run.tries, run.proposals.count()) == ("done", 1, 4)
