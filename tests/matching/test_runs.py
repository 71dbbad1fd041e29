"""A coordinator's run: queued, worked off once, reviewed, published."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership, Program, Role, Standing
from consent.models import Grant
from matching import engine
from matching.actions import claims, proposals, runs
from matching.models import MatchRun, Proposal
from notices.models import Notice
from safety.models import Block
from tests import cast
from tests.matching.conftest import crowd, propose

Pair = tuple[Membership, Membership]
Start = Callable[..., MatchRun]


@pytest.fixture
def start(program: Program, coordinator: Membership, now: datetime) -> Start:
    def begin(**settings: Any) -> MatchRun:
        return runs.start(program=program, by=coordinator.user, now=now, seed=settings.pop("seed", 7), **settings)

    return begin


def executed(run: MatchRun) -> MatchRun:
    assert runs.execute(run_id=run.pk)
    run.refresh_from_db()
    return run


def meanwhile(monkeypatch: pytest.MonkeyPatch, happen: Callable[[], object]) -> None:
    """Let something happen after the pool was loaded and before the result is written."""
    match = engine.match

    def slow(*args: Any, **kwargs: Any) -> Any:
        happen()
        return match(*args, **kwargs)

    monkeypatch.setattr(engine, "match", slow)


def drafts(run: MatchRun) -> set[tuple[str, str]]:
    rows = run.proposals.filter(state="draft").select_related("mentee__user", "mentor__user")
    return {(str(row.mentee.user), str(row.mentor.user)) for row in rows}


def test_a_run_leaves_drafts_that_say_why_without_saying_what(start: Start, pair: Pair) -> None:
    run = executed(start())

    assert (run.state, drafts(run)) == ("done", {("Robin", "Sam")})
    draft = run.proposals.get()
    assert draft.reasons[0] == {"facet": "values", "kind": "shared", "whose": "both"}
    assert "honesty" not in str(draft.reasons) + str(run.summary)
    assert (run.claim, run.done == run.of, run.summary["matched"]) == (None, True, 1)


def test_one_run_at_a_time_for_each_program(
    start: Start, pair: Pair, other_program: Program, coordinator: Membership, now: datetime
) -> None:
    start()

    with pytest.raises(runs.AlreadyRunning):
        start()

    assert runs.start(program=other_program, by=coordinator.user, now=now).state == "queued"


def test_the_database_itself_refuses_a_second_run(start: Start, program: Program) -> None:
    start()

    with pytest.raises(IntegrityError, match=r"one_run_at_a_time|matchrun.program_id"), transaction.atomic():
        MatchRun.objects.create(program=program, seed=1)


def test_a_run_under_way_has_a_claim(start: Start) -> None:
    run = start()

    with pytest.raises(IntegrityError, match="a_running_run_has_a_claim"), transaction.atomic():
        MatchRun.objects.filter(pk=run.pk).update(state="running")


def test_delivered_twice_is_done_once(start: Start, pair: Pair) -> None:
    run = executed(start())

    assert runs.execute(run_id=run.pk) is False
    assert Proposal.objects.count() == 1


def test_the_same_pool_and_seed_give_the_same_pairs(start: Start, program: Program) -> None:
    crowd(program, 5)
    first = executed(start(seed=11))
    pairs = drafts(first)

    Proposal.objects.all().delete()

    assert drafts(executed(start(seed=11))) == pairs
    Proposal.objects.all().delete()
    assert any(drafts(executed(start(seed=seed))) != pairs for seed in (12, 13, 14))


def test_whoever_finds_nobody_is_named_with_the_rules_that_stood_in_the_way(start: Start, pair: Pair) -> None:
    cast.give(pair[1], "languages", cast.chosen("pt"))

    run = executed(start())

    assert [(str(row.membership.user), row.hindrances) for row in run.unmatched.all()] == [("Robin", ["language"])]


def test_a_second_run_keeps_what_was_locked_and_replaces_the_rest(
    start: Start, program: Program, coordinator: Membership, now: datetime
) -> None:
    crowd(program, 3)
    first = executed(start())
    kept, *rest = first.proposals.order_by("id")
    proposals.lock(proposal=kept, by=coordinator.user, now=now)

    second = executed(start(seed=8))

    kept.refresh_from_db()
    assert (kept.state, kept.run) == ("draft", second)
    assert {Proposal.objects.get(pk=row.pk).state for row in rest} == {"withdrawn"}
    assert second.proposals.filter(state="draft").count() == 3


def test_a_pair_that_was_set_aside_does_not_come_back(
    start: Start, pair: Pair, coordinator: Membership, now: datetime
) -> None:
    first = executed(start())
    proposals.set_aside(proposal=first.proposals.get(), by=coordinator.user, now=now)

    second = executed(start())

    assert drafts(second) == set()
    assert second.unmatched.get().hindrances == ["forbidden"]


def test_a_run_can_be_called_off_while_it_is_computed(
    start: Start, pair: Pair, coordinator: Membership, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    run = start()
    meanwhile(monkeypatch, lambda: runs.cancel(run=run, by=coordinator.user, now=now))

    assert runs.execute(run_id=run.pk) is False

    run.refresh_from_db()
    assert (run.state, Proposal.objects.count()) == ("cancelled", 0)
    with pytest.raises(runs.NotUnderWay):
        runs.cancel(run=run, by=coordinator.user, now=now)


def test_a_sign_of_life_tells_how_far_it_is_and_notices_a_lost_claim(start: Start, now: datetime) -> None:
    run, moments = start(), iter(now + timedelta(seconds=n / 2) for n in range(9))
    rows = MatchRun.objects.filter(pk=run.pk)
    beat = claims.Beat(rows, claims.take(rows, now), lambda: next(moments))

    beat(1, 9)
    assert rows.get().done == 0
    beat(2, 9)
    assert (rows.get().done, rows.get().beat_at) == (2, now + timedelta(seconds=1))

    rows.update(claim=run.pk)
    beat(3, 9)
    with pytest.raises(claims.Lost):
        beat(4, 9)


def test_a_run_whose_worker_fell_silent_waits_again_and_stops_after_three_tries(start: Start, now: datetime) -> None:
    run, states = start(), []
    rows = MatchRun.objects.filter(pk=run.pk)
    for _ in range(3):
        claims.take(rows, now)
        runs.give_back(now=now + timedelta(seconds=59))
        assert rows.get().state == "running"
        runs.give_back(now=now + timedelta(seconds=61))
        states.append(rows.get().state)

    assert states == ["queued", "queued", "failed"]
    assert rows.get().get_state_display() == "stopped by a fault"


def test_a_worker_that_comes_too_late_writes_nothing(
    start: Start, pair: Pair, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    run = start()
    rows = MatchRun.objects.filter(pk=run.pk)

    def fall_silent() -> None:
        rows.update(beat_at=now)
        runs.give_back(now=now + timedelta(minutes=2))
        claims.take(rows, now)

    meanwhile(monkeypatch, fall_silent)

    assert runs.execute(run_id=run.pk) is False
    assert (rows.get().state, Proposal.objects.count()) == ("running", 0)


CHANGES: dict[str, Callable[[Membership, Membership], object]] = {
    "withdrew": lambda mentee, mentor: Grant.objects.filter(answer__membership=mentee, answer__facet="values").delete(),
    "the mentor withdrew": lambda mentee, mentor: Grant.objects.filter(answer__membership=mentor).delete(),
    "paused": lambda mentee, mentor: Membership.objects.filter(pk=mentor.pk).update(standing=Standing.PAUSED),
    "left": lambda mentee, mentor: Membership.objects.filter(pk=mentee.pk).update(standing=Standing.LEFT),
    "blocked": lambda mentee, mentor: Block.objects.create(blocker=mentor.user, blocked=mentee.user),
    "is full": lambda mentee, mentor: Membership.objects.filter(pk=mentor.pk).update(capacity=0),
    "drew a line": lambda mentee, mentor: cast.wish(mentee, "values", "courage", strength="never"),
    "found somebody": lambda mentee, mentor: cast.agree(mentee, cast.make_member(mentee.program, Role.MENTOR, "Ash")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_changed_meanwhile_is_dropped(
    start: Start, pair: Pair, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: CHANGES[change](*pair))

    run = executed(start())

    assert Proposal.objects.count() == 0
    assert run.summary["dropped"] == 1
    assert run.unmatched.get().hindrances == ["meanwhile"]


@pytest.mark.parametrize("change", CHANGES)
def test_control_without_asking_again_the_pair_would_be_written(
    start: Start, pair: Pair, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: CHANGES[change](*pair))
    monkeypatch.setattr(runs, "_divide", lambda pool, fresh, found: (list(found), []))

    executed(start())

    assert Proposal.objects.count() == 1


def test_publishing_tells_both_and_starts_the_clock(
    start: Start, pair: Pair, coordinator: Membership, now: datetime
) -> None:
    run = executed(start())

    assert runs.publish(run=run, by=coordinator.user, now=now) == 1

    proposal = run.proposals.get()
    assert (proposal.state, proposal.due_at) == ("published", now + timedelta(days=10))
    assert run.state == "published"
    assert {str(notice.to) for notice in Notice.objects.filter(kind="suggested")} == {"Robin", "Sam"}
    with pytest.raises(runs.NotReady):
        runs.publish(run=run, by=coordinator.user, now=now)


def test_who_cannot_meet_any_more_is_not_published(
    start: Start, pair: Pair, coordinator: Membership, now: datetime
) -> None:
    run = executed(start())
    Block.objects.create(blocker=pair[0].user, blocked=pair[1].user)

    assert runs.publish(run=run, by=coordinator.user, now=now) == 0
    assert run.proposals.get().state == "draft"
    assert Notice.objects.count() == 0


def test_nobody_hears_of_a_draft(start: Start, pair: Pair) -> None:
    executed(start())

    assert Notice.objects.count() == 0


def test_a_run_leaves_open_asks_alone(start: Start, pair: Pair) -> None:
    ask = propose(*pair)

    run = executed(start())

    ask.refresh_from_db()
    assert (ask.state, drafts(run)) == ("published", set())
