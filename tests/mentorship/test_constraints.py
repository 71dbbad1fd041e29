"""What the database itself refuses, whoever writes and however."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from accounts.models import Membership, Role
from config.triggers import Refuse
from mentorship.models import Agreement, Meeting, Signature, Version
from safety.models import Block
from tests.cast import NOW, agree, make_member
from tests.mentorship import scene


def row(mentee: Membership, mentor: Membership, **fields) -> Agreement:
    held = {"mentor_seat": 1, "mentee_seat": 1, **fields}
    return Agreement.objects.create(program=mentee.program, mentee=mentee, mentor=mentor, **held)


def refuses(name: str, columns: str = ""):
    """The refusal names the promise; SQLite names the columns of a unique index instead."""
    either = f"{re.escape(name)}|{re.escape(columns)}" if columns else re.escape(name)
    return pytest.raises(IntegrityError, match=either)


def test_a_seat_of_a_mentor_is_taken_once(mentee, other_mentee, mentor):
    row(mentee, mentor)

    with refuses("one_agreement_per_seat_of_a_mentor", "mentorship_agreement.mentor_seat"):
        row(other_mentee, mentor)


def test_a_seat_of_a_mentee_is_taken_once(program, mentee, mentor):
    row(mentee, mentor)

    with refuses("one_agreement_per_seat_of_a_mentee", "mentorship_agreement.mentee_seat"):
        row(mentee, make_member(program, Role.MENTOR, "Jo"))


def test_a_pair_has_one_agreement_at_a_time(program, mentee, mentor):
    program.agreements_per_mentee = 2
    program.save()
    row(mentee, mentor)

    columns = "mentorship_agreement.mentee_id, mentorship_agreement.mentor_id"
    with refuses("one_agreement_at_a_time_per_pair", columns):
        row(mentee, mentor, mentor_seat=2, mentee_seat=2)


@pytest.mark.parametrize(
    "fields",
    [
        {"mentor_seat": None},
        {"mentee_seat": None},
        {"mentor_seat": 0},
        {"ended_at": NOW},
        {"state": "ended"},
        {"state": "ended", "mentor_seat": None, "mentee_seat": None},
        {"state": "ended", "ended_at": NOW},
        {"state": "unheard", "active_at": NOW},
    ],
)
def test_a_seat_is_held_until_the_end(mentee, mentor, fields):
    with refuses("a_seat_is_held_until_the_end"):
        row(mentee, mentor, **fields)


def test_an_active_agreement_says_since_when(mentee, mentor):
    with refuses("an_active_agreement_says_since_when"):
        row(mentee, mentor, state="active")


def test_nobody_mentors_themselves(mentor):
    with refuses("nobody_mentors_themselves"):
        row(mentor, mentor)


def test_no_seat_above_the_capacity_of_a_mentor(mentee, mentor):
    with refuses("no_agreement_above_the_capacity_of_a_mentor"):
        row(mentee, mentor, mentor_seat=3)


def test_nor_by_a_later_change(mentee, mentor):
    agreement = row(mentee, mentor)

    with refuses("no_agreement_above_the_capacity_of_a_mentor_later"):
        Agreement.objects.filter(pk=agreement.pk).update(mentor_seat=3)


def test_no_seat_above_the_places_of_a_mentee(mentee, mentor):
    with refuses("no_agreement_above_the_places_of_a_mentee"):
        row(mentee, mentor, mentee_seat=2)


def test_nor_a_higher_one_later(mentee, mentor):
    agreement = row(mentee, mentor)

    with refuses("no_agreement_above_the_places_of_a_mentee_later"):
        Agreement.objects.filter(pk=agreement.pk).update(mentee_seat=2)


def test_capacity_stays_above_the_seats_taken(mentee, mentor):
    row(mentee, mentor, mentor_seat=2)

    with refuses("capacity_stays_above_the_seats_taken"):
        Membership.objects.filter(pk=mentor.pk).update(capacity=1)


@pytest.mark.parametrize("mentor_blocks", [False, True])
def test_no_agreement_between_blocked_people(mentee, mentor, mentor_blocks):
    blocker, blocked = (mentor, mentee) if mentor_blocks else (mentee, mentor)
    Block.objects.create(blocker=blocker.user, blocked=blocked.user)

    with refuses("no_agreement_between_blocked_people"):
        row(mentee, mentor)


@pytest.mark.parametrize("mentor_blocks", [False, True])
def test_an_ended_agreement_does_not_come_back_between_blocked_people(mentee, mentor, mentor_blocks):
    agreement = agree(mentee, mentor, state="ended")
    blocker, blocked = (mentor, mentee) if mentor_blocks else (mentee, mentor)
    Block.objects.create(blocker=blocker.user, blocked=blocked.user)

    with refuses("no_agreement_between_blocked_people_later"):
        Agreement.objects.filter(pk=agreement.pk).update(state="writing", ended_at=None, mentor_seat=1, mentee_seat=1)


@pytest.mark.parametrize("mentor_blocks", [False, True])
@pytest.mark.parametrize("state", ["writing", "active"])
def test_no_block_between_people_with_an_agreement(mentee, mentor, mentor_blocks, state):
    agree(mentee, mentor, state=state)
    blocker, blocked = (mentor, mentee) if mentor_blocks else (mentee, mentor)

    with refuses("no_block_between_people_with_an_agreement"):
        Block.objects.create(blocker=blocker.user, blocked=blocked.user)


def test_nor_a_block_by_address_that_turns_out_to_be_theirs(mentee, mentor):
    block = Block.objects.create(blocker=mentee.user, address="a" * 64)
    agree(mentee, mentor)

    with refuses("no_block_between_people_with_an_agreement_later"):
        Block.objects.filter(pk=block.pk).update(blocked=mentor.user)


def test_blocked_people_may_keep_what_has_ended(mentee, former_mentor):
    Block.objects.create(blocker=mentee.user, blocked=former_mentor.user)

    assert Agreement.objects.filter(mentor=former_mentor, state="ended").count() == 1


def test_versions_count_from_1_and_each_number_is_one(written):
    version = written.versions.get()

    with refuses("one_version_per_number", "mentorship_version.number"), transaction.atomic():
        Version.objects.create(agreement=written, number=1, sealed=b"x", review_on=scene.REVIEW)
    with refuses("versions_count_from_1"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(number=0)


def test_each_signs_a_version_once(written, mentee):
    version = written.versions.get()
    Signature.objects.create(version=version, membership=mentee)

    with refuses("one_signature_per_person_and_version", "mentorship_signature.membership_id"):
        Signature.objects.create(version=version, membership=mentee)


@pytest.mark.parametrize("minutes", [4, 481])
def test_a_meeting_takes_5_to_480_minutes(active, minutes):
    with refuses("a_meeting_takes_5_to_480_minutes"):
        Meeting.objects.create(agreement=active, starts_at=NOW, said_in="UTC", minutes=minutes)


def test_every_trigger_of_the_migrations_is_in_the_database(db):
    """SQLite drops the triggers of a table that a later migration rebuilds, without a word."""
    operations = [
        op for migration in MigrationLoader(connection).disk_migrations.values() for op in migration.operations
    ]
    promised = {operation.name for operation in operations if isinstance(operation, Refuse)}
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        kept = {name for (name,) in cursor.fetchall()}

    assert promised - kept == set()
    assert "no_agreement_between_blocked_people" in promised
