"""The rare counts for more, what is wanted is what is covered, and a wish acts on whoever has it: in random pools, each
with a planted defect that it catches."""

from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from matching.engine import features, score
from tests.engine import pools
from tests.engine.pools import SETTINGS, fits, important, only, person

POOLS = range(300)
VALUES = ["faith", "humour", "care", "art", "calm"]


def rarest_shared_comes_first(number):
    """Two mentors each share one of the mentee's two values, and have no other: the rarer one counts for more."""
    chance = Random(number)
    one, other = chance.sample(VALUES, 2)
    others = [person(f"z{i}", values=set(chance.sample(VALUES, chance.randint(1, 3)))) for i in range(8)]
    mentee, pair = person("a", values={one, other}), [person("x", values={one}), person("y", values={other})]
    times = Counter(value for who in [mentee, *pair, *others] for value in who.answers["values"])
    mutual = fits([mentee, *others[:4]], [*pair, *others[4:]], only("values"))[0].mutual[0]
    order = np.sign(round(float(mutual[0] - mutual[1]), 6))
    return order == np.sign(times[other] - times[one])


def test_the_rarer_of_two_shared_values_counts_for_more():
    assert [number for number in POOLS if not rarest_shared_comes_first(number)] == []


def test_values_that_all_count_alike_are_caught(monkeypatch):
    monkeypatch.setattr(features.Said, "rarity", property(lambda said: np.ones(len(said.values))))

    assert not all(map(rarest_shared_comes_first, POOLS))


def offering_more_takes_nothing_away(number):
    """A mentor who offers more skills covers no less of what anybody wants, and no more where nobody wants them."""
    chance = Random(number)
    mentees, mentors = pools.drawn(chance)
    before = features.likenesses(mentees, mentors, only("skills"))
    if not before or "skills" not in mentors[0].answers:
        return True
    wanted = frozenset().union(*(mentee.answers.get("skills", frozenset()) for mentee in mentees))
    added = chance.choice(["code", "cook", "speak", "knit"])
    more = replace(mentors[0], answers={**mentors[0].answers, "skills": mentors[0].answers["skills"] | {added}})
    (after,) = features.likenesses(mentees, [more, *mentors[1:]], only("skills"))
    raw = [likeness.raw(slice(None), slice(None))[:, 0] for likeness in (before[0], after)]
    return bool((raw[1] >= raw[0] - 1e-6).all() and (added in wanted or np.allclose(*raw)))


def test_who_offers_more_covers_no_less():
    assert [number for number in POOLS if not offering_more_takes_nothing_away(number)] == []


def test_skills_compared_as_if_both_wanted_them_are_caught(monkeypatch):
    monkeypatch.setattr(features, "_coverage", features._cosine)

    assert not all(map(offering_more_takes_nothing_away, POOLS))


def a_wish_is_its_owner_s_alone(number):
    """What somebody wishes changes what others are to them, and never what they are to others."""
    chance = Random(number)
    mentees, mentors = pools.drawn(chance)
    wishing = [replace(mentees[0], wishes=(important("identity", "trans"),)), *mentees[1:]]
    before, after = (fits(side, mentors, SETTINGS)[0] for side in (mentees, wishing))
    return np.allclose(before.back, after.back) and np.allclose(before.forth[1:], after.forth[1:])


def test_a_wish_acts_in_one_direction():
    assert [number for number in POOLS if not a_wish_is_its_owner_s_alone(number)] == []


def test_a_wish_that_acts_in_both_is_caught(monkeypatch):
    directions = score.directions

    def the_same_for_both(left, right, forth=None, back=None):
        there, here = directions(left, right, forth, back)
        return (there + here) / 2, (there + here) / 2

    monkeypatch.setattr(score, "directions", the_same_for_both)

    assert not all(map(a_wish_is_its_owner_s_alone, POOLS))


@pytest.mark.parametrize("number", range(20))
def test_who_meets_a_wish_is_above_who_does_not(number):
    chance = Random(number)
    mentees, _ = pools.drawn(chance)
    said = {"values": {"care"}, "skills": {"code"}}
    mentors = [person("x", identity={"trans"}, **said), person("y", identity={"bi"}, **said), person("z", **said)]
    wishing = replace(mentees[0], wishes=(important("identity", "trans"),))

    meets, meets_not, withheld = fits([wishing], mentors, SETTINGS)[0].forth[0]

    assert meets > withheld > meets_not


def test_what_no_mentor_said_is_not_compared():
    compared = features.likenesses([person("a", values={"care"})], [person("x", skills={"code"})], SETTINGS)

    assert [likeness.facet.key for likeness in compared] == ["skills"]
