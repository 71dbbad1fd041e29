"""Who must not meet whom, and where somebody is signed in."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from safety.models import Block, Session

BETWEEN_MANY = 5_000
"""From so many people on, all blocks are read: fewer than there would be ids in the query."""


def blocked_pairs(user_ids: Iterable[UUID]) -> set[frozenset[UUID]]:
    """Pairs among these people of whom either blocked the other. One query."""
    wanted = set(user_ids)
    rows = Block.objects.filter(blocked__isnull=False)
    if len(wanted) < BETWEEN_MANY:
        rows = rows.filter(blocker__in=wanted, blocked__in=wanted)
    pairs = rows.order_by().values_list("blocker_id", "blocked_id")
    return {frozenset(pair) for pair in pairs if wanted.issuperset(pair)}


def are_apart(a: User, b: User) -> bool:
    return Block.objects.filter(Q(blocker=a, blocked=b) | Q(blocker=b, blocked=a)).exists()


def blocks_of(user: User) -> QuerySet[Block]:
    """Somebody's own blocks, latest first."""
    return Block.objects.filter(blocker=user).select_related("blocked").order_by("-at", "id")


def sessions_of(user: User, now: datetime) -> QuerySet[Session]:
    """Where somebody is signed in now, the place they used last first."""
    return Session.objects.filter(user=user, expire_date__gt=now).order_by("-seen_at", "session_key")
