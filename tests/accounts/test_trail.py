"""What those did who look after others stays as it was written, and whoever changes it is found out."""

import threading
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.actions import memberships, trail
from accounts.models import Membership, Role, TrailEntry, User
from tests import cast
from tests.cast import NOW

Act = TrailEntry.Act
OLD, NEW = (f"{name}:{name * 22}=" for name in ("aa", "bb"))


def write(member: Membership, act: Act = Act.CHECKED) -> TrailEntry:
    return trail.record(act=act, by=member.user, row=member, program=member.program, now=NOW)


def said(**options: object) -> str:
    out = StringIO()
    call_command("verify_trail", stdout=out, **options)
    return out.getvalue()


def test_an_act_follows_the_one_before_it(coordinator):
    first, second = write(coordinator), write(coordinator)

    assert (first.number, second.number) == (1, 2)
    assert second.link == trail.link(second, first.link)
    assert trail.check() == trail.Found(2, trail.head_of(second), [])


def test_a_chain_of_nothing_is_whole(db):
    assert trail.check() == trail.Found(0, "", [])


def test_an_entry_holds_ids_and_no_name(coordinator):
    entry = write(coordinator)

    held = (entry.actor_id, entry.kind, entry.row_id, entry.program_id)
    assert held == (coordinator.user_id, "accounts.Membership", coordinator.pk, coordinator.program_id)
    assert "Mika" not in str(vars(entry))


@pytest.mark.parametrize("column", ["number", "at", "actor_id", "act", "kind", "row_id", "program_id", "link"])
def test_the_database_refuses_to_change_an_entry(coordinator, column):
    entry = write(coordinator)
    other = {"number": 9, "at": "2020-01-01T00:00Z", "act": "moved", "kind": "x", "link": "x"}

    with pytest.raises(IntegrityError, match="the_trail_is_never_changed"), transaction.atomic():
        TrailEntry.objects.filter(pk=entry.pk).update(**{column: other.get(column)})


def test_the_database_refuses_to_take_an_entry_out(coordinator):
    write(coordinator)

    with pytest.raises(IntegrityError, match="the_trail_is_never_shortened"), transaction.atomic():
        TrailEntry.objects.all().delete()


def test_two_entries_never_follow_the_same_one(coordinator):
    entry = write(coordinator)
    entry.number += 1

    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


def test_a_person_can_go_and_the_chain_stays_whole(coordinator):
    write(coordinator)
    User.objects.filter(pk=coordinator.user_id).delete()

    assert trail.check().wrong == []


def test_what_did_not_happen_is_not_written(coordinator):
    with transaction.atomic():
        write(coordinator)
        transaction.set_rollback(True)

    assert TrailEntry.objects.count() == 0


def test_a_new_key_seals_anew_and_moves_no_head(coordinator, settings):
    settings.ANSWER_KEYS = [OLD]
    head = trail.head_of(write(coordinator))
    settings.ANSWER_KEYS = [NEW, OLD]

    assert list(trail.reseal()) == ["anew", "anew"]
    assert list(trail.reseal()) == ["kept", "kept"]
    settings.ANSWER_KEYS = [NEW]
    assert trail.check(against=head) == trail.Found(1, head, [])


def test_without_the_key_no_seal_is_ours(coordinator, settings):
    settings.ANSWER_KEYS = [OLD]
    write(coordinator)
    settings.ANSWER_KEYS = [NEW]

    assert trail.check().wrong == ["0 bears no seal of ours.", "1 bears no seal of ours."]
    assert list(trail.reseal()) == ["shut", "shut"]


def test_the_command_prints_the_head_and_how_many_acts(coordinator):
    head = trail.head_of(write(coordinator))

    assert said() == f"1 act, whole. Head: {head}\n"


def test_the_command_knows_a_head_from_before(coordinator):
    head = trail.head_of(write(coordinator))
    last = trail.head_of(write(coordinator))

    assert said(against=head) == f"2 acts, whole. Head: {last}\n"


def test_the_command_says_what_is_wrong(coordinator):
    write(coordinator)
    with pytest.raises(CommandError, match="1-abc stands nowhere"):
        said(against="1-abc")


def at_once(write_one, times: int) -> list[str]:
    failed: list[str] = []
    together = threading.Barrier(times)

    def run() -> None:
        together.wait(timeout=20)
        try:
            write_one()
        except DatabaseError as error:
            failed.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return failed


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_chain(coordinator):
    def five_acts() -> None:
        for _ in range(5):
            write(coordinator)

    failed = at_once(five_acts, 8)

    found = trail.check()
    assert (failed, found.acts, found.wrong) == ([], 40, [])


@pytest.mark.django_db(transaction=True)
def test_control_without_waiting_eight_at_once_do_not(coordinator, monkeypatch):
    """On PostgreSQL two then follow the same one, which the database refuses. SQLite lets one write at a time."""
    write(coordinator)
    monkeypatch.setattr(trail, "_hold", lambda now: None)
    failed = at_once(lambda: write(coordinator), 8)

    assert bool(failed) == (connection.vendor == "postgresql")
    assert trail.check().wrong == []


def test_a_role_given_on_the_command_line_is_written_down(db):
    call_command("coordinator", "kay@example.org", "Harbour", stdout=StringIO())
    member = Membership.objects.get(role=Role.COORDINATOR)

    entry = TrailEntry.objects.get(act=Act.ROLE_GIVEN)
    assert (entry.actor_id, entry.row_id, entry.program_id) == (None, member.pk, member.program_id)


def test_checks_and_standings_by_the_coordination_are_written_down(coordinator, applicant):
    about = {"membership": applicant, "by": coordinator.user, "now": NOW}
    memberships.record_step(kind="reference", note="", **about)
    memberships.move(to="checked", **about)

    acts = TrailEntry.objects.exclude(act=Act.BEGUN).values_list("act", "actor_id")
    assert list(acts) == [("checked", coordinator.user_id), ("moved", coordinator.user_id)]


def test_what_people_do_about_themselves_is_not(mentee):
    memberships.pause(membership=mentee, by=mentee.user, now=cast.NOW)

    assert TrailEntry.objects.count() == 0
