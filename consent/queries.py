"""Reads that open nothing: who was allowed what, and when."""

from collections.abc import Collection

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Membership, ScreeningStep, Standing, User
from consent.facets import ROLES
from consent.models import Answer, Consent, LedgerEntry, Opening, SecondYes
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
    rows = Opening.objects.filter(membership=membership).select_related("by", "second_yes__answered_by")
    return rows.order_by("-at", "id")


def asks_about(membership: Membership) -> QuerySet[SecondYes]:
    """Who asked for a second yes to open answers of theirs, and did not open any with it."""
    rows = SecondYes.objects.filter(membership=membership).exclude(state=SecondYes.State.USED)
    return rows.select_related("asked_by", "answered_by").order_by("-asked_at", "id")


def lists_with(membership: Membership) -> QuerySet[SecondYes]:
    """Lists of the program that were taken away with them on it: whoever had not left by then."""
    steps = ScreeningStep.objects.filter(membership=membership, kind=ScreeningStep.Kind.STANDING)
    until_then = steps.filter(at__lte=OuterRef("used_at")).order_by("-at", "-id").values("standing")[:1]
    taken = SecondYes.objects.filter(program=membership.program_id, what=SecondYes.What.LIST)
    taken = taken.filter(used_at__gte=membership.applied_at).annotate(then=Coalesce(Subquery(until_then), Value("")))
    return taken.exclude(then=Standing.LEFT).select_related("asked_by", "answered_by").order_by("-used_at", "id")


def lets_learn(membership: Membership) -> bool:
    """Whether they said that their matches may help improve the matching."""
    return Consent.objects.filter(membership=membership, purpose=Purpose.LEARNING).exists()
