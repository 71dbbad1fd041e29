"""A large run in blocks: laid out by whoever holds it, taken by whoever helps, each done once, nothing left behind."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Membership
from matching.actions import blocks, claims, runs
from matching.engine import passes
from matching.models import MatchRun, Parcel, RunBlock
from tests.matching.blocks.passes import Moments, Pass, Plain, fall_silent, hold

pytestmark = pytest.mark.django_db


def states(run: MatchRun) -> list[str]:
    return list(run.blocks.order_by("step", "number").values_list("state", flat=True))


def left_behind() -> int:
    return RunBlock.objects.count() + Parcel.objects.count()


ALL: list[Any] = [b"Ae", b"Be", b"Ce"]


def test_one_worker_alone_is_enough(run: MatchRun, clock: Moments, worked: Counter[str]) -> None:
    spread = hold(run, clock)

    found: list[Any] = [*spread(Pass(0)), *spread(Pass(1, right=b"y"))]

    assert found == [*ALL, b"Ay", b"By", b"Cy"]
    assert worked == {"a": 2, "b": 2, "c": 2}


def test_what_a_helper_has_done_is_not_done_again(run: MatchRun, clock: Moments, worked: Counter[str]) -> None:
    found = hold(run, clock)(Pass())
    first = next(found)

    assert blocks.help_out(run_id=run.pk, clock=clock) == 2
    assert [first, *found] == ALL
    assert worked == {"a": 1, "b": 1, "c": 1}


def test_who_has_helped_waits_for_the_next_pass(
    run: MatchRun, clock: Moments, worked: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spread = hold(run, clock)
    first = spread(Pass(0))
    next(first)
    passes_to_come = [lambda: [*first, next(spread(Pass(1, right=b"y")))]]
    monkeypatch.setattr(blocks, "SPELL", timedelta(minutes=1))
    monkeypatch.setattr(blocks.time, "sleep", lambda _: passes_to_come and passes_to_come.pop()())

    assert blocks.help_out(run_id=run.pk, clock=clock) == 4


def test_nobody_helps_where_nothing_waits_or_nobody_holds_the_run(
    run: MatchRun, clock: Moments, worked: Counter[str]
) -> None:
    assert blocks.help_out(run_id=run.pk, clock=clock) == 0
    next(hold(run, clock)(Pass()))

    fall_silent(run, clock)

    assert blocks.help_out(run_id=run.pk, clock=clock) == 0
    assert states(run) == ["done", "queued", "queued"]


def test_a_dead_helper_costs_its_block(run: MatchRun, clock: Moments, worked: Counter[str]) -> None:
    found = hold(run, clock)(Pass())
    first = next(found)
    claims.take(run.blocks.filter(number=2), clock())

    clock.now += timedelta(minutes=2)

    assert [first, *found] == ALL
    assert run.blocks.get(number=2).tries == 2
    assert worked == {"a": 1, "b": 1, "c": 1}


def meanwhile(monkeypatch: pytest.MonkeyPatch, happen: Callable[[], object]) -> None:
    """Let something happen while the next block is looked at."""
    look = passes.scan

    def slow(part: Plain, right: Plain) -> Plain:
        monkeypatch.setattr(passes, "scan", look)
        happen()
        return Plain(b"another")

    monkeypatch.setattr(passes, "scan", slow)


def test_whoever_comes_too_late_with_a_block_writes_nothing(
    run: MatchRun, clock: Moments, worked: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = hold(run, clock)(Pass())
    first = next(found)
    rest: list[Any] = []

    def give_the_block_to_another() -> None:
        clock.now += timedelta(minutes=2)
        rest.extend(found)

    meanwhile(monkeypatch, give_the_block_to_another)
    blocks.help_out(run_id=run.pk, clock=clock)

    assert [first, *rest] == ALL
    assert b"another" not in blocks.Desk(run.pk).read("found 0.2")


def test_the_next_holder_goes_on_with_what_is_done(run: MatchRun, clock: Moments, worked: Counter[str]) -> None:
    spread = hold(run, clock)
    list(spread(Pass(0)))
    next(spread(Pass(1)))
    fall_silent(run, clock)

    again = hold(run, clock)

    assert [*again(Pass(0)), *again(Pass(1))] == ALL * 2
    assert worked == {"a": 2, "b": 2, "c": 2}


@pytest.mark.parametrize("changed", [{"parts": ("a", "x", "c")}, {"right": b"that he took back"}])
def test_what_came_of_other_answers_is_done_again(
    run: MatchRun, clock: Moments, worked: Counter[str], changed: dict[str, Any]
) -> None:
    list(hold(run, clock)(Pass()))
    fall_silent(run, clock)

    expected = [passes.scan(Pass(**changed).part(number), Pass(**changed).right) for number in range(3)]
    worked.clear()

    assert list(hold(run, clock)(Pass(**changed))) == expected
    assert sum(worked.values()) == (1 if "parts" in changed else 3)


def test_a_helper_of_the_last_holder_opens_anew_what_the_next_one_laid_out(
    run: MatchRun, clock: Moments, worked: Counter[str]
) -> None:
    next(hold(run, clock)(Pass()))
    desk = blocks.Desk(run.pk)
    desk.work("number", clock())
    fall_silent(run, clock)

    next(hold(run, clock)(Pass(right=b"y")))
    desk.work("number", clock())

    assert desk.read("found 0.1").endswith(b"By")


def test_a_helper_of_the_last_holder_writes_nothing_for_the_next_one(
    run: MatchRun, clock: Moments, worked: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    next(hold(run, clock)(Pass()))

    def change_hands() -> None:
        fall_silent(run, clock)
        next(hold(run, clock)(Pass(right=b"y")))

    meanwhile(monkeypatch, change_hands)
    blocks.Desk(run.pk).work("number", clock())

    assert states(run) == ["done", "queued", "queued"]


def test_calling_a_run_off_leaves_nothing_and_stops_everybody(
    run: MatchRun, coordinator: Membership, clock: Moments, worked: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spread = hold(run, clock)
    found = spread(Pass())
    next(found)

    meanwhile(monkeypatch, lambda: runs.cancel(run=run, by=coordinator.user, now=clock()))
    blocks.help_out(run_id=run.pk, clock=clock)

    assert left_behind() == 0
    with pytest.raises(claims.Lost):
        list(found)
    with pytest.raises(claims.Lost):
        list(spread(Pass(1)))
    assert left_behind() == 0


def test_what_has_been_looked_at_does_not_lie_there_any_longer(
    run: MatchRun, clock: Moments, worked: Counter[str]
) -> None:
    next(hold(run, clock)(Pass()))

    assert set(Parcel.objects.values_list("name", flat=True)) == {"right 0", "found 0.0", "part 0.1", "part 0.2"}


@pytest.mark.parametrize("state", ["done", "published", "cancelled", "failed"])
def test_the_sweep_takes_away_what_a_run_left_behind(
    run: MatchRun, clock: Moments, worked: Counter[str], state: str
) -> None:
    list(hold(run, clock)(Pass()))
    blocks.sweep(now=clock())
    assert left_behind() == 3 + 1 + 3  # blocks, the other side, what was found

    MatchRun.objects.update(state=state, claim=None)
    blocks.sweep(now=clock())

    assert left_behind() == 0


def test_a_helper_lets_others_through_and_has_help_rung_for_again(
    run: MatchRun, clock: Moments, worked: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(blocks, "ring", lambda task, *ids: rung.append((task, *ids)))
    monkeypatch.setattr(blocks, "SPELL", timedelta(seconds=2))
    next(hold(run, clock)(Pass(parts=("a", "b", "c", "d"))))
    help_wanted = (blocks.HELP, str(run.pk))
    assert rung == [help_wanted] * 3

    assert blocks.help_out(run_id=run.pk, clock=clock) == 1

    assert rung == [help_wanted] * 4
    blocks.sweep(now=clock())
    assert rung == [help_wanted] * 5
