"""Live grants and the ledger that remembers them, always written together."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Membership
from consent import queries
from consent.models import Answer, Consent, Grant, LedgerEntry, Yes
from consent.purposes import Purpose


def settle(
    *, answer: Answer, wanted: frozenset[Purpose], anew: bool, notice: str, language: str, now: datetime
) -> None:
    """Bring the grants of one answer to what is wanted. A grant is given again, with an entry of its own, where the
    answer is `anew`, or where the person has read another notice since."""
    live = {Purpose(grant.purpose): grant for grant in answer.grants.all()}
    end(answer=answer, grants=[grant for purpose, grant in live.items() if purpose not in wanted], now=now)
    begun = [
        purpose
        for purpose in Purpose
        if purpose in wanted and (anew or purpose not in live or live[purpose].notice != notice)
    ]
    answer.grants.filter(purpose__in=begun).delete()
    Grant.objects.bulk_create(
        Grant(answer=answer, purpose=purpose, granted_at=now, notice=notice, language=language) for purpose in begun
    )
    record(
        membership_id=answer.membership_id,
        facet=answer.facet,
        purposes=begun,
        event=LedgerEntry.Event.GRANTED,
        notice=notice,
        language=language,
        now=now,
    )


def end(*, answer: Answer, grants: Iterable[Grant], now: datetime) -> None:
    """Withdraw: the grants are gone on the next read."""
    for grant in sorted(grants, key=lambda grant: Purpose.values.index(grant.purpose)):
        grant.delete()
        if grant.purpose == Purpose.MATCH and answer.model:
            answer.drop_numbers()
            answer.save(update_fields=["numbers", "model"])
        _taken_back(grant, answer.membership_id, answer.facet, now)


def consents_of(membership: Membership) -> QuerySet[Consent]:
    """Theirs, to be ended: whoever is just writing something that rests on one of them goes first."""
    return Consent.objects.filter(membership=membership).select_for_update().order_by("pk")


def end_consent(*, consent: Consent, now: datetime) -> None:
    """Withdraw what concerned a whole membership, and with it whatever was kept for its sake."""
    consent.delete()
    _taken_back(consent, consent.membership_id, queries.NO_FACET, now)


def _taken_back(yes: Yes, membership_id: uuid.UUID, facet: str, now: datetime) -> None:
    """The entry names the notice under which the yes stood."""
    said = {"notice": yes.notice, "language": yes.language}
    withdrawn = LedgerEntry.Event.WITHDRAWN
    record(membership_id=membership_id, facet=facet, purposes=[Purpose(yes.purpose)], event=withdrawn, now=now, **said)


def record(
    *,
    membership_id: uuid.UUID,
    facet: str,
    purposes: Iterable[Purpose],
    event: LedgerEntry.Event,
    notice: str,
    language: str,
    now: datetime,
) -> None:
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            membership_id=membership_id,
            facet=facet,
            purpose=purpose,
            event=event,
            at=now,
            notice=notice,
            language=language,
        )
        for purpose in purposes
    )
