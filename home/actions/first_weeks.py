"""What has already happened when one first looks at a synthetic community: some have found each other, one pair still
writes down what they agree on, one has ended, somebody passed on an ask, others wait for an answer.

Everything goes through the actions, with the clock set back: what they refuse cannot have happened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Membership, Program, Role, Standing, User
from consent.purposes import Reach
from home.synthetic import Community, Person
from matching.actions import proposals, runs, shortlists
from matching.models import Proposal, Shortlist, Suggestion
from mentorship.actions import agreements
from mentorship.models import Agreement
from notices.models import Notice

COMMON_GROUND = {"topics": "shared", "values": "shared", "goals": "shared", "skills": "covers"}
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Side:
    person: Person
    member: Membership

    def suggested(self, facet: str) -> set[str]:
        """What they chose and let people they are suggested to see."""
        told = (said for said in self.person.answers if said.facet == facet and said.reach == Reach.SUGGESTED)
        return {key for said in told if isinstance(said.value, dict) for key in said.value["chosen"]}


@dataclass(frozen=True)
class Pair:
    mentee: Side
    mentor: Side

    @property
    def let_in(self) -> datetime:
        return max(self.mentee.member.changed_at, self.mentor.member.changed_at)

    @property
    def common(self) -> list[str]:
        return [facet for facet in COMMON_GROUND if self.mentee.suggested(facet) & self.mentor.suggested(facet)]

    @property
    def reasons(self) -> list[dict[str, str]]:
        whose = {"shared": "both", "covers": "mentee"}
        kinds = [(facet, COMMON_GROUND[facet]) for facet in self.common]
        return [{"facet": facet, "kind": kind, "whose": whose[kind]} for facet, kind in kinds]


def tell(*, community: Community, program: Program, by: User, now: datetime) -> None:
    """Let the first weeks happen; then queue the list of the mentee one signs in as, and a first run."""
    mentees, mentors = (_sides(program, drawn) for drawn in (community.mentees, community.mentors))
    waiting = next(_pairs(mentees[1:], mentors[:1]), None)
    taken = {waiting.mentee.person.email} if waiting else set()
    others = _pairs([side for side in mentees[1:] if side.person.email not in taken], mentors[1:])
    for happen, pair in zip(HAPPENINGS, others, strict=False):
        happen(pair, now)
    _forget_old_mail(now)
    if waiting:
        _ask(waiting, now - timedelta(hours=20))
    shortlists.want(mentee=mentees[0].member, now=now)
    runs.start(program=program, by=by, now=now, seed=community.seed)


def _sides(program: Program, drawn: tuple[Person, ...]) -> list[Side]:
    """Everybody drawn who is approved, in the order they were drawn."""
    role = Role(drawn[0].role)
    rows = Membership.objects.filter(program=program, role=role, standing=Standing.APPROVED).select_related("user")
    members = {member.user.email: member for member in rows}
    return [Side(person, members[person.email]) for person in drawn if person.email in members]


def _pairs(mentees: list[Side], mentors: list[Side]) -> Iterator[Pair]:
    """Who could have found each other: a language in common, and the most else. Nobody twice."""
    free = list(mentors)
    for mentee in mentees:
        able = [
            Pair(mentee, mentor) for mentor in free if mentee.suggested("languages") & mentor.suggested("languages")
        ]
        best = max(able, key=lambda pair: len(pair.common), default=None)
        if best and len(best.common) >= 2:
            free.remove(best.mentor)
            yield best


def _ask(pair: Pair, at: datetime) -> Proposal:
    """The mentee asks from a list that held this mentor then."""
    fields = {"seed": 0, "state": Shortlist.State.READY, "wanted_at": at, "computed_at": at}
    shown, _new = Shortlist.objects.get_or_create(mentee=pair.mentee.member, defaults=fields)
    Suggestion.objects.create(shortlist=shown, mentor=pair.mentor.member, position=1, reasons=pair.reasons)
    note = _("What you wrote made me smile. Would you have an hour for me every other week?")
    return proposals.ask(mentee=pair.mentee.member, mentor=pair.mentor.member, note=note, now=at)


def _agree(pair: Pair, at: datetime) -> Agreement:
    proposal = _ask(pair, at)
    agreement = proposals.answer(proposal=proposal, by=pair.mentor.member, accepted=True, now=at + A_DAY)
    if agreement is None:
        raise AssertionError("the second yes opens an agreement")
    return agreement


def _write(pair: Pair, agreement: Agreement, at: datetime) -> None:
    terms = {
        "goals": _("Find my feet in the new team, one conversation at a time."),
        "cadence": _("An hour every other week, for half a year."),
        "channel": _("Video calls; the camera is optional."),
        "confidentiality": _("What we say stays between us."),
        "limits": _("If somebody is in danger, we get help, and we say so first."),
        "ending": _("Either of us can stop at any time. A last call would be nice."),
    }
    review_on = (at + 90 * A_DAY).date()
    agreements.write(agreement=agreement, by=pair.mentee.member, terms=terms, review_on=review_on, now=at)
    agreements.sign(agreement=agreement, version_number=1, by=pair.mentee.member, now=at)


def _found_each_other(pair: Pair, now: datetime) -> Agreement:
    at = pair.let_in + A_DAY
    agreement = _agree(pair, at)
    _write(pair, agreement, at + 2 * A_DAY)
    return agreements.sign(agreement=agreement, version_number=1, by=pair.mentor.member, now=at + 3 * A_DAY)


def _still_writing(pair: Pair, now: datetime) -> None:
    _write(pair, _agree(pair, now - 3 * A_DAY), now - A_DAY)


def _came_to_an_end(pair: Pair, now: datetime) -> None:
    agreement = _found_each_other(pair, now)
    agreements.end(agreement=agreement, by=pair.mentee.member.user, now=now - 2 * A_DAY)


def _passed_on(pair: Pair, now: datetime) -> None:
    proposal = _ask(pair, now - 4 * A_DAY)
    reason = _("My evenings are full until spring.")
    proposals.answer(proposal=proposal, by=pair.mentor.member, accepted=False, now=now - 2 * A_DAY, reason=reason)


def _taken_back(pair: Pair, now: datetime) -> None:
    proposal = _ask(pair, now - 3 * A_DAY)
    proposals.withdraw(proposal=proposal, by=pair.mentee.member, now=now - 2 * A_DAY)


def _waiting(pair: Pair, now: datetime) -> None:
    _ask(pair, now - 2 * A_DAY)


HAPPENINGS: tuple[Callable[[Pair, datetime], object], ...] = (
    _found_each_other, _found_each_other, _still_writing, _came_to_an_end, _passed_on, _taken_back, _waiting, _waiting,
)  # fmt: skip


def _forget_old_mail(now: datetime) -> None:
    """It would have been sent long ago; a demo does not begin with a heap of it."""
    Notice.objects.filter(state=Notice.State.WAITING).update(state=Notice.State.SENT, sent_at=now)
