"""The day on which two people said they would look at their agreement again."""

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from mentorship import queries
from mentorship.models import Agreement, Version
from notices.actions import outbox
from notices.models import Notice


@transaction.atomic
def remind(*, now: datetime) -> int:
    """One notice to each for every wording in force whose day has come; the number of agreements reminded of."""
    reminded = 0
    for version in _due(now):
        sides = {"mentee": version.agreement.mentee, "mentor": version.agreement.mentor}
        queued = [
            outbox.queue(
                to=membership.user,
                kind=Notice.Kind.AGREEMENT,
                about=version.agreement_id,
                once=f"review:{version.pk}:{side}",
                now=now,
            )
            for side, membership in sides.items()
        ]
        reminded += any(queued)
    return reminded


def _due(now: datetime) -> list[Version]:
    """The wordings in force whose day has come, and of which nobody was told yet."""
    signed = queries.signed_by_both()
    newest = Subquery(signed.filter(agreement=OuterRef("agreement")).order_by("-number").values("number")[:1])
    due = list(
        signed.filter(agreement__state=Agreement.State.ACTIVE, review_on__lte=now.date(), number=newest)
        .select_related("agreement__mentee__user", "agreement__mentor__user")
        .order_by("review_on", "id")
    )
    occasions = [f"review:{version.pk}:mentee" for version in due]
    told = set(Notice.objects.filter(once__in=occasions).values_list("once", flat=True))
    return [version for version, occasion in zip(due, occasions, strict=True) if occasion not in told]
