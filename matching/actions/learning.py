"""What happens between two people who both let their matches help improve the matching, by ids and by the day.

It is written here and read nowhere: no page shows it, nothing is learned from it yet. Either consent taken back deletes
it."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import TruncDate

from accounts.models import Membership
from consent.models import Consent
from consent.purposes import Purpose
from matching.models import PairEvent, Proposal
from mentorship.models import Agreement

Kind = PairEvent.Kind
Pair = tuple[uuid.UUID, uuid.UUID]
"""Ids of a mentee's and a mentor's membership."""


def shown(*, mentee: Membership, mentors: Iterable[Membership], now: datetime) -> None:
    """These stand before the mentee's eyes."""
    _keep(Kind.SHOWN, [(mentee.pk, mentor.pk) for mentor in mentors], now)


def happened(proposal: Proposal, kind: PairEvent.Kind, now: datetime, *, by: Membership | None = None) -> None:
    _keep(kind, [(proposal.mentee_id, proposal.mentor_id)], now, by.role if by else "")


def keep_ends(*, now: datetime) -> int:
    """Mentorships end below us, so the sweep looks for those that ended after both said yes. How many it found."""
    kept = PairEvent.objects.filter(
        kind=Kind.ENDED,
        mentee__membership=OuterRef("mentee"),
        mentor__membership=OuterRef("mentor"),
        on=OuterRef("day"),
    )
    ended = Agreement.objects.alias(day=TruncDate("ended_at", tzinfo=UTC)).filter(
        ~Exists(kept),
        state=Agreement.State.ENDED,
        ended_at__lte=now,
        **{f"{side}__consents__purpose": Purpose.LEARNING for side in ("mentee", "mentor")},
        **{f"{side}__consents__granted_at__lte": F("ended_at") for side in ("mentee", "mentor")},
    )
    found = list(ended.order_by("ended_at", "id").values_list("mentee_id", "mentor_id", "ended_at"))
    for mentee, mentor, ended_at in found:
        if ended_at is not None:
            _keep(Kind.ENDED, [(mentee, mentor)], ended_at)
    return len(found)


def _keep(kind: PairEvent.Kind, pairs: list[Pair], now: datetime, by: str = "") -> None:
    """Only of pairs of whom both said yes; twice on a day is once."""
    people = {person for pair in pairs for person in pair}
    given = Consent.objects.filter(membership__in=people, purpose=Purpose.LEARNING)
    said_yes = set(given.values_list("membership_id", flat=True))
    if both := [pair for pair in pairs if said_yes.issuperset(pair)]:
        _write(given, both, {"kind": kind, "by": by, "on": now.astimezone(UTC).date()})


@transaction.atomic
def _write(given: QuerySet[Consent], pairs: list[Pair], what: dict[str, object]) -> None:
    """Nobody takes a consent back in between: whoever deletes the row waits for us, and then finds what we wrote."""
    rows = given.select_for_update(no_key=True).order_by("pk")
    held = {row.membership_id: row for row in rows}
    PairEvent.objects.bulk_create(
        (
            PairEvent(mentee=held[mentee], mentor=held[mentor], **what)
            for mentee, mentor in pairs
            if held.keys() >= {mentee, mentor}
        ),
        ignore_conflicts=True,
    )
