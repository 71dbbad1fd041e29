"""When mail may reach somebody: on their own clock, whatever is done to the clocks.

A time of day stands for a moment on a date. Where the clock shows it twice, quiet begins with the first and ends with
the second; where the clock skips it, it is the moment of the skip."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def end_of_quiet(now: datetime, zone: str, begins: time | None, ends: time | None) -> datetime | None:
    """The end of the quiet hours that `now` lies in; None if it lies in none."""
    if begins is None or ends is None:
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    for day in (today - DAY, today):
        end = moment(day if begins < ends else day + DAY, ends, zone, last=True)
        if moment(day, begins, zone) <= now < end:
            return end
    return None


def last_daily(now: datetime, zone: str, at: time) -> datetime:
    """When the clock in `zone` last showed `at`."""
    return max(moment for moment in _dailies(now, zone, at) if moment <= now)


def next_daily(now: datetime, zone: str, at: time) -> datetime:
    return min(moment for moment in _dailies(now, zone, at) if moment > now)


def moment(day: date, at: time, zone: str, *, last: bool = False) -> datetime:
    """In UTC: when a clock in `zone` shows `at` on that day, or first shows a later time if it never does."""
    said = datetime.combine(day, at)
    first, second = (said.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return second if last else first
    found = second  # the clock skips it: from the one reading of it to the other lies the moment of the skip
    while found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < said:
        found += MINUTE
    return found


def _dailies(now: datetime, zone: str, at: time) -> list[datetime]:
    today = now.astimezone(ZoneInfo(zone)).date()
    return [moment(today + days * DAY, at, zone) for days in (-2, -1, 0, 1, 2)]
