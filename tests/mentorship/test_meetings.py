"""When two people meet, on which clock."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from mentorship import words
from mentorship.actions import agreements, meetings
from notices.models import Notice

clock = datetime.fromisoformat  # what a clock shows: no zone
LISBON, SYDNEY, LORD_HOWE = "Europe/Lisbon", "Australia/Sydney", "Australia/Lord_Howe"


@pytest.mark.parametrize(
    ("said", "zone", "utc"),
    [
        (clock("2026-03-10 18:30"), LISBON, datetime(2026, 3, 10, 18, 30, tzinfo=UTC)),
        (clock("2026-06-10 18:30"), LISBON, datetime(2026, 6, 10, 17, 30, tzinfo=UTC)),
        (clock("2026-06-10 00:15"), "Asia/Kathmandu", datetime(2026, 6, 9, 18, 30, tzinfo=UTC)),
        (clock("2026-03-29 00:59"), LISBON, datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (clock("2026-03-29 02:00"), LISBON, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (clock("2026-10-25 00:59"), LISBON, datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        (clock("2026-10-25 02:00"), LISBON, datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_clock_in_a_zone_shows_one_moment(said, zone, utc):
    assert meetings.moment(said, zone) == utc


@pytest.mark.parametrize(
    ("said", "zone", "earlier", "later"),
    [
        (clock("2026-03-29 01:00"), LISBON, "Sun 29 Mar 2026, 00:00", "Sun 29 Mar 2026, 02:00"),
        (clock("2026-03-29 01:59"), LISBON, "Sun 29 Mar 2026, 00:59", "Sun 29 Mar 2026, 02:59"),
        (clock("2026-10-04 02:15"), LORD_HOWE, "Sun 4 Oct 2026, 01:45", "Sun 4 Oct 2026, 02:45"),
    ],
)
def test_a_time_that_never_comes_is_refused_with_two_that_do(said, zone, earlier, later):
    with pytest.raises(meetings.NoSuchTime) as refused:
        meetings.moment(said, zone)

    assert str(refused.value) == (
        f"The clocks go forward then, and {said:%H:%M} never comes. Please choose {earlier} or {later}."
    )


@pytest.mark.parametrize(
    ("said", "zone", "earlier", "later"),
    [
        (clock("2026-10-25 01:30"), LISBON, "Sun 25 Oct 2026, 00:30", "Sun 25 Oct 2026, 02:30"),
        (clock("2026-04-05 02:30"), SYDNEY, "Sun 5 Apr 2026, 01:30", "Sun 5 Apr 2026, 03:30"),
    ],
)
def test_a_time_that_comes_twice_is_refused_with_two_that_come_once(said, zone, earlier, later):
    with pytest.raises(meetings.TwiceThatTime) as refused:
        meetings.moment(said, zone)

    assert str(refused.value).endswith(f"comes twice. Please choose {earlier} or {later}.")
    assert meetings.moment(refused.value.earlier, zone) < meetings.moment(refused.value.later, zone)


def test_a_meeting_is_stored_in_utc_with_the_zone_it_was_said_in(active, mentee, now):
    User.objects.filter(pk=mentee.user_id).update(time_zone=SYDNEY)
    mentee.user.refresh_from_db()

    meeting = meetings.plan(
        agreement=active, by=mentee, said=clock("2026-07-01 09:00"), minutes=45, text="By the river", now=now
    )

    assert (meeting.starts_at, meeting.said_in) == (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), SYDNEY)
    assert words.of_meeting(meeting) == "By the river"
    assert b"river" not in bytes(meeting.sealed)


def test_planning_and_calling_off_tell_the_other_and_calling_off_twice_only_once(active, mentee, mentor, now):
    meeting = meetings.plan(agreement=active, by=mentee, said=clock("2026-07-01 09:00"), minutes=45, now=now)
    for _ in range(2):
        meetings.cancel(meeting=meeting, by=mentor, now=now)

    told = Notice.objects.filter(kind=Notice.Kind.MEETING).values_list("to", flat=True)
    assert sorted(told) == sorted([mentor.user_id, mentee.user_id])
    assert meeting.cancelled_at == now


def test_nothing_is_planned_before_both_have_signed(written, mentee, now):
    with pytest.raises(meetings.NotYet):
        meetings.plan(agreement=written, by=mentee, said=clock("2026-07-01 09:00"), minutes=45, now=now)


def test_nothing_is_planned_in_the_past_nor_for_too_long(active, mentee, now):
    with pytest.raises(meetings.Past):
        meetings.plan(agreement=active, by=mentee, said=clock("2026-03-02 09:30"), minutes=45, now=now)
    with pytest.raises(meetings.OddLength):
        meetings.plan(agreement=active, by=mentee, said=clock("2026-07-01 09:00"), minutes=481, now=now)


def test_nobody_else_plans_or_calls_off(active, mentee, other_mentee, now):
    meeting = meetings.plan(agreement=active, by=mentee, said=clock("2026-07-01 09:00"), minutes=45, now=now)

    with pytest.raises(agreements.NotYours):
        meetings.plan(agreement=active, by=other_mentee, said=clock("2026-07-01 09:00"), minutes=45, now=now)
    with pytest.raises(agreements.NotYours):
        meetings.cancel(meeting=meeting, by=other_mentee, now=now + timedelta(hours=1))
