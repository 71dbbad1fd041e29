"""Bad and extreme input: the right answer or a clear refusal, and soon."""

from array import array
from dataclasses import replace

import numpy as np
import pytest

from bench.pools import family
from matching.engine import PoolError, features, match
from matching.engine.candidates import Blocks
from matching.engine.types import Objective
from tests.engine.checker import faults
from tests.engine.pools import SETTINGS, fits, must, only, person


def numbers(*values):
    return array("f", values)


def test_numbers_in_place_of_a_text_are_compared_by_their_angle():
    mentees = [person("a", about=numbers(1, 0)), person("b", about=numbers(0, 1))]
    mentors = [person("x", about=numbers(0.9, 0.1)), person("y", about=numbers(0.1, 0.9))]

    fit, _ = fits(mentees, mentors, only("about"))

    assert fit.mutual[0, 0] == fit.mutual[1, 1] > fit.mutual[0, 1] == fit.mutual[1, 0]


def test_numbers_that_are_all_nought_are_like_nobody():
    result = match([person("a", about=numbers(0, 0))], [person("x", about=numbers(1, 0))], SETTINGS, 1)

    assert result.pairings[0].fit == 0.5


@pytest.mark.parametrize(
    ("hers", "theirs", "says"),
    [
        (numbers(1, float("nan")), numbers(1, 2), "'a': answer to 'about': got 'nan or infinity', expected finite"),
        (numbers(1, 2), numbers(1, float("inf")), "'x': answer to 'about': got 'nan or infinity', expected finite"),
        (numbers(1, 2), numbers(1, 2, 3), "expected as many of type f for everybody"),
        (array("d", [1, 2]), numbers(1, 2), "got '2 of type d', expected as many of type f"),
        (numbers(), numbers(), "expected as many of type f for everybody"),
        (numbers(1, 2), "a text", "'x': answer to 'about': got 'str', expected numbers"),
    ],
)
def test_numbers_that_cannot_be_compared_are_refused_by_name(hers, theirs, says):
    with pytest.raises(PoolError) as refused:
        match([person("a", about=hers)], [person("x", about=theirs)], SETTINGS, 1)

    assert says in str(refused.value)


@pytest.mark.parametrize("field", ["tolerance", "lift", "lift_within"])
def test_shares_that_are_none_are_refused_by_name(field):
    with pytest.raises(PoolError, match=rf"settings.{field}: got nan, expected a number from 0 to 1"):
        match([], [], replace(SETTINGS, **{field: float("nan")}), 1)


def test_all_weights_at_nought_make_everybody_an_ordinary_pair():
    mentees, mentors, config = family(40, 20, 1)
    mentees, mentors = ([replace(who, weights={"values": 0.0, "about": 0.0}) for who in s] for s in (mentees, mentors))

    result = match(mentees, mentors, config, 1)

    assert {pairing.fit for pairing in result.pairings} == {0.5}
    assert faults(result, mentees, mentors, *fits(mentees, mentors, config)) == []


def test_a_value_that_nobody_else_has_makes_nobody_alike():
    mentees = [person("a", values={"mine alone"})]

    result = match(mentees, [person("x", values={"theirs"}), person("y", values={"other"})], only("values"), 1)

    assert [pairing.fit for pairing in result.pairings] == [0.5]


def test_a_must_for_what_nobody_has_leaves_nobody():
    result = match([person("a", wishes=[must("values", "nowhere")])], [person("x", values={"art"})], SETTINGS, 1)

    assert result.pairings == ()


def test_mentors_without_places_are_no_mentors():
    mentees, mentors, config = family(30, 10, 1)

    result = match(mentees, [replace(mentor, capacity=0) for mentor in mentors], config, 1)

    assert (len(result.pairings), len(result.unmatched), result.certificate.bound) == (0, 30, 0)


def with_many_tags(monkeypatch, room):
    monkeypatch.setattr(features, "CELLS", room)
    draw = np.random.default_rng(1)
    mentees, mentors, config = family(120, 60, 2)
    mentees, mentors = (
        [
            replace(who, answers={**who.answers, "values": frozenset(f"tag{i}" for i in draw.integers(0, 10_000, 400))})
            for who in side
        ]
        for side in (mentees, mentors)
    )
    return mentees, mentors, config


def test_ten_thousand_tags_have_a_column_each_while_there_is_room(monkeypatch):
    mentees, mentors, config = with_many_tags(monkeypatch, features.CELLS)

    result = match(mentees, mentors, config, 1)

    assert faults(result, mentees, mentors, *fits(mentees, mentors, config)) == []


def test_where_there_is_none_rare_tags_share_columns_and_common_ones_do_not(monkeypatch):
    mentees, mentors, config = with_many_tags(monkeypatch, 180 * 128)
    mentees = [replace(who, answers={**who.answers, "values": who.answers["values"] | {"all"}}) for who in mentees]
    mentors = [replace(who, answers={**who.answers, "values": who.answers["values"] | {"all"}}) for who in mentors]
    said = features.Said(mentees, mentors, "values")

    column, width = features._columns(said)

    assert width == 128
    assert column.tolist().count(column[said.values.index("all")]) == 1
    assert faults(match(mentees, mentors, config, 1), mentees, mentors, *fits(mentees, mentors, config)) == []


def test_more_values_in_a_rule_than_there_is_room_for_are_refused_by_name(monkeypatch):
    monkeypatch.setattr(features, "EXACT_CELLS", 20)
    many = {f"language {i}" for i in range(15)}

    with pytest.raises(PoolError, match="facet 'languages': different values: got 15, expected at most 10 among 2"):
        match([person("a", languages=many)], [person("x", languages=many)], SETTINGS, 1)


@pytest.mark.parametrize("objective", Objective)
def test_where_everybody_is_alike_it_ends_soon(monkeypatch, objective):
    """More pairs are worth the same than a pass brings in, so the prices must not ask for all of them one by one."""
    passes, once = [], Blocks._pass

    def counted(*call):
        passes.append(1)
        return once(*call)

    monkeypatch.setattr(Blocks, "_pass", counted)
    mentees = [person(f"a{i:03}") for i in range(300)]
    mentors = [person(f"x{i:03}", capacity=1 + i % 2) for i in range(200)]

    result = match(mentees, mentors, replace(SETTINGS, objective=objective, keep=2), 1)

    assert len(result.pairings) == 300
    assert len(passes) <= 8


def test_people_whose_few_mentors_are_full_do_not_cost_anybody_else_theirs():
    """Ten speak what two mentors speak who have three places; as many as possible are matched, and certified."""
    mentees, mentors, config = family(120, 80, 3)
    mentees = [
        replace(who, answers={**who.answers, "languages": frozenset({"xx"})}) if i < 10 else who
        for i, who in enumerate(mentees)
    ]
    mentors = [
        replace(who, answers={**who.answers, "languages": frozenset({"xx", "en"})}, capacity=1 + i) if i < 2 else who
        for i, who in enumerate(mentors)
    ]

    result = match(mentees, mentors, config, 1)

    assert len(result.pairings) == 113
    assert result.certificate.most > 120
    assert faults(result, mentees, mentors, *fits(mentees, mentors, config)) == []
