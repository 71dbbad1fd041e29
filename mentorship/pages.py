"""What the pages show, put together for one reader. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import Membership, User
from mentorship import access, outline, queries, words
from mentorship.models import Agreement, Meeting, Version
from ui.templatetags.ui import when


@dataclass(frozen=True)
class Section:
    label: str | Promise
    text: str
    changed: bool = False


@dataclass(frozen=True)
class Wording:
    """One version for one reader: what is said together, their own part, the other's part."""

    version: Version
    joint: list[Section]
    own: Section
    others: Section
    day_changed: bool


@dataclass(frozen=True)
class MeetingLine:
    meeting: Meeting
    text: str
    theirs: str
    """The same moment on the other's clock; "" where both clocks show the same."""


@dataclass(frozen=True)
class Page:
    """An agreement that lasts. `agreed` is what both signed, `open` what waits for a signature."""

    agreement: Agreement
    me: Membership
    other: Membership
    agreed: Wording | None
    open: Wording | None
    i_signed: bool
    other_signed: bool
    told: list[tuple[str, list[str]]]
    next_meeting: MeetingLine | None
    unread: int

    @property
    def my_turn(self) -> bool:
        return self.open is not None and not self.i_signed


@dataclass(frozen=True)
class Card:
    """An agreement in the list. Once it has ended it names nobody: see `access`."""

    agreement: Agreement
    other: Membership | None
    unread: int
    next_meeting: MeetingLine | None


def of_agreement(agreement: Agreement, user: User, *, now: datetime) -> Page:
    me = access.own_side(agreement, user)
    other = access.other_side(agreement, me)
    agreed, newest = queries.in_force(agreement), queries.latest(agreement)
    waiting = newest if newest and (agreed is None or newest.number > agreed.number) else None
    signed = queries.signers(waiting) if waiting else {}
    coming = queries.planned(agreement).filter(starts_at__gt=now).first()
    return Page(
        agreement=agreement,
        me=me,
        other=other,
        agreed=wording(agreed, me) if agreed else None,
        open=wording(waiting, me, before=agreed) if waiting else None,
        i_signed=me.pk in signed,
        other_signed=other.pk in signed,
        told=words.told_to_match(other),
        next_meeting=meeting_line(coming, other) if coming else None,
        unread=queries.unread_by(me, agreement).count(),
    )


def wording(version: Version, me: Membership, before: Version | None = None) -> Wording:
    """The words of a version; what differs from `before` is marked."""
    terms, earlier = words.terms_of(version), words.terms_of(before) if before else None
    own, others = _parts(terms, me), _parts(earlier, me) if earlier else None
    joint = [
        Section(part.label, terms[part.key], earlier is not None and terms[part.key] != earlier[part.key])  # type: ignore[literal-required]
        for part in outline.JOINT
    ]
    return Wording(
        version=version,
        joint=joint,
        own=Section(outline.OWN.label, own[0], others is not None and own[0] != others[0]),
        others=Section(outline.OWN.label, own[1], others is not None and own[1] != others[1]),
        day_changed=before is not None and version.review_on != before.review_on,
    )


def meeting_lines(meetings: Iterable[Meeting], other: Membership) -> list[MeetingLine]:
    return [meeting_line(meeting, other) for meeting in meetings]


def meeting_line(meeting: Meeting, other: Membership) -> MeetingLine:
    zone = ZoneInfo(other.user.time_zone)
    same = timezone.localtime(meeting.starts_at).utcoffset() == meeting.starts_at.astimezone(zone).utcoffset()
    with timezone.override(zone):
        theirs = "" if same else when(meeting.starts_at)
    return MeetingLine(meeting, words.of_meeting(meeting), theirs)


def cards(user: User, *, now: datetime) -> list[Card]:
    """Everything of theirs, what lasts first: two queries."""
    unread = Count("messages", filter=Q(messages__read_at=None) & ~Q(messages__by__user=user))
    agreements = list(queries.of_user(user).annotate(unread=unread))
    coming: dict[object, Meeting] = {}
    planned = Meeting.objects.filter(agreement__in=agreements, cancelled_at=None, starts_at__gt=now)
    for meeting in planned.order_by("-starts_at", "id"):
        coming[meeting.agreement_id] = meeting
    return [_card(agreement, user, coming.get(agreement.pk)) for agreement in agreements]


def _card(agreement: Agreement, user: User, meeting: Meeting | None) -> Card:
    if agreement.state == Agreement.State.ENDED:
        return Card(agreement, other=None, unread=0, next_meeting=None)
    other = access.other_side(agreement, access.own_side(agreement, user))
    line = meeting_line(meeting, other) if meeting else None
    return Card(agreement, other, agreement.unread, line)  # type: ignore[attr-defined]


def _parts(terms: words.Terms, me: Membership) -> tuple[str, str]:
    """What the reader wrote for themselves, and what the other wrote."""
    theirs = [text for pk, text in terms["parts"].items() if pk != str(me.pk)]
    return terms["parts"].get(str(me.pk), ""), theirs[0] if theirs else ""
