"""How many people somebody accompanies, and on which seats."""

import pytest

from accounts.models import Membership, Role
from mentorship.actions import agreements, places
from mentorship.models import Agreement
from tests.cast import make_member


@pytest.fixture
def full_mentor(program, now):
    """A mentor with three places, all taken, by people in the order of their seats."""
    member = make_member(program, Role.MENTOR, "Rae", capacity=3)
    for name in ("One", "Two", "Three"):
        agreements.open_between(mentee=make_member(program, Role.MENTEE, name), mentor=member, now=now)
    return member


def seats_of(mentor: Membership) -> dict[str, int]:
    held = Agreement.objects.filter(mentor=mentor, state__in=Agreement.State.holding()).order_by("mentor_seat")
    return {agreement.mentee.user.name_to_use: agreement.mentor_seat for agreement in held}


def test_more_places_are_offered(mentor, now):
    assert places.set_capacity(membership=mentor, capacity=5, now=now).capacity == 5


def test_fewer_than_are_taken_is_refused_and_says_how_many(full_mentor, now):
    with pytest.raises(places.StillTaken) as refused:
        places.set_capacity(membership=full_mentor, capacity=2, now=now)

    assert str(refused.value) == "You accompany 3 people right now, so please choose 3 or more."
    full_mentor.refresh_from_db()
    assert full_mentor.capacity == 3


def test_who_sits_too_high_moves_down(full_mentor, now):
    first = Agreement.objects.get(mentor=full_mentor, mentor_seat=1)
    agreements.end(agreement=first, by=full_mentor.user, now=now)

    places.set_capacity(membership=full_mentor, capacity=2, now=now)

    assert seats_of(full_mentor) == {"Two": 1, "Three": 2}


def test_a_mentor_may_offer_none(mentor, mentee, now):
    places.set_capacity(membership=mentor, capacity=0, now=now)

    with pytest.raises(agreements.NoPlaceLeft):
        agreements.open_between(mentee=mentee, mentor=mentor, now=now)


@pytest.mark.parametrize("capacity", [-1, 21])
def test_there_are_0_to_20_places(mentor, capacity, now):
    with pytest.raises(places.TooMany):
        places.set_capacity(membership=mentor, capacity=capacity, now=now)


def test_only_mentors_offer_places(mentee, now):
    with pytest.raises(places.NotAMentor):
        places.set_capacity(membership=mentee, capacity=2, now=now)


def test_the_lowest_number_that_nobody_has_is_free():
    assert [places.free_seat(taken) for taken in ([], [1, 2], [2, 3], [1, 3])] == [1, 3, 1, 2]
