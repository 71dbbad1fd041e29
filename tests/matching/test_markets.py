"""One list from what the last look at the whole pool left behind: the same promises as from the whole."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Program, Role, Standing
from consent.actions import answers, wishes
from consent.models import Wish
from consent.purposes import Purpose, Reach
from matching import engine, pool, queries
from matching.actions import markets, shortlists
from matching.models import Suggestion
from safety.models import Block
from tests import cast
from tests.matching.worlds import compute_all, listed

HIDDEN = [Reach.ONLY_ME, Reach.HELP_MATCH, Reach.MATCHED]
Looks = list[int]


def say(member: Membership, *chosen: str, facet: str = "values", reach: Reach = Reach.SUGGESTED) -> None:
    value = cast.chosen(*chosen)
    answers.save(membership=member, facet=facet, value=value, reach=reach, language="en", now=cast.NOW)


def wish(member: Membership, value: str, facet: str = "values", on_lists: bool = False) -> None:
    strength = Wish.Strength.MUST
    wishes.add(membership=member, facet=facet, value=value, strength=strength, on_lists=on_lists, now=cast.NOW)


def draw(mentee: Membership, now: datetime) -> list[str]:
    shortlists.want(mentee=mentee, now=now)
    shortlists.compute(program_id=mentee.program_id, clock=lambda: now)
    mentee.shortlist.refresh_from_db()
    return listed(mentee)


@pytest.fixture
def mentors(program: Program) -> dict[str, Membership]:
    said = {"Ash": ["honesty"], "Jules": ["courage"], "Kim": ["joy"], "Sam": ["honesty", "courage"], "Toni": ["nature"]}
    people = {name: cast.make_member(program, Role.MENTOR, name, capacity=3) for name in said}
    for name, chosen in said.items():
        cast.give(people[name], "values", cast.chosen(*chosen))
    return people


@pytest.fixture
def looks(
    mentee: Membership,
    other_mentee: Membership,
    mentors: dict[str, Membership],
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> Iterator[Looks]:
    """How often the whole pool was looked at, after a first look that was kept."""
    compute, times = engine.market, Looks([0])

    def counted(*args: Any, **kwargs: Any) -> Any:
        times[0] += 1
        return compute(*args, **kwargs)

    monkeypatch.setattr(engine, "market", counted)
    monkeypatch.setattr(markets, "LARGE", 0)
    markets.forget()
    for one in (mentee, other_mentee):
        cast.give(one, "values", cast.chosen("honesty", "courage"))
        shortlists.want(mentee=one, now=now)
    compute_all(mentee.program, now)
    times[0] = 0
    yield times
    markets.forget()


def test_what_she_says_anew_acts_on_her_list_without_a_look_at_the_whole(
    looks: Looks, mentee: Membership, now: datetime
) -> None:
    assert listed(mentee)[0] == "Sam"

    say(mentee, "joy")

    assert draw(mentee, now)[0] == "Kim"
    assert looks == [0]


def test_what_was_kept_gives_no_signs_of_life_for_whoever_made_it(
    looks: Looks, mentee: Membership, now: datetime
) -> None:
    moments = (now + timedelta(seconds=10 * number) for number in range(99))
    markets.forget()

    for chosen in ("joy", "nature"):
        say(mentee, chosen)
        shortlists.want(mentee=mentee, now=now)
        assert shortlists.compute(program_id=mentee.program_id, clock=lambda: next(moments)) == 1

    assert looks == [1]


@pytest.mark.parametrize("then", ["nothing", "a private wish", "a private boundary"])
def test_who_said_nothing_in_the_open_reads_the_same_either_way(
    looks: Looks, mentee: Membership, then: str, now: datetime
) -> None:
    if then == "a private wish":
        wish(mentee, "courage")
    if then == "a private boundary":
        cast.wish(mentee, "values", "honesty", strength="never")

    kept = draw(mentee, now)
    assert looks == [0]

    markets.forget()
    assert draw(mentee, now) == kept
    assert looks == [1]


def test_whose_list_was_drawn_alone_changes_nobody_elses(
    looks: Looks, mentee: Membership, other_mentee: Membership, now: datetime
) -> None:
    before = draw(other_mentee, now)

    say(mentee, "joy")
    draw(mentee, now)

    assert draw(other_mentee, now) == before
    assert looks == [0]


def test_somebody_new_is_listed_for_without_a_look_at_the_whole(looks: Looks, program: Program, now: datetime) -> None:
    new = cast.make_member(program, Role.MENTEE, "Wren")
    say(new, "nature")

    assert draw(new, now)[0] == "Toni"
    assert looks == [0]


FACTS: dict[str, Callable[[Membership, Membership], object]] = {
    "paused": lambda mentee, mentor: Membership.objects.filter(pk=mentor.pk).update(standing=Standing.PAUSED),
    "full": lambda mentee, mentor: Membership.objects.filter(pk=mentor.pk).update(capacity=0),
    "kept apart": lambda mentee, mentor: Block.objects.create(blocker=mentor.user, blocked=mentee.user),
    "signed out for good": lambda mentee, mentor: type(mentor.user).objects.update_or_create(
        pk=mentor.user_id, defaults={"is_active": False}
    ),
}


@pytest.mark.parametrize("fact", FACTS)
def test_whoever_cannot_be_met_any_more_is_not_listed(
    looks: Looks, mentee: Membership, mentors: dict[str, Membership], fact: str, now: datetime
) -> None:
    FACTS[fact](mentee, mentors["Kim"])

    say(mentee, "joy")

    assert "Kim" not in draw(mentee, now)
    assert looks == [0]


def rests_on_what_was_taken_back(mentee: Membership, kim: Membership, now: datetime) -> bool:
    say(mentee, "joy")
    draw(mentee, now)

    answers.set_reach(membership=kim, facet="values", reach=Reach.HELP_MATCH, language="en", now=now)

    draw(mentee, now)
    return any(why["facet"] == "values" for one in Suggestion.objects.filter(mentor=kim) for why in one.reasons)


def test_what_is_taken_back_acts_on_the_next_list(
    looks: Looks, mentee: Membership, mentors: dict[str, Membership], now: datetime
) -> None:
    assert not rests_on_what_was_taken_back(mentee, mentors["Kim"], now)
    assert looks == [1]


@pytest.mark.parametrize("asked_again", [True, False])
def test_control_a_market_that_outlives_what_was_taken_back_is_caught_twice(
    looks: Looks,
    mentee: Membership,
    mentors: dict[str, Membership],
    monkeypatch: pytest.MonkeyPatch,
    asked_again: bool,
    now: datetime,
) -> None:
    """The ledger is not heeded; then the gate, which is asked again for whoever is listed, not either."""
    since = queries.open_since
    monkeypatch.setattr(queries, "open_since", lambda basis: [one for one in since(basis) if one[1] != "withdrawn"])
    if not asked_again:
        monkeypatch.setattr(markets, "_stands", lambda *args: True)
        monkeypatch.setattr(shortlists, "_holds", lambda *args: True)

    assert rests_on_what_was_taken_back(mentee, mentors["Kim"], now) is not asked_again


def test_nothing_of_somebody_who_took_something_back_stays_in_memory(
    looks: Looks, mentee: Membership, other_mentee: Membership, now: datetime
) -> None:
    answers.set_reach(membership=other_mentee, facet="values", reach=Reach.ONLY_ME, language="en", now=now)

    draw(mentee, now)

    assert looks == [1]
    assert not markets._kept


def hidden_moves(mentee: Membership, mentors: dict[str, Membership], reach: Reach, now: datetime) -> bool:
    """Whether her list, drawn from what was kept, depends on what Toni lets nobody see who is suggested to them."""
    answers.forget(membership=mentors["Toni"], facet="values", now=now)
    compute_all(mentee.program, now)
    say(mentee, "joy", "nature")
    before = draw(mentee, now)
    assert markets._kept

    say(mentors["Toni"], "joy", "nature", reach=reach)
    say(mentee, "nature", "joy", "honesty")
    say(mentee, "joy", "nature")

    return draw(mentee, now) != before


@pytest.mark.parametrize("reach", HIDDEN)
def test_a_hidden_answer_of_another_moves_no_list(
    looks: Looks, mentee: Membership, mentors: dict[str, Membership], reach: Reach, now: datetime
) -> None:
    assert not hidden_moves(mentee, mentors, reach, now)


def test_control_a_market_unmade_by_a_hidden_answer_and_made_of_it_is_caught(
    looks: Looks, mentee: Membership, mentors: dict[str, Membership], monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(pool, "Purpose", SimpleNamespace(SHOW_SUGGESTED=Purpose.MATCH, MATCH=Purpose.MATCH))
    monkeypatch.setattr(queries, "Purpose", SimpleNamespace(SHOW_SUGGESTED=Purpose.MATCH))

    assert hidden_moves(mentee, mentors, Reach.HELP_MATCH, now)


def renewed_by_a_private_wish(mentee: Membership, other_mentee: Membership, mentors: dict[str, Membership]) -> bool:
    before = dict(markets._kept)
    say(mentors["Kim"], "nature")
    wish(other_mentee, "courage")
    draw(other_mentee, cast.NOW)
    return markets._kept != before


def test_a_private_wish_of_another_neither_makes_nor_unmakes_what_is_kept(
    looks: Looks, mentee: Membership, other_mentee: Membership, mentors: dict[str, Membership]
) -> None:
    assert not renewed_by_a_private_wish(mentee, other_mentee, mentors)
    assert looks == [1]


def test_control_a_market_renewed_whyever_somebody_looked_is_caught(
    looks: Looks,
    mentee: Membership,
    other_mentee: Membership,
    mentors: dict[str, Membership],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "wanted_in_the_open", lambda held: True)

    assert renewed_by_a_private_wish(mentee, other_mentee, mentors)


WHOLE: dict[str, Callable[[Membership, dict[str, Membership]], object]] = {
    "a mentor said something in the open": lambda mentee, mentors: say(mentors["Ash"], "joy"),
    "a mentor's wish acts on all lists": lambda mentee, mentors: wish(mentors["Ash"], "joy", on_lists=True),
    "a wish about who somebody is": lambda mentee, mentors: wish(mentee, "trans", facet="gender"),
    "somebody lives elsewhere now": lambda mentee, mentors: type(mentee.user).objects.update(time_zone="Asia/Tokyo"),
}


@pytest.mark.parametrize("what", WHOLE)
def test_the_whole_is_looked_at_where_what_was_kept_will_not_do(
    looks: Looks, mentee: Membership, mentors: dict[str, Membership], what: str, now: datetime
) -> None:
    WHOLE[what](mentee, mentors)

    draw(mentee, now)

    assert looks == [1]


@pytest.mark.parametrize("taken_back", [True, False])
def test_the_sweep_lets_go_of_what_is_old_or_was_taken_back(
    looks: Looks, other_mentee: Membership, taken_back: bool, now: datetime
) -> None:
    shortlists.give_back(now=now)
    assert markets._kept

    if taken_back:
        answers.set_reach(membership=other_mentee, facet="values", reach=Reach.ONLY_ME, language="en", now=now)
    shortlists.give_back(now=now + timedelta(minutes=1 if taken_back else 61))

    assert not markets._kept


@pytest.mark.parametrize(("later", "expected"), [(timedelta(minutes=59), 0), (timedelta(minutes=61), 1)])
def test_what_was_kept_serves_for_an_hour(
    looks: Looks, mentee: Membership, later: timedelta, expected: int, now: datetime
) -> None:
    draw(mentee, now + later)

    assert looks == [expected]


def test_small_programs_are_always_looked_at_whole(
    looks: Looks, mentee: Membership, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(markets, "LARGE", 1_000_000)
    markets.forget()

    say(mentee, "joy")
    draw(mentee, now)

    assert (looks, markets._kept) == ([1], {})


def test_one_list_costs_the_same_queries_however_many_people_there_are(
    looks: Looks, program: Program, mentee: Membership, now: datetime
) -> None:
    counts = []
    for _ in range(2):
        say(mentee, "joy", "nature")
        shortlists.want(mentee=mentee, now=now)
        with CaptureQueriesContext(connection) as captured:
            shortlists.compute(program_id=program.pk, clock=lambda: now)
        counts.append(len(captured))
        for number in range(20):
            cast.make_member(program, Role.MENTOR, f"Mentor {number}")

    assert counts[0] == counts[1] <= 45
    assert looks == [0]
