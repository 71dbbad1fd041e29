"""When two people meet: said on the clock of whoever plans it, stored in UTC with the zone it was said in."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import Membership
from accounts.refusals import Refusal
from mentorship import access, words
from mentorship.actions import agreements
from mentorship.models import Agreement, Meeting
from notices.actions import outbox
from notices.models import Notice

SHORTEST, LONGEST = 5, 480


class NotYet(Refusal):
    sentence = _("You can plan meetings once you have both signed.")


class Past(Refusal):
    sentence = _("This time has passed. Please choose a later one.")


class OddLength(Refusal):
    sentence = _("A meeting takes between 5 minutes and 8 hours.")


class ClockChange(Refusal):
    """The clocks are changed in that hour. `earlier` and `later` are the nearest times that mean one moment."""

    sentence = _("The clocks change in that hour. Please choose another time.")

    def __init__(self, said: datetime, earlier: datetime, later: datetime) -> None:
        super().__init__()
        self.said, self.earlier, self.later = said, earlier, later

    def __str__(self) -> str:
        shown = pgettext("date and time", "D j M Y, H:i")
        return str(self.sentence) % {
            "said": date_format(self.said, "H:i"),
            "earlier": date_format(self.earlier, shown),
            "later": date_format(self.later, shown),
        }


class NoSuchTime(ClockChange):
    sentence = _("The clocks go forward then, and %(said)s never comes. Please choose %(earlier)s or %(later)s.")


class TwiceThatTime(ClockChange):
    sentence = _("The clocks go back then, and %(said)s comes twice. Please choose %(earlier)s or %(later)s.")


def moment(said: datetime, zone: str) -> datetime:
    """The moment, in UTC, at which a clock in `zone` shows `said`. Refused where there is none, or two."""
    first, second = (said.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    if before is None or after is None or before == after:
        return first.astimezone(UTC)
    refusal = NoSuchTime if before < after else TwiceThatTime
    raise refusal(said, said - abs(after - before), said + abs(after - before))


@transaction.atomic
def plan(
    *, agreement: Agreement, by: Membership, said: datetime, minutes: int, now: datetime, text: str = ""
) -> Meeting:
    """Plan a meeting at `said` on the clock of `by`; `text` (where, what about) is sealed."""
    agreement = agreements.hold(agreement=agreement, by=by)
    if agreement.state == Agreement.State.WRITING:
        raise NotYet
    if not SHORTEST <= minutes <= LONGEST:
        raise OddLength
    zone = by.user.time_zone
    starts_at = moment(said, zone)
    if starts_at <= now:
        raise Past
    meeting = Meeting(
        agreement=agreement, starts_at=starts_at, said_in=zone, minutes=minutes, planned_by=by, planned_at=now
    )
    meeting.sealed = words.seal(meeting.pk, text.strip()) if text.strip() else b""
    meeting.save(force_insert=True)
    _tell_other(agreement, by, now)
    return meeting


@transaction.atomic
def cancel(*, meeting: Meeting, by: Membership, now: datetime) -> Meeting:
    """Call it off; doing so twice does nothing."""
    agreement = agreements.hold(agreement=meeting.agreement, by=by)
    called_off = Meeting.objects.filter(pk=meeting.pk, agreement=agreement, cancelled_at=None).update(cancelled_at=now)
    meeting.refresh_from_db()
    if called_off:
        _tell_other(agreement, by, now)
    return meeting


def _tell_other(agreement: Agreement, by: Membership, now: datetime) -> None:
    other = access.other_side(agreement, by)
    outbox.queue(to=other.user, kind=Notice.Kind.MEETING, about=agreement.pk, now=now)
