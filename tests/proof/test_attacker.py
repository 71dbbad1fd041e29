"""The attacker of T14: what they learn, try next and guess; and that they see what they must see."""

from collections.abc import Iterator
from random import Random
from unittest import mock

import numpy as np
import pytest

from consent.models import Wish
from matching.models import Shortlist
from proof import attacker, attacker_defects
from proof.attacked import LIST, SHOWN, Played, Secret, State, Try, a_world, play, secrets
from proof.attacker import Tally
from proof.goal import Size
from proof.guessing import Hints, Learner, interval

SECRET = Secret("sixth_mentor", "gender")
EVERYTHING = np.array([True, True])


@pytest.fixture
def played(db: None) -> Iterator[Played]:
    with a_world(1) as (scene, chance):
        yield Played(scene, chance, [SECRET])


def test_a_number_that_differs_within_pairs_is_a_hint():
    hints = Hints.of(np.array([[10.0, 3.0], [10.0, 7.0]]), np.array([[12.0, 3.0], [12.0, 7.0]]))

    assert hints.telling.tolist() == [True, False]
    assert hints.second_rather(np.array([12.0, 3.0]), EVERYTHING)
    assert not hints.second_rather(np.array([10.0, 7.0]), EVERYTHING)


def test_a_number_that_differs_between_worlds_alone_is_none():
    same = np.array([[10.0, 3.0], [90.0, 7.0]])
    hints = Hints.of(same, same)

    assert hints.gain.tolist() == [0, 0]
    assert not any(hints.second_rather(row, EVERYTHING) for row in same)


def test_what_was_not_tried_tells_nothing():
    hints = Hints.of(np.array([[10.0, 3.0]]), np.array([[12.0, 3.0]]))

    assert not hints.second_rather(np.array([np.nan, 3.0]), EVERYTHING)


@pytest.mark.parametrize(("right", "of", "low", "high"), [(50, 100, 0.357, 0.643), (20, 20, 0.690, 1.0)])
def test_the_interval_is_that_of_wilson(right: int, of: int, low: float, high: float):
    assert interval(right, of, 3.0) == pytest.approx((low, high), abs=0.001)


def test_one_win_more_than_half_is_said():
    tally = Tally(worlds=2)
    tally.right["a mentee", SECRET], tally.right["a mentor", SECRET] = 3, 2

    assert list(tally.wrong()) == ["a mentee guessed the gender of sixth_mentor in 3 of 4 worlds"]


def test_a_pair_that_differs_is_said_though_nobody_guessed():
    tally = Tally(worlds=5)
    tally.differing[SECRET] = 1

    assert list(tally.wrong()) == ["the gender of sixth_mentor shows in 1 of 5 pairs of worlds"]


def test_at_full_size_there_are_enough_secrets_to_speak_of_two_points():
    """None of so many pairs differs: then, in 95 of 100 cases, fewer than four in a hundred do, and half of those are
    guessed by chance."""
    pairs = len(secrets(Size.FULL)) * attacker.WORLDS[Size.FULL][1]

    assert (1 - 0.05 ** (1 / pairs)) / 2 < attacker.MARGIN
    assert len(attacker.tries(Size.FULL)) >= attacker.PROBES[Size.FULL] == 1_000


def test_the_wish_waits_below_k_and_acts_from_k_on(played: Played):
    below, on = (State(0, "gender", "must", counts=counts) for counts in (False, True))
    played.attempt(Try(below, LIST))
    played.attempt(Try(on, LIST))

    waits, stands = 4, 5 + SHOWN.index(SECRET.who)
    assert [played.seen[Try(one, LIST)][waits] for one in (below, on)] == [1, 0]
    assert [played.seen[Try(one, LIST)][stands] for one in (below, on)] == [1, 0]
    assert not played.is_listed(SECRET.who)


def test_probes_that_come_back_to_a_state_come_back_to_the_same_page(played: Played):
    one, other = Try(State(0), LIST), Try(State(1, "gender", "nice", counts=True), LIST)
    for each in (one, other, one):
        played.attempt(each)

    assert played.told[0] == played.told[2] != played.told[1]


def test_no_question_is_answered_otherwise_where_a_secret_is(played: Played):
    for page in (LIST, *SHOWN):
        played.attempt(Try(State(0), page))
    played.look_again()

    assert played.differing == set()


def test_control_a_question_that_is_answered_otherwise_is_found(played: Played):
    with attacker_defects.lists_of_what_may_match():
        played.attempt(Try(State(0), LIST))
        played.look_again()

    assert played.differing == {SECRET}


def test_what_was_played_has_not_happened(played: Played):
    before = list(Shortlist.objects.order_by("pk").values())
    tries = iter([Try(State(1, "faith", "never"), LIST), None])

    play(played.scene, played.chance, [], lambda _: next(tries), SECRET)

    assert list(Shortlist.objects.order_by("pk").values()) == before
    assert not Wish.objects.filter(facet="faith").exists()


def test_whoever_is_not_on_the_list_is_not_looked_at_once_it_was_read(played: Played):
    tries, order = [Try(State(said), page) for said in (0, 1) for page in (LIST, *SHOWN)], list[Try]()
    for one in tries:
        played.attempt(one)
    choose = Learner(tries, {SECRET: [(played, played)]}).attack(8, Random(1))

    def noted(again: Played) -> Try | None:
        order.extend(found for found in [choose(again)] if found)
        return order[-1] if len(again.told) < 8 else None

    again = play(played.scene, played.chance, [], noted, None)

    here = [one.page for one in order if one.state == State(0)]
    after = here[here.index(LIST) + 1 :]
    assert (len(order), len(again.told)) == (8, 8)
    assert set(after) <= {LIST} | {who for who in SHOWN if played.seen[Try(State(0), LIST)][5 + SHOWN.index(who)]}


@pytest.fixture
def small() -> Iterator[None]:
    """With a clock that hardly looks."""
    with mock.patch.dict(attacker.TURNS, {Size.LEAST: (2, 3)}):
        yield


@pytest.mark.usefixtures("small", "db")
def test_a_small_look_is_clean():
    found = attacker.look(Size.LEAST, 3)

    assert (found.cells, found.wrong) == (2 * 16 + 5, [])


@pytest.mark.usefixtures("small", "db")
def test_control_a_small_look_guesses_what_an_order_tells():
    with attacker_defects.an_order_that_knows():
        found = attacker.look(Size.LEAST, 3)

    assert found.wrong[0] == "a mentee guessed the gender of sixth_mentor in 2 of 2 worlds"
