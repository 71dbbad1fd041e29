"""Joining, being checked, pausing, leaving: who may, from where, after what."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import memberships
from accounts.models import Membership, Program, Role, ScreeningStep, Standing, User
from tests.cast import NOW, make_member, make_user

CONVERSATION = ScreeningStep.Kind.CONVERSATION


@pytest.fixture
def newcomer(db):
    return make_user("Nia")


def test_who_applies_is_written_down_with_the_time(newcomer, program, now):
    member = memberships.apply(user=newcomer, program=program, role=Role.MENTOR, now=now)

    step = member.steps.get()
    assert (member.standing, member.role) == (Standing.APPLIED, Role.MENTOR)
    assert (step.kind, step.standing, step.by, step.at) == ("standing", "applied", newcomer, now)


def test_nobody_applies_twice(applicant, now):
    with pytest.raises(memberships.AlreadyHere):
        memberships.apply(user=applicant.user, program=applicant.program, role=Role.MENTEE, now=now)


def test_a_race_of_two_applications_leaves_one(newcomer, program, now):
    """Both have looked and found nobody: the second write is told by the database."""
    memberships._begin(newcomer, program, Role.MENTEE, now)

    with pytest.raises(memberships.AlreadyHere):
        memberships._begin(newcomer, program, Role.MENTEE, now)


def test_a_closed_program_takes_nobody(newcomer, now):
    closed = Program.objects.create(name="Closed", is_open=False)

    with pytest.raises(memberships.Closed):
        memberships.apply(user=newcomer, program=closed, role=Role.MENTEE, now=now)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ALLY, Role.FACILITATOR, "queen"])
def test_some_roles_cannot_be_applied_for(role, newcomer, program, now):
    with pytest.raises(memberships.NotOffered):
        memberships.apply(user=newcomer, program=program, role=role, now=now)


def test_who_has_not_said_to_be_an_adult_cannot_apply(program, now):
    with pytest.raises(memberships.NotSettled):
        memberships.apply(user=make_user("Kit", adult_attested_at=None), program=program, role=Role.MENTEE, now=now)


def test_who_has_left_may_come_back_and_is_looked_at_again(mentee, coordinator, now):
    memberships.leave(membership=mentee, by=mentee.user, now=now)

    again = memberships.apply(user=mentee.user, program=mentee.program, role=Role.MENTEE, now=now + timedelta(days=1))

    assert (again.pk, again.standing) == (mentee.pk, Standing.APPLIED)


def test_a_coordinator_checks_then_approves(applicant, coordinator, now):
    memberships.record_step(membership=applicant, kind=CONVERSATION, note="A call", by=coordinator.user, now=now)
    memberships.move(membership=applicant, to=Standing.CHECKED, by=coordinator.user, now=now)
    memberships.move(membership=applicant, to=Standing.APPROVED, by=coordinator.user, now=now, note="Welcome")

    kept = [(step.kind, step.standing, step.note, step.by) for step in applicant.steps.order_by("pk")]
    assert sorted(kept[i][:3] for i in range(3)) == sorted(
        [("conversation", "", "A call"), ("standing", "checked", ""), ("standing", "approved", "Welcome")]
    )
    assert {by for *_, by in kept} == {coordinator.user}
    assert Membership.objects.get(pk=applicant.pk).standing == Standing.APPROVED


def test_nobody_is_checked_before_something_was_looked_at(applicant, coordinator, now):
    with pytest.raises(memberships.NotChecked):
        memberships.move(membership=applicant, to=Standing.CHECKED, by=coordinator.user, now=now)


def test_nobody_is_approved_on_a_check_of_an_earlier_application(mentee, coordinator, now):
    memberships.record_step(membership=mentee, kind=CONVERSATION, note="", by=coordinator.user, now=now)
    memberships.leave(membership=mentee, by=mentee.user, now=now + timedelta(days=1))
    memberships.apply(user=mentee.user, program=mentee.program, role=Role.MENTEE, now=now + timedelta(days=2))
    mentee.refresh_from_db()

    with pytest.raises(memberships.NotChecked):
        memberships.move(membership=mentee, to=Standing.CHECKED, by=coordinator.user, now=now + timedelta(days=3))


def test_nobody_skips_a_standing(applicant, coordinator, now):
    memberships.record_step(membership=applicant, kind=CONVERSATION, note="", by=coordinator.user, now=now)

    with pytest.raises(memberships.NotFromHere):
        memberships.move(membership=applicant, to=Standing.APPROVED, by=coordinator.user, now=now)


def test_a_standing_that_somebody_changed_meanwhile_is_looked_at_again(mentee, coordinator, now):
    seen_before = Membership.objects.get(pk=mentee.pk)
    memberships.pause(membership=mentee, by=mentee.user, now=now)

    with pytest.raises(memberships.NotFromHere):
        memberships.move(membership=seen_before, to=Standing.LEFT, by=coordinator.user, now=now)


@pytest.mark.parametrize("who", ["mentor", "other_program_coordinator", "stranger"])
def test_only_the_coordination_of_the_program_checks(who, applicant, now, request):
    other = request.getfixturevalue(who).user

    with pytest.raises(memberships.NotYours):
        memberships.record_step(membership=applicant, kind=CONVERSATION, note="", by=other, now=now)
    with pytest.raises(memberships.NotYours):
        memberships.move(membership=applicant, to=Standing.LEFT, by=other, now=now)


def test_who_coordinates_does_not_check_themselves(program, coordinator, now):
    own = make_member(program, Role.MENTOR, "Mika", standing=Standing.APPLIED, user=coordinator.user)

    with pytest.raises(memberships.YourOwn):
        memberships.record_step(membership=own, kind=CONVERSATION, note="", by=coordinator.user, now=now)
    with pytest.raises(memberships.YourOwn):
        memberships.move(membership=own, to=Standing.CHECKED, by=coordinator.user, now=now)


def test_a_change_of_standing_is_no_check(applicant, coordinator, now):
    with pytest.raises(memberships.NotACheck):
        memberships.record_step(membership=applicant, kind="standing", note="", by=coordinator.user, now=now)


def test_people_pause_and_come_back_by_themselves(mentor, now):
    memberships.pause(membership=mentor, by=mentor.user, now=now)
    memberships.resume(membership=mentor, by=mentor.user, now=now + timedelta(days=1))

    assert Membership.objects.get(pk=mentor.pk).standing == Standing.APPROVED


def test_a_pause_by_the_coordination_is_theirs_to_end(mentor, coordinator, now):
    memberships.pause(membership=mentor, by=coordinator.user, now=now)

    with pytest.raises(memberships.PausedByCoordination):
        memberships.resume(membership=mentor, by=mentor.user, now=now)
    memberships.resume(membership=mentor, by=coordinator.user, now=now + timedelta(days=1))
    assert mentor.standing == Standing.APPROVED


@pytest.mark.parametrize("standing", [Standing.APPLIED, Standing.CHECKED])
def test_resuming_is_no_way_round_the_checks(standing, program, now):
    member = make_member(program, Role.MENTEE, "Alex", standing=standing)

    with pytest.raises(memberships.NotFromHere):
        memberships.resume(membership=member, by=member.user, now=now)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"role": "queen"}, "a_role_is_one_we_know"),
        ({"standing": "king"}, "a_standing_is_one_we_know"),
        ({"capacity": 21}, "nobody_has_more_than_20_places"),
    ],
)
def test_the_database_keeps_memberships_in_order(fields, constraint, program, newcomer):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Membership.objects.create(program=program, user=newcomer, **{"role": Role.MENTEE, **fields})


def test_the_database_keeps_one_membership_per_person_program_and_role(mentee):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(program=mentee.program, user=mentee.user, role=mentee.role)


@pytest.mark.parametrize(("kind", "standing"), [("conversation", "approved"), ("standing", ""), ("standing", "king")])
def test_the_database_keeps_standings_to_their_own_steps(kind, standing, mentee):
    with pytest.raises(IntegrityError, match="only_a_change_of_standing_names_one"), transaction.atomic():
        ScreeningStep.objects.create(membership=mentee, kind=kind, standing=standing)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"agreements_per_mentee": 0}, "mentees_have_1_to_20_places"),
        ({"ask_days": 4, "remind_days": 4}, "a_reminder_comes_before_the_end"),
    ],
)
def test_the_database_keeps_programs_in_order(fields, constraint, db):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Program.objects.create(name="Odd", **fields)


def test_the_database_keeps_addresses_in_small_letters(db):
    with pytest.raises(IntegrityError, match="addresses_are_kept_in_small_letters"), transaction.atomic():
        User.objects.create(email="Robin@example.org", adult_attested_at=NOW)
