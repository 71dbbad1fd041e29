"""The look at twin worlds: it sees one byte, one query, one header; it finds the plainest change; it repeats itself."""

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from random import Random
from typing import Any
from unittest import mock

import pytest

from consent.purposes import Reach
from matching import queries, reasons
from matching.models import Shortlist
from notices import calendar
from proof import twin_defects, twins
from proof.frozen import frozen
from proof.goal import Size
from proof.rereading import MAIL, Page
from proof.twin_worlds import EVEN, Change, drawn, is_hidden
from proof.twins import World, a_world, is_known
from tests.cast import NOW, chosen

pytestmark = pytest.mark.django_db
SAYS = Change("says", "last_mentor", "values", chosen("honesty", "joy"), Reach.HELP_MATCH)


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with a_world(Size.LEAST, 1, even=True) as made:
        yield made


def differing(change: Change = SAYS) -> list[str]:
    """In a world that is made while a defect is planted."""
    with a_world(Size.LEAST, 1, even=True) as made:
        return made.differing(change, Random(1))


def planted(defect: AbstractContextManager[Any], change: Change = SAYS) -> list[str]:
    with defect:
        return differing(change)


def test_a_world_read_twice_is_the_same_to_the_last_byte(world: World) -> None:
    again = {page: world.reading.read(page) for page in world.reading.found}

    assert again == world.reading.found


def test_what_is_hidden_shows_nowhere(world: World) -> None:
    assert world.differing(SAYS, Random(1)) == []


def test_what_is_said_in_the_open_shows(world: World) -> None:
    seen = world.differing(Change("says", "fifth_mentor", "values", chosen("joy"), Reach.SUGGESTED), Random(1))

    assert "third_mentee at matching:shortlist" in seen


def test_after_a_world_everything_is_as_it_was(world: World) -> None:
    before = list(Shortlist.objects.order_by("pk").values())

    world.differing(SAYS, Random(1))

    assert list(Shortlist.objects.order_by("pk").values()) == before


def test_control_one_query_more_is_seen() -> None:
    change = Change("says", "mentor", "goals", chosen("job"))

    assert planted(twin_defects.a_query_more_for_an_answer(), change) != []


def test_control_one_header_is_seen() -> None:
    change = Change("says", "blocked_mentor", "goals", chosen("job"))

    assert planted(twin_defects.a_header_with_a_length(), change) != []


def test_control_a_letter_is_seen() -> None:
    change = Change("says", "mentor", "goals", chosen("job"))

    assert set(planted(twin_defects.news_of_every_answer(), change)) == {"mail at mail"}


def test_a_counterexample_is_as_plain_as_can_be() -> None:
    with twin_defects.a_count_of_hidden_answers(), a_world(Size.LEAST, 1, even=True) as made:
        change = Change("says", "sixth_mentor", "goals", chosen("job", "study"), Reach.HELP_MATCH)
        seen = made.differing(change, Random(1))
        told = made.plainest(change, seen)

    assert seen != []
    assert " says " in told
    assert not told.startswith(f"{change}: ")


def test_changes_drawn_by_lot_are_nobody_elses_business(world: World) -> None:
    lots = Random(3)
    found = [drawn(world.scene, lots) for _ in range(60)]

    assert all(is_hidden(world.scene, change) for change in found)
    assert len({change.kind for change in found}) >= 8


def test_an_answer_that_others_read_is_not_for_a_twin(world: World) -> None:
    assert not is_hidden(world.scene, Change("says", "fifth_mentor", "values", chosen("joy")))


def test_what_is_known_is_ones_own_or_told_to_the_coordination_on_purpose() -> None:
    concern = Change("raises a concern", "mentee", other="mentor")
    seen = {page: is_known(page, concern) for page in (
        Page("mentee", "home", "/"), Page("coordinator", "home", "/"), Page("mentor", "home", "/"),
        Page("coordinator", "consent:answers mentee", "/"), Page(MAIL, MAIL, ""),
    )}  # fmt: skip

    assert list(seen.values()) == [True, True, False, False, True]


def test_chance_repeats_itself_and_the_clock_stands() -> None:
    def once() -> bytes:
        with frozen(NOW) as chance:
            chance.begin("one")
            about = {"uid": uuid.uuid4(), "starts_at": NOW, "minutes": 60, "cancelled": False, "title": "Dentist"}
            return calendar.calendar_file(**about)

    assert once() == once()
    assert b"DTSTAMP:20260302T093000Z" in once()


def test_control_pages_drawn_by_lot_find_what_comes_from_elsewhere(world: World) -> None:
    """A page that depends on more than its rows: only those that are read again anyway can show it."""
    told = reasons.for_suggestions
    with mock.patch.object(reasons, "for_suggestions", lambda *them: {pk: ["!"] for pk in told(*them)}):
        everything = world.reading.differing(set(), list(world.reading.found))

    assert {page.label for page in everything} >= {"matching:shortlist mentee"}


def test_the_even_world_is_even(world: World) -> None:
    """Where the least influence turns an order round, mentors who differ in one thing stand on one list together."""
    listed = {row.mentor_id for row in queries.listed(world.scene.members["third_mentee"].shortlist)}

    assert len(listed) == 3
    assert set(EVEN) == {"values", "interests"}


def test_a_small_look_is_clean() -> None:
    with mock.patch.dict(twins.SCENES, {Size.LEAST: (2, 6)}):
        found = twins.look(Size.LEAST, 3)

    assert (found.cells, found.wrong) == (12, [])
