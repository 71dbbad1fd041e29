"""Quiet hours and the hour of the day's mail, on the person's own clock, whatever is done to the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from notices.hours import end_of_quiet, last_daily, moment, next_daily

NIGHT = (time(22), time(7))
NOON = (time(12), time(13, 30))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def at(year: int, month: int, *when: int, zone: str = "UTC", fold: int = 0) -> datetime:
    return datetime(year, month, *when).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "hours", "end"),
    [
        (at(2026, 3, 2, 21, 59), NIGHT, None),
        (at(2026, 3, 2, 22, 0), NIGHT, at(2026, 3, 3, 7, 0)),
        (at(2026, 3, 3, 6, 59), NIGHT, at(2026, 3, 3, 7, 0)),
        (at(2026, 3, 3, 7, 0), NIGHT, None),
        (at(2026, 3, 2, 12, 0), NOON, at(2026, 3, 2, 13, 30)),
        (at(2026, 3, 2, 13, 30), NOON, None),
        (at(2026, 3, 2, 3, 0), (None, None), None),
    ],
)
def test_quiet_hours_end_when_they_say(now, hours, end):
    assert end_of_quiet(now, "UTC", *hours) == end


def test_they_go_by_the_persons_own_clock():
    now = at(2026, 7, 1, 20, 30)

    assert end_of_quiet(now, "Europe/Athens", *NIGHT) == at(2026, 7, 2, 7, zone="Europe/Athens")
    assert end_of_quiet(now, "Europe/Lisbon", *NIGHT) is None


def test_a_night_in_which_the_clocks_go_forward_is_an_hour_shorter():
    begun = at(2026, 3, 28, 22, zone="Europe/Berlin")

    assert end_of_quiet(begun, "Europe/Berlin", *NIGHT) - begun == timedelta(hours=8)


def test_an_end_that_the_clock_skips_is_the_moment_of_the_skip():
    now = at(2026, 3, 29, 0, 30, zone="Europe/Berlin")

    assert end_of_quiet(now, "Europe/Berlin", time(23), time(2, 30)) == at(2026, 3, 29, 1, 0)


def test_an_end_that_comes_twice_is_the_second():
    between = at(2026, 10, 25, 2, 10, zone="Europe/Berlin", fold=1)

    assert end_of_quiet(between, "Europe/Berlin", time(23), time(2, 30)) == between + 20 * MINUTE


def test_a_day_that_an_island_skipped_has_an_end_all_the_same():
    now = at(2011, 12, 29, 23, zone="Pacific/Apia")

    assert end_of_quiet(now, "Pacific/Apia", *NIGHT) == at(2011, 12, 31, 0, zone="Pacific/Apia")


def test_the_days_mail_goes_at_its_hour_every_day():
    now, seen = at(2026, 3, 27, 18, zone="Europe/Berlin"), []
    for _ in range(4):
        now = next_daily(now, "Europe/Berlin", time(18))
        seen.append(now.astimezone(ZoneInfo("Europe/Berlin")).isoformat()[8:])

    assert seen == ["28T18:00:00+01:00", "29T18:00:00+02:00", "30T18:00:00+02:00", "31T18:00:00+02:00"]


def test_the_last_one_is_the_one_before_the_next():
    now = at(2026, 3, 2, 17, 59)

    assert (last_daily(now, "UTC", time(18)), next_daily(now, "UTC", time(18))) == (
        at(2026, 3, 1, 18),
        at(2026, 3, 2, 18),
    )
    assert last_daily(now + MINUTE, "UTC", time(18)) == now + MINUTE


def changes(zone: str) -> list[datetime]:
    """The hours around which a zone's clocks are changed, over ten years."""
    here, days = ZoneInfo(zone), [datetime(2020, 1, 1, tzinfo=UTC) + n * DAY for n in range(3653)]
    return [a for a, b in pairwise(days) if a.astimezone(here).utcoffset() != b.astimezone(here).utcoffset()]


def wrong(zone: str, begins: time, ends: time, now: datetime) -> list[str]:
    """Quiet is what the clock shows, and at the end it shows the end or a time that comes after a skip."""
    here = ZoneInfo(zone)
    shown = now.astimezone(here).time()
    quiet = begins <= shown < ends if begins < ends else shown >= begins or shown < ends
    end = end_of_quiet(now, zone, begins, ends)
    found = [] if end or not quiet else [f"{zone} {now}: quiet by the clock and no end"]
    if end and end.astimezone(here).time() != ends:
        skipped = end.astimezone(here).utcoffset() > (end - MINUTE).astimezone(here).utcoffset()
        found += [] if skipped else [f"{zone} {now}: ends at {end}"]
    return found


def test_in_every_zone_over_ten_years_of_changes_quiet_is_quiet_and_ends():
    zones = sorted(available_timezones())[::6]
    steps = [n * timedelta(minutes=30) for n in range(96)]

    found = [
        line
        for zone in zones
        for day in changes(zone)[:4]
        for step in steps[::3]
        for line in wrong(zone, time(23, 30), time(2, 30), day + step)
    ]

    assert found == []


def test_control_a_clock_that_knows_no_changes_is_found(monkeypatch):
    def naive(day: date, said: time, zone: str, *, last: bool = False) -> datetime:
        offset = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).utcoffset()
        return datetime.combine(day, said, tzinfo=UTC) - offset

    monkeypatch.setattr("notices.hours.moment", naive)

    assert wrong("Europe/Berlin", time(23, 30), time(2, 30), at(2026, 7, 1, 23, 0)) != []


def test_a_moment_that_comes_twice_has_a_first_and_a_second():
    first, second = (moment(date(2026, 10, 25), time(2, 30), "Europe/Berlin", last=last) for last in (False, True))

    assert second - first == timedelta(hours=1)
