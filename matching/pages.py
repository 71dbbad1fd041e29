"""What the pages of members show, put together from rows and from what the gate lets this reader see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, User
from matching import access, queries, reasons
from matching.models import Proposal, Shortlist
from matching.reasons import Fact

NAMED_FOR = timedelta(days=30)
"""So long a page that tells of an end still says with whom: the same for every kind of end."""

State = Proposal.State
ENDS: dict[str, tuple[str | Promise, str | Promise]] = {
    # what the mentee reads, what the mentor reads; never why
    State.AGREED: (gettext_lazy("You both said yes."), gettext_lazy("You both said yes.")),
    State.PASSED: (
        gettext_lazy("%(name)s could not take this on just now. It says nothing about you."),
        gettext_lazy("This was passed on softly."),
    ),
    State.EXPIRED: (
        gettext_lazy("%(name)s could not take this on just now. It says nothing about you."),
        gettext_lazy("This was passed on softly."),
    ),
    State.WITHDRAWN: (
        gettext_lazy("This has ended."),
        gettext_lazy("This has ended. There is nothing for you to do."),
    ),
}
NOT_THIS_TIME = gettext_lazy("This did not come about. It says nothing about either of you.")


@dataclass(frozen=True)
class Card:
    """Somebody on a list."""

    mentor: Membership
    reasons: list[str]


@dataclass(frozen=True)
class ListPage:
    mentee: Membership
    cards: list[Card]
    is_coming: bool
    has_failed: bool
    has_held_back: bool
    has_found: bool
    widening: list[str]
    ask: Proposal | None
    until: date | None


@dataclass(frozen=True)
class ProposalLine:
    """One proposal for one of its two, as it stands."""

    proposal: Proposal
    me: Membership
    other: Membership
    name: str
    until: date | None

    @property
    def is_open(self) -> bool:
        return self.proposal.state == State.PUBLISHED

    @property
    def waits_for_me(self) -> bool:
        return self.is_open and self.my_yes is None

    @property
    def my_yes(self) -> datetime | None:
        mentee = self.me.pk == self.proposal.mentee_id
        return self.proposal.mentee_yes_at if mentee else self.proposal.mentor_yes_at

    @property
    def is_ask(self) -> bool:
        return self.proposal.origin == Proposal.Origin.ASK

    @property
    def is_mine(self) -> bool:
        """An ask of the reader's own, to be withdrawn."""
        return self.is_ask and self.me.pk == self.proposal.mentee_id

    @property
    def end(self) -> str:
        if self.proposal.state == State.AGREED or self.is_ask:
            words = ENDS[self.proposal.state][self.me.pk != self.proposal.mentee_id]
            return str(words) % {"name": self.name}
        return str(NOT_THIS_TIME)


@dataclass(frozen=True)
class ProposalPage:
    line: ProposalLine
    reasons: list[str]
    facts: list[Fact]
    note: str


def of_list(mentee: Membership, row: Shortlist) -> ListPage:
    suggestions = queries.available(mentee, queries.listed(row))
    told = reasons.for_suggestions(mentee, suggestions)
    ask = queries.open_ask(mentee)
    return ListPage(
        mentee=mentee,
        cards=[Card(suggestion.mentor, told[suggestion.mentor_id]) for suggestion in suggestions],
        is_coming=row.state in {Shortlist.State.QUEUED, Shortlist.State.RUNNING},
        has_failed=row.state == Shortlist.State.FAILED,
        has_held_back=bool(row.held_back),
        has_found=not queries.has_room(mentee),
        widening=reasons.widening(row.hindrances),
        ask=ask,
        until=_day(ask.due_at) if ask else None,
    )


def of_proposal(proposal: Proposal, reader: User, *, now: datetime) -> ProposalPage:
    """Once it has ended, nothing of what the other says about themselves is left on the page."""
    line = _line(proposal, reader, now)
    if not line.is_open:
        return ProposalPage(line, [], [], reasons.note_of(proposal) if line.is_mine else "")
    why = reasons.for_proposal(proposal, line.me)
    return ProposalPage(line, why, reasons.facts(line.other), reasons.note_of(proposal))


def lines(proposals: Iterable[Proposal], reader: User, *, now: datetime) -> list[ProposalLine]:
    return [_line(proposal, reader, now) for proposal in proposals]


def _line(proposal: Proposal, reader: User, now: datetime) -> ProposalLine:
    me = access.own_side(proposal, reader)
    other = proposal.mentor if me.pk == proposal.mentee_id else proposal.mentee
    named = proposal.closed_at is None or proposal.closed_at > now - NAMED_FOR
    name = str(other.user) if named else _("Somebody")
    return ProposalLine(proposal, me, other, name, _day(proposal.due_at))


def _day(moment: datetime | None) -> date | None:
    """The day on the reader's calendar."""
    return timezone.localdate(moment) if moment else None
