"""What waits for somebody: the cards of the home page, most urgent first. Counts only: no names, no words."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from accounts.models import Membership, Role, Standing, User
from consent.models import Answer, SecondYes
from home.models import Erasure
from matching.models import MatchRun, Proposal, Shortlist
from mentorship.models import Agreement, Message
from safety.models import Concern


@dataclass(frozen=True)
class Waiting:
    icon: str
    text: str | Promise
    action: str | Promise
    href: str


def for_user(user: User, memberships: list[Membership]) -> list[Waiting]:
    """A fixed number of queries, whatever waits."""
    return [
        *_leaving(user),
        *_asks(memberships),
        *_agreements(user, memberships),
        *_own_pages(memberships),
        *_coordination(memberships),
    ]


def _leaving(user: User) -> Iterator[Waiting]:
    for erasure in Erasure.objects.filter(user=user, begun_at=None):
        text = _("You leave on %(day)s.")
        day = date_format(timezone.localtime(erasure.due_at), pgettext("date", "D j M Y"))
        yield Waiting("clock", text % {"day": day}, _("Take it back"), reverse("home:erase"))


def _asks(memberships: list[Membership]) -> Iterator[Waiting]:
    open_proposals = Proposal.objects.filter(state=Proposal.State.PUBLISHED)
    as_mentor, as_mentee = Q(mentor__in=memberships), Q(mentee__in=memberships)
    counts = open_proposals.filter(as_mentor | as_mentee).aggregate(
        to_answer=Count("pk", filter=(as_mentor & Q(mentor_yes_at=None)) | (as_mentee & Q(mentee_yes_at=None))),
        on_the_way=Count("pk", filter=as_mentee & ~Q(mentee_yes_at=None)),
    )
    if number := counts["to_answer"]:
        text = ngettext("Somebody would like to meet you.", "%(number)d people would like to meet you.", number)
        yield Waiting("mail", text % {"number": number}, _("Read and answer"), reverse("matching:asks"))
    if counts["on_the_way"]:
        yield Waiting("clock", _("Your ask is on its way."), _("See where it stands"), reverse("matching:asks"))


def _agreements(user: User, memberships: list[Membership]) -> Iterator[Waiting]:
    mine = Q(mentor__in=memberships) | Q(mentee__in=memberships)
    for agreement in Agreement.objects.filter(mine, state=Agreement.State.WRITING).order_by("opened_at", "id"):
        yield Waiting(
            "pencil",
            _("You both said yes. Write down what you agree on."),
            _("Open the agreement"),
            reverse("mentorship:agreement", args=[agreement.pk]),
        )
    unread = (
        Message.objects.filter(read_at=None, agreement__in=Agreement.objects.filter(mine))
        .exclude(by__user=user)
        .order_by("agreement_id")
        .values_list("agreement_id", flat=True)
        .distinct()
    )
    for agreement_id in unread:
        yield Waiting(
            "mail", _("There is a message for you."), _("Read it"), reverse("mentorship:messages", args=[agreement_id])
        )


def _own_pages(memberships: list[Membership]) -> Iterator[Waiting]:
    """What a person may do next in their own time: never a must."""
    begun = set(Answer.objects.filter(membership__in=memberships).values_list("membership_id", flat=True).distinct())
    mentees = [member for member in memberships if member.role == Role.MENTEE and member.standing == Standing.APPROVED]
    ready = set(
        Shortlist.objects.filter(mentee__in=mentees, state=Shortlist.State.READY).values_list("mentee_id", flat=True)
    )
    for member in memberships:
        if member.role in {Role.MENTEE, Role.MENTOR} and member.pk not in begun:
            text = _("Tell us what matters to you. Skip whatever you like.")
            yield Waiting("list-checks", text, _("Begin"), reverse("consent:answers", args=[member.pk]))
    for member in mentees:
        if member.pk in ready:
            href = reverse("matching:shortlist", args=[member.pk])
            yield Waiting("compass", _("There are people you could ask."), _("Have a look"), href)


def _coordination(memberships: list[Membership]) -> Iterator[Waiting]:
    if any(m.role == Role.COORDINATOR and m.standing == Standing.APPROVED for m in memberships):
        programs = [m.program_id for m in memberships if m.role == Role.COORDINATOR]
        yield from for_programs(programs)


def for_programs(programs: Collection[uuid.UUID]) -> Iterator[Waiting]:
    """What waits for the coordination of these programs."""
    new = Membership.objects.filter(program__in=programs, standing__in=[Standing.APPLIED, Standing.CHECKED]).count()
    concerns = Concern.objects.filter(program__in=programs, state=Concern.State.OPEN).count()
    runs = MatchRun.objects.filter(program__in=programs, state=MatchRun.State.DONE).count()
    requests = Shortlist.objects.filter(mentee__program__in=programs).exclude(held_back=[]).count()
    asked = SecondYes.objects.filter(program__in=programs, state=SecondYes.State.WAITING, until__gt=timezone.now())
    if concerns:
        text = ngettext("Somebody asks for care.", "%(n)d people ask for care.", concerns) % {"n": concerns}
        href = reverse("admin:safety_concern_changelist") + "?state__exact=open"
        yield Waiting("life-buoy", text, _("Look after it"), href)
    if new:
        text = ngettext("One person waits to be welcomed.", "%(n)d people wait to be welcomed.", new) % {"n": new}
        href = reverse("admin:accounts_membership_changelist") + "?stands=waiting"
        yield Waiting("users", text, _("Look at them"), href)
    if runs:
        text = ngettext("A match run is ready to review.", "%(n)d match runs are ready to review.", runs) % {"n": runs}
        href = reverse("admin:matching_matchrun_changelist") + "?state__exact=done"
        yield Waiting("list-checks", text, _("Review"), href)
    if number := asked.count():
        text = ngettext(
            "A coordinator asks for a second yes.", "Coordinators ask for a second yes %(n)d times.", number
        )
        href = reverse("admin:consent_secondyes_changelist") + "?state__exact=waiting"
        yield Waiting("key-round", text % {"n": number}, _("Look at it"), href)
    if requests:
        text = ngettext(
            "One mentee has a personal wish that a list cannot meet.",
            "%(n)d mentees have a personal wish that a list cannot meet.",
            requests,
        )
        href = reverse("admin:matching_shortlist_changelist")
        yield Waiting("heart-handshake", text % {"n": requests}, _("See who"), href)
