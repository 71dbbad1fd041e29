"""A private list: computed, kept, out of date, computed again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership, Program, Role, Standing
from consent.actions import answers, wishes
from consent.models import Wish
from consent.purposes import Reach
from matching import engine, queries
from matching.actions import claims, shortlists
from matching.models import Shortlist, Suggestion
from mentorship.actions import agreements
from safety.models import Block
from tests import cast
from tests.matching.conftest import propose
from tests.matching.worlds import listed

Pair = tuple[Membership, Membership]


def say(member: Membership, facet: str, value: Any, reach: Reach, now: datetime) -> None:
    answers.save(membership=member, facet=facet, value=value, reach=reach, language="en", now=now)


@pytest.fixture
def computed(pair: Pair, now: datetime) -> Shortlist:
    row = shortlists.want(mentee=pair[0], now=now)
    shortlists.compute(program_id=pair[0].program_id, clock=lambda: now)
    row.refresh_from_db()
    return row


def refreshed(row: Shortlist, now: datetime) -> str:
    return shortlists.refresh(mentee=row.mentee, now=now).state


def test_a_list_names_mentors_and_why_without_saying_what(computed: Shortlist) -> None:
    suggestion = computed.suggestions.get()

    assert (computed.state, computed.claim, str(suggestion.mentor.user)) == ("ready", None, "Sam")
    assert {"facet": "values", "kind": "shared", "whose": "both"} in suggestion.reasons
    assert "honesty" not in str(suggestion.reasons)


def test_all_lists_of_a_program_that_wait_are_computed_at_once(
    pair: Pair, other_mentee: Membership, now: datetime
) -> None:
    for mentee in (pair[0], other_mentee):
        shortlists.want(mentee=mentee, now=now)

    assert shortlists.compute(program_id=pair[0].program_id) == 2
    assert shortlists.compute(program_id=pair[0].program_id) == 0


def test_an_empty_list_says_which_rules_stood_in_the_way(pair: Pair, now: datetime) -> None:
    cast.give(pair[1], "languages", cast.chosen("pt"))
    shortlists.want(mentee=pair[0], now=now)

    shortlists.compute(program_id=pair[0].program_id)

    assert Shortlist.objects.get().hindrances == ["language"]


def test_a_fresh_list_is_left_alone(computed: Shortlist, now: datetime) -> None:
    assert refreshed(computed, now + timedelta(hours=23)) == "ready"


def test_an_old_list_is_computed_again(computed: Shortlist, now: datetime) -> None:
    assert refreshed(computed, now + timedelta(hours=25)) == "queued"


CHANGES: dict[str, Callable[[Membership, Membership, datetime], object]] = {
    "own answer": lambda mentee, mentor, now: say(mentee, "goals", cast.chosen("job"), Reach.SUGGESTED, now),
    "own wish": lambda mentee, mentor, now: wishes.add(
        membership=mentee, facet="values", value="joy", strength=Wish.Strength.NICE, on_lists=False, now=now
    ),
    "open answer of a listed mentor": lambda mentee, mentor, now: say(
        mentor, "goals", cast.chosen("job"), Reach.SUGGESTED, now
    ),
    "listed mentor paused": lambda mentee, mentor, now: Membership.objects.filter(pk=mentor.pk).update(
        standing=Standing.PAUSED
    ),
    "listed mentor full": lambda mentee, mentor, now: Membership.objects.filter(pk=mentor.pk).update(capacity=0),
    "kept apart": lambda mentee, mentor, now: Block.objects.create(blocker=mentor.user, blocked=mentee.user),
    "passed on": lambda mentee, mentor, now: propose(mentee, mentor, state="passed"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_may_show_puts_the_list_out_of_date(
    computed: Shortlist, pair: Pair, change: str, now: datetime
) -> None:
    CHANGES[change](*pair, now)

    assert refreshed(computed, now) == "queued"


@pytest.mark.parametrize("reach", [Reach.ONLY_ME, Reach.HELP_MATCH, Reach.MATCHED])
def test_what_does_not_act_on_her_list_does_not_put_it_out_of_date(
    computed: Shortlist, pair: Pair, reach: Reach, now: datetime
) -> None:
    for member in pair:
        say(member, "goals", cast.chosen("job"), reach, now)
    wishes.add(membership=pair[1], facet="values", value="joy", strength=Wish.Strength.MUST, on_lists=False, now=now)

    assert refreshed(computed, now) == "ready"


@pytest.mark.parametrize("change", ["listed mentor paused", "listed mentor full", "kept apart", "passed on"])
def test_whoever_cannot_be_met_any_more_is_not_shown(
    computed: Shortlist, pair: Pair, change: str, now: datetime
) -> None:
    CHANGES[change](*pair, now)

    assert queries.available(computed.mentee, queries.listed(computed)) == []


def test_what_is_shown_stays_while_it_is_computed_again(computed: Shortlist, now: datetime) -> None:
    shortlists.want(mentee=computed.mentee, now=now)

    assert computed.suggestions.count() == 1


def test_wanted_again_while_it_is_computed_is_computed_again(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    compute, later = engine.market, now + timedelta(seconds=5)

    def slow(*args: Any, **kwargs: Any) -> Any:
        shortlists.want(mentee=pair[0], now=later)
        return compute(*args, **kwargs)

    monkeypatch.setattr(engine, "market", slow)
    shortlists.want(mentee=pair[0], now=now)

    shortlists.compute(program_id=pair[0].program_id, clock=lambda: now)

    assert Shortlist.objects.get().state == "queued"


@pytest.mark.parametrize("asked_again", [True, False])
def test_whoever_left_meanwhile_is_not_written_and_the_control_would(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, asked_again: bool, now: datetime
) -> None:
    compute = engine.market

    def slow(*args: Any, **kwargs: Any) -> Any:
        Membership.objects.filter(pk=pair[1].pk).update(standing=Standing.LEFT)
        return compute(*args, **kwargs)

    monkeypatch.setattr(engine, "market", slow)
    if not asked_again:
        monkeypatch.setattr(shortlists, "_holds", lambda drawn, fresh, pairing: True)
    shortlists.want(mentee=pair[0], now=now)

    shortlists.compute(program_id=pair[0].program_id)

    assert Suggestion.objects.count() == (0 if asked_again else 1)


def test_a_list_under_way_gives_signs_of_life_and_a_worker_without_a_claim_writes_nothing(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    compute, moments = engine.market, [now + timedelta(seconds=10 * n) for n in range(9)]
    seen = []

    def slow(*args: Any, progress: Any, **kwargs: Any) -> Any:
        progress(1, 3)
        seen.append(Shortlist.objects.get().beat_at)
        Shortlist.objects.update(state="queued", claim=None)
        progress(2, 3)
        return compute(*args, **kwargs)

    monkeypatch.setattr(engine, "market", slow)
    shortlists.want(mentee=pair[0], now=now)

    assert shortlists.compute(program_id=pair[0].program_id, clock=lambda: moments.pop(0)) == 0
    assert seen == [now + timedelta(seconds=20)]
    assert (Shortlist.objects.get().state, Suggestion.objects.count()) == ("queued", 0)


def test_a_list_whose_worker_fell_silent_waits_again_and_stops_after_three_tries(pair: Pair, now: datetime) -> None:
    row, states = shortlists.want(mentee=pair[0], now=now), []
    for _ in range(3):
        claims.take(Shortlist.objects.all(), now)
        shortlists.give_back(now=now + timedelta(seconds=61))
        states.append(Shortlist.objects.get().state)

    assert states == ["queued", "queued", "failed"]
    assert shortlists.want(mentee=row.mentee, now=now).state == "queued"


def test_lots_are_drawn_for_a_program_and_a_week_and_for_nobody_in_particular(
    computed: Shortlist, program: Program, other_program: Program, now: datetime
) -> None:
    seed = shortlists.seed_of(program.pk, now)

    assert computed.seed == seed == shortlists.seed_of(program.pk, now + timedelta(days=3))
    others = {shortlists.seed_of(other_program.pk, now), shortlists.seed_of(program.pk, now + timedelta(days=7))}
    assert seed not in others
    assert len(others) == 2


def test_a_boundary_of_her_own_takes_somebody_off_her_list_and_another_takes_the_place(
    pair: Pair, program: Program, now: datetime
) -> None:
    for name, value in (("Ash", "kindness"), ("Kim", "kindness"), ("Jules", "courage"), ("Toni", "honesty")):
        cast.give(cast.make_member(program, Role.MENTOR, name), "values", cast.chosen(value))
    cast.wish(pair[0], "values", "kindness", strength="never")
    shortlists.want(mentee=pair[0], now=now)

    shortlists.compute(program_id=program.pk)

    assert sorted(listed(pair[0])) == ["Jules", "Sam", "Toni"]


def test_a_boundary_of_her_own_changes_nobody_elses_list(
    pair: Pair, other_mentee: Membership, program: Program, now: datetime
) -> None:
    cast.give(other_mentee, "values", cast.chosen("honesty"))
    shortlists.want(mentee=other_mentee, now=now)
    shortlists.compute(program_id=program.pk)
    before = listed(other_mentee)

    cast.wish(pair[0], "values", "honesty", strength="never")
    for mentee in (pair[0], other_mentee):
        shortlists.want(mentee=mentee, now=now)
    shortlists.compute(program_id=program.pk)

    assert (listed(pair[0]), listed(other_mentee)) == ([], before)


def test_who_has_found_somebody_has_an_empty_list(computed: Shortlist, pair: Pair, now: datetime) -> None:
    agreements.open_between(mentee=pair[0], mentor=pair[1], now=now)

    assert refreshed(computed, now) == "queued"
    shortlists.compute(program_id=pair[0].program_id)
    assert listed(pair[0]) == []


def test_a_list_under_way_has_a_claim(computed: Shortlist) -> None:
    with pytest.raises(IntegrityError, match="a_running_shortlist_has_a_claim"), transaction.atomic():
        Shortlist.objects.update(state="running")


@pytest.mark.parametrize("same", ["mentor", "position"])
def test_a_mentor_and_a_position_stand_once_on_a_list(
    computed: Shortlist, pair: Pair, program: Program, same: str
) -> None:
    mentor = pair[1] if same == "mentor" else cast.make_member(program, Role.MENTOR, "Ash")

    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.create(shortlist=computed, mentor=mentor, position=1 if same == "position" else 2)
