"""Breaking the glass: a reason, an hour, the person knows; and a colleague's yes before it becomes many."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership, Role, Standing, TrailEntry
from consent import gate
from consent.models import Opening, SecondYes
from home.actions import openings, second_yes
from home.actions.second_yes import What
from notices.models import Notice
from tests import cast
from tests.cast import NOW, make_member

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def colleague(program) -> Membership:
    return make_member(program, Role.COORDINATOR, "Nika")


@pytest.fixture
def operator(db):
    return cast.make_user("Oda", is_staff=True, is_superuser=True)


@pytest.fixture
def ten_opened(program, coordinator) -> None:
    for number in range(10):
        open_now(make_member(program, Role.MENTEE, f"Person {number}"), coordinator)


def open_now(member: Membership, by: Membership, now=NOW) -> Opening:
    return openings.open_answers(membership=member, by=by.user, reason=" Called, and is afraid. ", now=now)


def ask_now(member: Membership, by: Membership, now=NOW) -> SecondYes:
    return openings.ask(membership=member, by=by.user, reason="A threat against all of them.", now=now)


def say(row: SecondYes, by: Membership, yes: bool = True, now=NOW) -> None:
    second_yes.answer(row=row, by=by.user, yes=yes, now=now)


def acts() -> list[str]:
    return list(TrailEntry.objects.exclude(act="begun").values_list("act", flat=True))


def test_an_opening_says_why_lasts_an_hour_and_is_told(mentee, coordinator):
    opening = open_now(mentee, coordinator)

    assert (opening.reason, opening.until) == ("Called, and is afraid.", NOW + HOUR)
    assert Notice.objects.get(kind="opened").to == mentee.user
    entry = TrailEntry.objects.get(act="opened")
    assert (entry.actor_id, entry.row_id) == (coordinator.user_id, opening.pk)


def test_whoever_runs_the_service_opens_nothing(mentee, operator):
    with pytest.raises(openings.NotYours):
        openings.open_answers(membership=mentee, by=operator, reason="I can.", now=NOW)


def test_an_opening_written_by_hand_opens_nothing_for_who_is_no_coordinator(mentee, operator):
    cast.give(mentee, "about", "words")
    Opening.objects.create(membership=mentee, by=operator, reason="By hand", at=NOW, until=NOW + HOUR)

    assert dict(gate.read_opened(mentee, by=operator, now=NOW)[mentee.pk]) == {}


def test_who_coordinates_no_longer_reads_nothing_more(mentee, coordinator):
    cast.give(mentee, "about", "words")
    open_now(mentee, coordinator)
    before = dict(gate.read_opened(mentee, by=coordinator.user, now=NOW)[mentee.pk])
    Membership.objects.filter(pk=coordinator.pk).update(standing=Standing.PAUSED)

    after = dict(gate.read_opened(mentee, by=coordinator.user, now=NOW)[mentee.pk])
    assert (before, after) == ({"about": "words"}, {})


def test_the_tenth_person_is_opened_alone_and_the_eleventh_is_not(mentee, coordinator, colleague, ten_opened):
    assert Opening.objects.filter(by=coordinator.user).count() == 10
    with pytest.raises(second_yes.Missing):
        open_now(mentee, coordinator)


def test_somebody_opened_twice_counts_once(program, coordinator, ten_opened):
    again = Membership.objects.filter(openings__isnull=False).first()

    assert open_now(again, coordinator).second_yes is None


def test_one_person_in_two_programs_counts_once(program, coordinator, ten_opened):
    person = Membership.objects.filter(openings__isnull=False).first().user
    as_mentor = make_member(program, Role.MENTOR, "", user=person)

    assert open_now(as_mentor, coordinator).second_yes is None


def test_after_a_day_it_begins_anew(mentee, coordinator, ten_opened):
    assert openings.needs_second_yes(membership=mentee, by=coordinator.user, now=NOW + DAY - HOUR)
    assert not openings.needs_second_yes(membership=mentee, by=coordinator.user, now=NOW + DAY)


def test_openings_in_another_program_count_too(mentee, coordinator, other_program, other_program_mentor, ten_opened):
    make_member(other_program, Role.COORDINATOR, "", user=coordinator.user)

    assert openings.needs_second_yes(membership=other_program_mentor, by=coordinator.user, now=NOW)


def test_with_a_colleagues_yes_the_eleventh_is_opened_for_the_reason_they_read(
    mentee, coordinator, colleague, ten_opened
):
    row = ask_now(mentee, coordinator)
    say(row, colleague)

    opening = open_now(mentee, coordinator)
    row.refresh_from_db()
    assert (opening.second_yes, opening.reason) == (row, "A threat against all of them.")
    assert (row.state, row.answered_by, row.used_at) == ("used", colleague.user, NOW)
    assert acts()[-3:] == ["yes_asked", "yes_given", "opened"]


def test_a_yes_is_good_once(mentee, coordinator, colleague, ten_opened):
    say(ask_now(mentee, coordinator), colleague)
    open_now(mentee, coordinator)

    with pytest.raises(second_yes.Missing):
        second_yes.use(what=What.OPENING, program=mentee.program, membership=mentee, by=coordinator.user, now=NOW)


def test_a_yes_is_good_for_a_day(mentee, coordinator, colleague, ten_opened):
    say(ask_now(mentee, coordinator), colleague)

    about = {"what": What.OPENING, "program": mentee.program, "membership": mentee, "by": coordinator.user}
    assert second_yes.given(**about, now=NOW + DAY - HOUR) is not None
    assert second_yes.given(**about, now=NOW + DAY) is None


def test_a_yes_for_one_person_opens_nobody_else(mentee, other_mentee, coordinator, colleague, ten_opened):
    say(ask_now(mentee, coordinator), colleague)

    with pytest.raises(second_yes.Missing):
        open_now(other_mentee, coordinator)


def test_a_yes_of_somebody_who_coordinates_no_longer_is_none(mentee, coordinator, colleague, ten_opened):
    say(ask_now(mentee, coordinator), colleague)
    Membership.objects.filter(pk=colleague.pk).update(standing=Standing.LEFT)

    with pytest.raises(second_yes.Missing):
        open_now(mentee, coordinator)


def test_nobody_says_yes_to_themselves(mentee, coordinator, colleague):
    row = ask_now(mentee, coordinator)

    with pytest.raises(second_yes.YourOwn):
        say(row, coordinator)
    with pytest.raises(IntegrityError, match="nobody_gives_themselves"), transaction.atomic():
        SecondYes.objects.filter(pk=row.pk).update(answered_by=coordinator.user)


def test_nobody_of_another_program_and_no_operator_says_yes(
    mentee, coordinator, colleague, other_program_coordinator, operator
):
    row = ask_now(mentee, coordinator)

    for other in (other_program_coordinator.user, operator, mentee.user):
        with pytest.raises(second_yes.NotYours):
            second_yes.answer(row=row, by=other, yes=True, now=NOW)


def test_nobody_says_yes_about_their_own_answers(program, coordinator, colleague):
    also_mentor = make_member(program, Role.MENTOR, "", user=colleague.user)

    with pytest.raises(second_yes.AboutYou):
        say(ask_now(also_mentor, coordinator), colleague)


def test_the_first_answer_counts(mentee, coordinator, colleague):
    row = ask_now(mentee, coordinator)
    say(row, colleague, yes=False)

    with pytest.raises(second_yes.TooLate):
        say(row, colleague)
    assert acts() == ["yes_asked", "yes_refused"]


def test_an_ask_lapses_after_a_day(mentee, coordinator, colleague):
    row = ask_now(mentee, coordinator)

    with pytest.raises(second_yes.TooLate):
        say(row, colleague, now=NOW + DAY)


def test_asking_twice_is_asking_once(mentee, coordinator, colleague):
    assert ask_now(mentee, coordinator) == ask_now(mentee, coordinator)
    assert Notice.objects.filter(to=colleague.user).count() == 1


def test_who_is_alone_is_told_what_to_do(mentee, coordinator):
    with pytest.raises(second_yes.NobodyElse, match="ask whoever runs this service"):
        ask_now(mentee, coordinator)


def test_a_yes_without_a_reason_is_refused(mentee, coordinator, colleague):
    with pytest.raises(second_yes.ReasonMissing):
        openings.ask(membership=mentee, by=coordinator.user, reason="  ", now=NOW)
