"""What was kept of the last look at the pool heeds withdrawals at once, and tells nothing of what others hide."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from accounts.models import Membership
from consent.actions import answers
from consent.purposes import Purpose, Reach
from matching import pool, queries
from matching.actions import markets, shortlists
from matching.models import Suggestion
from tests import cast
from tests.matching.markets import Looks, draw, say, wish
from tests.matching.worlds import compute_all

HIDDEN = [Reach.ONLY_ME, Reach.HELP_MATCH, Reach.MATCHED]


def rests_on_what_was_taken_back(mentee: Membership, kim: Membership, now: datetime) -> bool:
    say(mentee, "joy")
    draw(mentee, now)

    answers.set_reach(membership=kim, facet="values", reach=Reach.HELP_MATCH, language="en", now=now)

    draw(mentee, now)
    return any(why["facet"] == "values" for one in Suggestion.objects.filter(mentor=kim) for why in one.reasons)


def test_what_is_taken_back_acts_on_the_next_list(
    looks: Looks, mentee: Membership, five_mentors: dict[str, Membership], now: datetime
) -> None:
    assert not rests_on_what_was_taken_back(mentee, five_mentors["Kim"], now)
    assert looks == [1]


@pytest.mark.parametrize("asked_again", [True, False])
def test_control_a_market_that_outlives_what_was_taken_back_is_caught_twice(
    looks: Looks,
    mentee: Membership,
    five_mentors: dict[str, Membership],
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

    assert rests_on_what_was_taken_back(mentee, five_mentors["Kim"], now) is not asked_again


def test_nothing_of_somebody_who_took_something_back_stays_in_memory(
    looks: Looks, mentee: Membership, other_mentee: Membership, now: datetime
) -> None:
    answers.set_reach(membership=other_mentee, facet="values", reach=Reach.ONLY_ME, language="en", now=now)

    draw(mentee, now)

    assert looks == [1]
    assert not markets._kept


def hidden_moves(mentee: Membership, five_mentors: dict[str, Membership], reach: Reach, now: datetime) -> bool:
    """Whether her list, drawn from what was kept, depends on what Toni lets nobody see who is suggested to them."""
    answers.forget(membership=five_mentors["Toni"], facet="values", now=now)
    compute_all(mentee.program, now)
    say(mentee, "joy", "nature")
    before = draw(mentee, now)
    assert markets._kept

    say(five_mentors["Toni"], "joy", "nature", reach=reach)
    say(mentee, "nature", "joy", "honesty")
    say(mentee, "joy", "nature")

    return draw(mentee, now) != before


@pytest.mark.parametrize("reach", HIDDEN)
def test_a_hidden_answer_of_another_moves_no_list(
    looks: Looks, mentee: Membership, five_mentors: dict[str, Membership], reach: Reach, now: datetime
) -> None:
    assert not hidden_moves(mentee, five_mentors, reach, now)


def test_control_a_market_unmade_by_a_hidden_answer_and_made_of_it_is_caught(
    looks: Looks,
    mentee: Membership,
    five_mentors: dict[str, Membership],
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    monkeypatch.setattr(pool, "Purpose", SimpleNamespace(SHOW_SUGGESTED=Purpose.MATCH, MATCH=Purpose.MATCH))
    monkeypatch.setattr(queries, "Purpose", SimpleNamespace(SHOW_SUGGESTED=Purpose.MATCH))

    assert hidden_moves(mentee, five_mentors, Reach.HELP_MATCH, now)


def renewed_by_a_private_wish(
    mentee: Membership, other_mentee: Membership, five_mentors: dict[str, Membership]
) -> bool:
    before = dict(markets._kept)
    say(five_mentors["Kim"], "nature")
    wish(other_mentee, "courage")
    draw(other_mentee, cast.NOW)
    return markets._kept != before


def test_a_private_wish_of_another_neither_makes_nor_unmakes_what_is_kept(
    looks: Looks, mentee: Membership, other_mentee: Membership, five_mentors: dict[str, Membership]
) -> None:
    assert not renewed_by_a_private_wish(mentee, other_mentee, five_mentors)
    assert looks == [1]


def test_control_a_market_renewed_whyever_somebody_looked_is_caught(
    looks: Looks,
    mentee: Membership,
    other_mentee: Membership,
    five_mentors: dict[str, Membership],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "wanted_in_the_open", lambda held: True)

    assert renewed_by_a_private_wish(mentee, other_mentee, five_mentors)


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
