"""One mentee held against all mentors comes to what the whole pool comes to."""

from array import array
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine.lookup import Lookup, Unmeasured
from matching.engine.pool import pool
from matching.engine.types import Slot
from tests.engine import pools
from tests.engine.pools import SETTINGS, important, must, nice, person

OFTEN = settings(max_examples=60, deadline=None)


def differ(mentees, mentors, lookup=Lookup):
    """The mentees whom the lookup holds against the mentors otherwise than the pool does."""
    here = pool(mentees, mentors, SETTINGS)
    found, rows = lookup(here), np.arange(len(here.mentees))
    fits, possible = here.score.block(rows).mutual, here.eligible.eligible(rows)
    return [
        mentee.id
        for row, mentee in enumerate(here.mentees)
        if (found.possible(mentee) != possible[row]).any()
        or np.abs(found.fits(mentee) - fits[row]).max(initial=0) > 1e-5
    ]


@OFTEN
@given(pools.mentees, pools.mentors)
def test_fits_and_rules_are_those_of_the_pool(mentees, mentors):
    assert differ(mentees, mentors) == []


@OFTEN
@given(pools.mentees, pools.mentors, pools.answers, pools.wishes, st.data())
def test_for_whom_said_something_else_the_rules_are_those_of_the_pool_with_it(mentees, mentors, said, wished, data):
    assume(mentees)
    one = data.draw(st.sampled_from(mentees))
    anew = replace(one, answers=said, wishes=wished, avoid=frozenset({"mentor1"}))

    found = Lookup(pool(mentees, mentors, SETTINGS)).possible(anew)

    after = pool([anew if mentee is one else mentee for mentee in mentees], mentors, SETTINGS)
    row = [mentee.id for mentee in after.mentees].index(one.id)
    assert found.tolist() == after.eligible.eligible(np.array([row]))[0].tolist()


EVENING, MORNING = (Slot(0, 1080, 1200),), (Slot(0, 480, 600),)
MENTEES = [
    person("a", values={"art", "care"}, hours=EVENING, languages={"en"}, formats={"in-person"}, place={"Leeds"}),
    person("b", values={"art"}, identity={"bi"}, wishes=[important("values", "care"), must("identity", "trans")]),
]
MENTORS = [
    person("u", values={"art"}, hours=MORNING),
    person("v", values={"art"}, languages={"de"}),
    person("x", values={"care"}, identity={"trans"}, hours=EVENING, formats={"in-person", "online"}, place={"Köln"}),
    person("y", values={"art"}, wishes=[must("identity", "bi"), nice("values", "care")]),
    person("z", values={"faith"}, identity={"trans"}, avoid={"b"}),
]


def without(name, instead):
    return type("Defective", (Lookup,), {name: instead})


@pytest.mark.parametrize(
    "defect",
    [
        without("_clash", lambda self, one, key: np.zeros(self.m, bool)),
        without("_only_in_person", lambda self, one, key: np.zeros(self.m, bool)),
        without("_musts_hold", lambda self, one: np.ones(self.m, bool)),
        without("_apart", lambda self, one: np.zeros(self.m, bool)),
        without("_beginnings", lambda self, people, key: [((0, 1),) for _ in people]),
        without("_rarity", lambda self, key, value: 1.0),
        without("_back", lambda self, one: Lookup._back(self, replace(one, answers={}))),
        without("_forth", lambda self, one: Lookup._forth(self, replace(one, wishes=()))),
    ],
)
def test_that_test_catches_a_rule_or_a_weight_left_out(defect):
    assert differ(MENTEES, MENTORS) == []

    assert differ(MENTEES, MENTORS, defect) != []


def test_what_nobody_said_before_counts_as_rare():
    here = pool(MENTEES, MENTORS, SETTINGS)
    anew = replace(MENTEES[0], answers=MENTEES[0].answers | {"values": frozenset({"faith"})})

    best = here.mentors[int(Lookup(here).fits(anew).argmax())]

    assert best.id == "z"


WRITTEN = ["gardens and books", "books by the sea", "the sea and gardens", "sea", "gardens gardens"]
NUMBERED = [array("f", row) for row in ([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1])]


@pytest.mark.parametrize("texts", [WRITTEN, NUMBERED])
def test_another_text_is_read_as_those_that_were_there(texts):
    here = pool([person("a", about=texts[0])], [person(f"x{i}", about=said) for i, said in enumerate(texts)], SETTINGS)
    found = Lookup(here)

    best = [here.mentors[int(found.fits(person("a", about=said)).argmax())].id for said in texts]

    assert best == ["x0", "x1", "x2", "x3", "x4"]


@pytest.mark.parametrize(("before", "after"), [(WRITTEN, NUMBERED), (NUMBERED, WRITTEN)])
def test_words_are_not_held_against_numbers(before, after):
    here = pool([person("a", about=before[0])], [person("x", about=before[1])], SETTINGS)

    with pytest.raises(Unmeasured):
        Lookup(here).fits(person("a", about=after[0]))
