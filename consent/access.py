"""What somebody may hold in their hands: their own answers and wishes, and the questions that they are asked.

A question's address is its place in the vocabulary, so that no address says what it is about."""

import uuid

from django.http import Http404

from accounts.models import Membership, Role, User
from consent import queries, vocabulary
from consent.facets import Facet
from consent.models import Wish

MATCHED = (Role.MENTEE, Role.MENTOR)


def membership_for(user: User, pk: uuid.UUID) -> Membership:
    """One of the person's own memberships that is asked anything. Raises Http404 for a stranger's and a missing one."""
    membership = queries.with_questions(user).filter(pk=pk).first()
    if membership is None:
        raise Http404
    return membership


def matched_membership_for(user: User, pk: uuid.UUID) -> Membership:
    """One of their own with which somebody may be matched."""
    membership = membership_for(user, pk)
    if membership.role not in MATCHED:
        raise Http404
    return membership


def wish_for(membership: Membership, pk: uuid.UUID) -> Wish:
    wish = Wish.objects.filter(membership=membership, pk=pk).select_related("membership").first()
    if wish is None:
        raise Http404
    return wish


def facet_for(membership: Membership, place: int) -> Facet:
    """The question at this place, if this person is asked it."""
    return pick(vocabulary.for_program(membership.program.vocabulary).asked_of(membership.role), place)


def pick(facets: "tuple[Facet, ...] | list[Facet]", place: int) -> Facet:
    for facet in facets:
        if place_of(facet) == place:
            return facet
    raise Http404


def place_of(facet: Facet) -> int:
    """Counted in the vocabulary that ships, whatever a program hides."""
    return [known.key for known in vocabulary.load().facets].index(facet.key) + 1
