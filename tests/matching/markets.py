"""A program whose last look at the whole pool was kept, and what people say there."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from accounts.models import Membership, Program, Role
from consent.actions import answers, wishes
from consent.models import Wish
from consent.purposes import Reach
from matching import engine
from matching.actions import markets, shortlists
from tests import cast
from tests.matching.worlds import compute_all, listed

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
def five_mentors(program: Program) -> dict[str, Membership]:
    said = {"Ash": ["honesty"], "Jules": ["courage"], "Kim": ["joy"], "Sam": ["honesty", "courage"], "Toni": ["nature"]}
    people = {name: cast.make_member(program, Role.MENTOR, name, capacity=3) for name in said}
    for name, chosen in said.items():
        cast.give(people[name], "values", cast.chosen(*chosen))
    return people


@pytest.fixture
def looks(
    mentee: Membership,
    other_mentee: Membership,
    five_mentors: dict[str, Membership],
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
