"""Reads that open nothing: who was allowed what, and when."""

from collections.abc import Collection

from django.db.models import QuerySet

from accounts.models import Membership, Standing, User
from consent.facets import ROLES
from consent.models import Answer, Consent, LedgerEntry, Opening
from consent.purposes import Purpose

WISH = "wish:"
"""Before a facet in the ledger: what travels there is a wish for it."""
NO_FACET = "*"
"""Instead of a facet in the ledger: what was said concerns no single answer."""


def with_questions(user: User) -> QuerySet[Membership]:
    """The person's own memberships that are asked anything, in whatever standing: taking back is never closed."""
    rows = Membership.objects.filter(user=user, role__in=ROLES)
    return rows.select_related("program").order_by("program__name", "role", "id")


def facets_met(membership: Membership) -> set[str]:
    """The facets that they have answered, skipped or would rather not answer: nobody is asked twice."""
    return set(Answer.objects.filter(membership=membership).values_list("facet", flat=True))


def unread_texts(facets: Collection[str], model: str) -> QuerySet[Answer]:
    """Texts that may help to match people who have not left, and that this model has not read."""
    given = Answer.objects.filter(kind=Answer.Kind.GIVEN, facet__in=facets, grants__purpose=Purpose.MATCH)
    return given.exclude(model=model).exclude(membership__standing=Standing.LEFT).order_by("saved_at", "id")


def ledger_of(membership: Membership) -> QuerySet[LedgerEntry]:
    """Every grant and withdrawal of theirs, newest first."""
    return LedgerEntry.objects.filter(membership_id=membership.pk).order_by("-at", "-id")


def openings_of(membership: Membership) -> QuerySet[Opening]:
    """Who opened answers of theirs, and why, newest first."""
    return Opening.objects.filter(membership=membership).select_related("by").order_by("-at", "id")


def lets_learn(membership: Membership) -> bool:
    """Whether they said that their matches may help improve the matching."""
    return Consent.objects.filter(membership=membership, purpose=Purpose.LEARNING).exists()
