"""The community that is drawn from a seed: the same every time, and like people rather than like noise."""

import re
from collections import Counter

import pytest

from accounts.models import Standing, check_time_zone
from consent import vocabulary
from consent.models import Answer, Wish
from consent.purposes import Reach
from home import synthetic

COMMUNITY = synthetic.draw(7)
EVERYBODY = COMMUNITY.mentees + COMMUNITY.mentors
PAINFUL = re.compile(
    r"\b(suicid|violen|abus|assault|beaten|thrown out|self-harm|died|attack|rape|conversion)", re.IGNORECASE
)


def test_the_same_seed_draws_the_same_people():
    assert synthetic.draw(7) == COMMUNITY


def test_another_seed_draws_others_but_the_two_one_signs_in_as():
    other = synthetic.draw(8)

    assert other.mentees[1:] != COMMUNITY.mentees[1:]
    assert (other.mentees[0], other.mentors[0]) == (COMMUNITY.mentees[0], COMMUNITY.mentors[0])


def test_a_larger_community_keeps_the_answers_of_the_smaller_one():
    larger = synthetic.draw(7, mentees=300, mentors=150)

    assert [person.answers for person in larger.mentees[:120]] == [person.answers for person in COMMUNITY.mentees]
    assert len(larger.mentees) == len({person.email for person in larger.mentees}) == 300


def test_everybody_has_a_name_of_their_own_and_an_address_that_leads_nowhere():
    assert (len(COMMUNITY.mentees), len(COMMUNITY.mentors)) == (120, 60)
    assert len({person.name for person in EVERYBODY}) == len({person.email for person in EVERYBODY}) == 180
    assert all(person.email.endswith("@example.org") for person in EVERYBODY)


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.email)
def test_everything_said_and_wished_fits_the_vocabulary(person):
    known = vocabulary.load()
    check_time_zone(person.time_zone)

    for said in person.answers:
        assert said.kind in Answer.Kind.values
        if said.kind == "given":
            assert known.facet(said.facet).clean(said.value) == said.value
            assert not known.facet(said.facet).is_empty(said.value)
    for wish in person.wishes:
        assert known.facet(wish.facet).clean_wish(wish.value) == wish.value
        assert wish.strength in Wish.Strength.values


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.email)
def test_nobody_writes_what_would_be_painful_to_read(person):
    assert PAINFUL.findall(str(person.said("about"))) == []


def test_nearly_everybody_writes_something_of_their_own():
    texts = [person.said("about") for person in EVERYBODY if person.said("about")]

    assert len(texts) >= 165
    assert len(set(texts)) >= len(texts) - 2
    assert not any("+ " in text for text in texts)


def test_every_facet_is_answered_by_some_and_skipped_by_some():
    given = Counter(said.facet for person in EVERYBODY for said in person.answers if said.kind == "given")

    assert set(given) == {facet.key for facet in vocabulary.load().asked_of("mentee")}
    assert given["values"] > 165
    assert 50 < given["disability"] < 130
    assert {said.kind for person in EVERYBODY for said in person.answers} == set(Answer.Kind.values)


def test_identity_travels_less_far_than_the_rest():
    def suggested(*facets: str) -> float:
        reaches = [
            said.reach for p in COMMUNITY.mentees for said in p.answers if said.kind == "given" and said.facet in facets
        ]
        return reaches.count(Reach.SUGGESTED) / len(reaches)

    assert suggested("gender", "orientation", "faith") < 0.35
    assert suggested("values", "goals", "skills") > 0.7
    assert {said.reach for person in EVERYBODY for said in person.answers} == set(Reach)


def test_wishes_differ_in_strength_and_some_are_about_identity():
    wishes = [wish for person in EVERYBODY for wish in person.wishes]
    strengths = Counter(wish.strength for wish in wishes)

    assert strengths["nice"] > strengths["important"] > strengths["must"] > 0
    assert 10 < sum(vocabulary.load().facet(wish.facet).identity for wish in wishes) < len(wishes) / 2


def test_people_live_on_several_continents_and_have_places_for_most():
    places = sum(mentor.capacity for mentor in COMMUNITY.mentors if mentor.standing == "approved")

    assert {person.time_zone.split("/")[0] for person in EVERYBODY} >= {
        "Europe",
        "America",
        "Africa",
        "Asia",
        "Australia",
    }
    assert 90 < places < 150


def test_six_wait_at_the_door_and_nobody_stands_anywhere_unknown():
    standings = Counter(person.standing for person in EVERYBODY)

    assert set(standings) <= set(Standing.values)
    assert standings["applied"] + standings["checked"] == 6
