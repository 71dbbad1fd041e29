"""You obtain an object by proving that you may have it. Stranger, missing and no longer are the same 404."""

import uuid

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts import access
from accounts.models import Membership, User
from matching import queries
from matching.models import MatchRun, Proposal, Suggestion


def mentee_for(user: User, pk: uuid.UUID) -> Membership:
    """Somebody's own membership as an approved mentee."""
    return get_object_or_404(queries.mentees_of(user), pk=pk)


def listed_for(user: User, mentee_pk: uuid.UUID, mentor_pk: uuid.UUID) -> Suggestion:
    """A mentor on somebody's own list, whether the two can still meet or not: enough to be refused kindly."""
    mentee = mentee_for(user, mentee_pk)
    rows = Suggestion.objects.select_related("shortlist", "mentor__user", "mentor__program")
    found = get_object_or_404(rows, shortlist__mentee=mentee, mentor=mentor_pk)
    found.shortlist.mentee = mentee
    return found


def suggestion_for(user: User, mentee_pk: uuid.UUID, mentor_pk: uuid.UUID) -> Suggestion:
    """A mentor on somebody's own list, as long as the two can meet."""
    found = listed_for(user, mentee_pk, mentor_pk)
    if not queries.available(found.shortlist.mentee, [found]):
        raise Http404
    return found


def proposal_for(user: User, pk: uuid.UUID) -> Proposal:
    """One that somebody is part of and was told of; a draft is nobody's."""
    return get_object_or_404(queries.of_user(user), pk=pk)


def run_for(user: User, pk: uuid.UUID) -> MatchRun:
    """A run of a program that somebody coordinates."""
    rows = MatchRun.objects.filter(program__in=access.programs_coordinated_by(user)).select_related("program")
    return get_object_or_404(rows, pk=pk)


def reviewed_proposal_for(user: User, pk: uuid.UUID) -> Proposal:
    """Any proposal of a program that somebody coordinates, but not their own."""
    rows = Proposal.objects.filter(program__in=access.programs_coordinated_by(user))
    rows = rows.exclude(queries.about(user))
    return get_object_or_404(rows.select_related("program", "mentee__user", "mentor__user"), pk=pk)


def own_side(proposal: Proposal, user: User) -> Membership:
    return proposal.mentee if proposal.mentee.user_id == user.pk else proposal.mentor
