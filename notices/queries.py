"""What waits in the outbox, and how people want to be written to."""

import uuid
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import ScreeningStep, Standing, User
from consent.letters import open_letter
from notices.models import Manner, Notice

AT_ONCE = 500
TOLD = (Standing.APPROVED, Standing.PAUSED, Standing.LEFT)
RECENT = timedelta(days=1)


def due(now: datetime) -> list[uuid.UUID]:
    """Notices to send now, those that waited longest first."""
    rows = Notice.objects.filter(state=Notice.State.WAITING, due_at__lte=now)
    return list(rows.order_by("due_at", "id").values_list("pk", flat=True)[:AT_ONCE])


def untold_standings(now: datetime) -> QuerySet[ScreeningStep]:
    """Changes of standing that somebody else made and that the person was not told about. They are written below us,
    by what knows of no notices."""
    told = Notice.objects.filter(kind=Notice.Kind.MEMBERSHIP, about=OuterRef("pk"))
    recent = ScreeningStep.objects.filter(kind=ScreeningStep.Kind.STANDING, standing__in=TOLD, at__gt=now - RECENT)
    others = recent.exclude(by=None).exclude(by=F("membership__user"))
    return others.filter(~Exists(told)).select_related("membership__user").order_by("at", "id")[:AT_ONCE]


def manner_of(user: User) -> Manner:
    """As chosen, or the defaults."""
    try:
        return user.manner
    except Manner.DoesNotExist:
        return Manner(user=user)


def own_words(manner: Manner) -> dict[str, str]:
    """What mail and calendar entries say instead of our words; empty where ours will do."""
    return open_letter(manner.pk, bytes(manner.sealed)) or {"line": "", "entry": ""}
