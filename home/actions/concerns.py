"""Writing to the coordination: the words are sealed below, and who is to read them is told here."""

from datetime import datetime

from django.db import transaction

from accounts import queries
from accounts.models import Program, User
from notices.actions import outbox
from notices.models import Notice
from safety.actions import concerns
from safety.models import Concern


@transaction.atomic
def tell(*, program: Program, by: User, about: User | None, words: str, now: datetime) -> Concern:
    """Every coordinator of the program learns that there is something to read, but not the one whom it is about."""
    concern = concerns.raise_concern(program=program, by=by, about=about, words=words, now=now)
    for coordinator in queries.coordinators(program).exclude(pk__in=[by.pk, about.pk if about else by.pk]):
        outbox.queue(to=coordinator, kind=Notice.Kind.CONCERN, about=concern.pk, now=now)
    return concern
