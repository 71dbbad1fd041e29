"""Reads that have a name. None of them opens an answer."""

import uuid
from collections.abc import Iterable

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from accounts.models import Membership, Program, Role, Standing, User
from consent.models import LedgerEntry
from consent.purposes import Purpose
from consent.queries import WISH
from matching.models import MatchRun, Proposal, Shortlist, Suggestion, WhatIf
from mentorship.models import Agreement
from mentorship.queries import places_left
from safety.queries import blocked_pairs

State = Proposal.State


def lists_of(program_id: uuid.UUID) -> QuerySet[Shortlist]:
    """Without a join: an update that had to wait for another one looks at the conditions of its own table again, and at
    no others, so that through a join two workers would claim the same lists."""
    return Shortlist.objects.filter(mentee__in=Membership.objects.filter(program=program_id))


def listed(shortlist: Shortlist) -> QuerySet[Suggestion]:
    """What was computed, in its order."""
    return shortlist.suggestions.select_related("mentor__user", "mentor__program").order_by("position")


def available(mentee: Membership, suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """Those of them whom the mentee may still meet: here, with a place, and with nothing between the two that ended."""
    there = list(suggestions)
    mentors = Membership.objects.filter(pk__in=[suggestion.mentor_id for suggestion in there])
    places = places_left(mentors.filter(standing=Standing.APPROVED, user__is_active=True))
    apart = blocked_pairs([mentee.user_id, *(suggestion.mentor.user_id for suggestion in there)])
    over = set(_over(mentee).values_list("mentor_id", flat=True))
    over |= set(Agreement.objects.filter(mentee=mentee).values_list("mentor_id", flat=True))
    return [
        suggestion
        for suggestion in there
        if places.get(suggestion.mentor_id, 0) > 0
        and suggestion.mentor_id not in over
        and frozenset({mentee.user_id, suggestion.mentor.user_id}) not in apart
    ]


def said_since(shortlist: Shortlist, mentors: list[uuid.UUID]) -> bool:
    """Whether the mentee said anything since the list was computed that may act on it, or one of these mentors anything
    that may act on other people's lists."""
    hers = Q(membership_id=shortlist.mentee_id) & (Q(purpose=Purpose.SHOW_SUGGESTED) | Q(facet__startswith=WISH))
    theirs = Q(membership_id__in=mentors, purpose=Purpose.SHOW_SUGGESTED)
    return LedgerEntry.objects.filter(hers | theirs, pk__gt=shortlist.basis).exists()


def open_since(basis: int) -> list[tuple[uuid.UUID, str]]:
    """Who said, or took back, what may act on other people's lists: membership and event."""
    entries = LedgerEntry.objects.filter(pk__gt=basis, purpose=Purpose.SHOW_SUGGESTED)
    return list(entries.order_by("pk").values_list("membership_id", "event"))


def wanted_in_the_open(shortlists: QuerySet[Shortlist]) -> bool:
    """Whether one of these lists is the first of its mentee, or she said something since that others may see."""
    said = LedgerEntry.objects.filter(
        membership_id=OuterRef("mentee_id"), purpose=Purpose.SHOW_SUGGESTED, pk__gt=OuterRef("basis")
    )
    return shortlists.filter(Q(computed_at=None) | Exists(said)).exists()


def ledger_head() -> int:
    return LedgerEntry.objects.aggregate(head=Max("pk"))["head"] or 0


def has_place(mentor: Membership) -> bool:
    """Room for one more mentee, by the count of agreements."""
    return places_left(Membership.objects.filter(pk=mentor.pk)).get(mentor.pk, 0) > 0


def has_room(mentee: Membership) -> bool:
    """Whether the program allows her one more mentor."""
    held = Agreement.objects.filter(mentee=mentee, state__in=Agreement.State.holding()).count()
    return held < mentee.program.agreements_per_mentee


def open_ask(mentee: Membership) -> Proposal | None:
    """The one ask that a mentee has under way."""
    asks = Proposal.objects.filter(mentee=mentee, state=State.PUBLISHED, origin=Proposal.Origin.ASK)
    return asks.select_related("mentor__user").first()


def of_user(user: User) -> QuerySet[Proposal]:
    """What somebody is part of and has been told of, newest first. A draft is nobody's but the coordinator's."""
    return (
        Proposal.objects.filter(about(user), published_at__isnull=False)
        .select_related("program", "mentee__user", "mentee__program", "mentor__user", "mentor__program")
        .order_by("-published_at", "id")
    )


def mentees_of(user: User) -> QuerySet[Membership]:
    """The memberships with which somebody looks for a mentor."""
    rows = Membership.objects.filter(user=user, role=Role.MENTEE, standing=Standing.APPROVED)
    return rows.select_related("program", "user").order_by("applied_at", "id")


def runs_of(program: Program) -> QuerySet[MatchRun]:
    return MatchRun.objects.filter(program=program).select_related("started_by").order_by("-queued_at", "id")


def requests_waiting(program: Program) -> QuerySet[Shortlist]:
    """Lists on which a personal wish could not act: a coordinator's run honours it, or a talk does."""
    return (
        Shortlist.objects.filter(mentee__program=program, mentee__standing=Standing.APPROVED)
        .exclude(held_back=[])
        .select_related("mentee__user")
        .order_by("wanted_at", "id")
    )


def last_audited(program: Program) -> MatchRun | None:
    """The last run of a program in which it is told how groups fared."""
    return MatchRun.objects.filter(program=program).exclude(audit={}).order_by("-finished_at", "id").first()


def about(user: User) -> Q:
    """Of proposals, and of questions about pairs: those that somebody is part of."""
    return Q(mentee__user=user) | Q(mentor__user=user)


def asked_of(run: MatchRun) -> QuerySet[WhatIf]:
    """What was asked about pairs that a run did not make, newest first."""
    return run.whatifs.select_related(
        "mentee__user", "mentor__user", "mentee__program", "other__user", "asked_by"
    ).order_by("-asked_at", "id")


def counts(program: Program) -> dict[str, int]:
    """How many proposals of a program stand where."""
    rows = Proposal.objects.filter(program=program).order_by().values_list("state").annotate(number=Count("pk"))
    return dict.fromkeys(State.values, 0) | dict(rows)


def _over(mentee: Membership) -> QuerySet[Proposal]:
    ended = Q(state__in=[State.AGREED, State.PASSED, State.EXPIRED]) | Q(set_aside=True)
    return Proposal.objects.filter(ended, mentee=mentee)
