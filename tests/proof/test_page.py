"""docs/proof.md tells the goals that there are, with the defects that each catches."""

import importlib

import pytest

from proof import goals, page


def test_the_page_tells_every_goal_as_it_is():
    told = page.PAGE.read_text()

    assert page.written(told) == told, "write it anew: python -m proof.page"


@pytest.mark.parametrize(("key", "module"), goals.MODULES.items())
def test_each_goal_lives_where_the_list_says(key: str, module: str):
    goal = importlib.import_module(module).GOAL

    assert goal.key == key
    assert len({defect.name for defect in goal.defects}) == len(goal.defects) >= 5
