"""What is asked first, and who is forgotten."""

from datetime import timedelta

import pytest

from accounts import access
from accounts.actions import people
from accounts.models import Program, Role, Standing, User
from tests.cast import make_member, make_user


@pytest.fixture
def newcomer(db):
    return User.objects.create_user("new@example.org")


def test_settling_keeps_when_somebody_said_to_be_an_adult(newcomer, now):
    people.settle(user=newcomer, name_to_use="  Sky   Blue ", time_zone="Europe/Lisbon", language="en", now=now)

    kept = User.objects.get(pk=newcomer.pk)
    assert (kept.name_to_use, kept.time_zone, kept.adult_attested_at, kept.is_settled) == (
        "Sky Blue",
        "Europe/Lisbon",
        now,
        True,
    )


def test_the_first_time_counts(newcomer, now):
    for later in (timedelta(), timedelta(days=9)):
        people.settle(user=newcomer, name_to_use="Sky", time_zone="UTC", language="en", now=now + later)

    assert User.objects.get(pk=newcomer.pk).adult_attested_at == now


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"name_to_use": " \n "}, people.NameMissing),
        ({"time_zone": "Mars/Base"}, people.ZoneUnknown),
        ({"language": "tlh"}, people.LanguageUnknown),
    ],
)
def test_what_nothing_can_be_shown_with_is_refused(fields, refusal, newcomer, now):
    fields = {"name_to_use": "Sky", "time_zone": "UTC", "language": "en", **fields}

    with pytest.raises(refusal):
        people.settle(user=newcomer, **fields, now=now)
    assert not User.objects.get(pk=newcomer.pk).is_settled


def test_a_new_name_replaces_the_old_one(mentee):
    people.rename(user=mentee.user, name_to_use="River", time_zone="UTC", language="en")

    assert User.objects.get(pk=mentee.user_id).name_to_use == "River"


def test_a_coordinator_coordinates_their_own_programs_alone(coordinator, other_program):
    assert list(access.programs_coordinated_by(coordinator.user)) == [coordinator.program]
    assert not access.coordinates(coordinator.user, other_program)


@pytest.mark.parametrize("standing", [Standing.APPLIED, Standing.CHECKED, Standing.PAUSED, Standing.LEFT])
def test_who_is_not_approved_coordinates_nothing(standing, program):
    member = make_member(program, Role.COORDINATOR, "Mika", standing=standing)

    assert not access.coordinates(member.user, program)


def test_who_is_no_staff_or_may_not_sign_in_coordinates_nothing(program):
    for barred in ({"is_staff": False}, {"is_staff": True, "is_active": False}):
        member = make_member(program, Role.COORDINATOR, "Mika", user=make_user("Mika", **barred))

        assert not access.coordinates(member.user, program)


def test_a_superuser_coordinates_everything(program, other_program):
    operator = User.objects.create_superuser("operator@example.org")

    assert set(access.programs_coordinated_by(operator)) == set(Program.objects.all())
