"""What makes a goal not shown: each of the ways in which a proof may be none."""

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from proof.goal import Defect, Goal, Look, Size
from proof.showing import Result, show

pytestmark = pytest.mark.django_db
Looks = Callable[[Size, int], Look]


def nothing_wrong(size: Size, seed: int) -> Look:
    return Look(7, [])


class Hole:
    """What a look finds as long as it is planted, and how the defect that plants it is called."""

    def __init__(self) -> None:
        self.open = False

    def look(self, size: Size, seed: int) -> Look:
        return Look(7, ["it leaks"] if self.open else [])

    def defect(self) -> Defect:
        return Defect("a hole", self._planted)

    @contextmanager
    def _planted(self) -> Any:
        self.open = True
        yield
        self.open = False


def shown(look: Looks, *defects: Defect, clean: int = 3, seed: int = 7, most: int = 99) -> Result:
    return show(Goal("T9", "0 of it", look, defects), Size.SHORT, seed, clean, most)


def unseen() -> Defect:
    @contextmanager
    def plant() -> Any:
        yield

    return Defect("nothing at all", plant)


def test_a_goal_that_finds_nothing_and_catches_its_defect_is_reached():
    hole = Hole()

    result = shown(hole.look, hole.defect())

    assert result.reached
    assert (result.cells, result.caught, result.clean, result.seed) == (7, ["a hole"], 3, 7)


def test_a_goal_that_is_wrong_is_not_reached():
    hole = Hole()

    def wrong_at_its_size(size: Size, seed: int) -> Look:
        return Look(7, ["stranger reads it"]) if size is Size.SHORT else hole.look(size, seed)

    result = shown(wrong_at_its_size, hole.defect())

    assert (result.reached, result.wrong, result.alarms) == (False, ["stranger reads it"], [])


def test_a_defect_that_is_not_caught_fails_the_goal():
    hole = Hole()

    result = shown(hole.look, hole.defect(), unseen())

    assert (result.reached, result.caught, result.missed) == (False, ["a hole"], ["nothing at all"])


def test_a_look_without_a_defect_that_finds_something_fails_the_goal():
    hole = Hole()

    def jumpy(size: Size, seed: int) -> Look:
        return Look(7, ["a shadow"]) if seed == 9 else hole.look(size, seed)

    result = shown(jumpy, hole.defect())

    assert (result.reached, result.alarms) == (False, ["a shadow"])


def test_a_look_that_always_complains_catches_nothing():
    def nervous(size: Size, seed: int) -> Look:
        return Look(7, ["a shadow"] if size is Size.LEAST else [])

    result = shown(nervous, unseen(), clean=1)

    assert (result.reached, result.missed) == (False, ["nothing at all"])


def test_a_look_that_breaks_has_caught_nothing():
    def broken() -> AbstractContextManager[Any]:
        raise RuntimeError("planted")

    result = shown(nothing_wrong, Defect("a breakage", broken))

    assert (result.reached, result.missed) == (False, ["a breakage"])


def test_where_few_defects_are_wanted_the_seed_says_which():
    hole = Hole()
    defects = [Defect(f"hole {number}", hole.defect().plant) for number in range(9)]

    caught = [tuple(shown(hole.look, *defects, seed=seed, most=2).caught) for seed in (1, 1, 2)]

    assert [len(set(names)) for names in caught] == [2, 2, 2]
    assert caught[0] == caught[1] != caught[2]


def test_a_goal_without_a_defect_is_not_shown():
    assert not shown(nothing_wrong).reached


def test_a_goal_that_looks_nowhere_is_not_shown():
    hole = Hole()

    def blind(size: Size, seed: int) -> Look:
        return Look(0, hole.look(size, seed).wrong)

    result = shown(blind, hole.defect())

    assert (result.reached, result.caught) == (False, ["a hole"])
