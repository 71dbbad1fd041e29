"""What somebody says yes to once for a whole membership. Whatever rests on it is gone with the row."""

from datetime import datetime

from django.db import transaction

from accounts.models import Membership, Standing
from consent import notice, queries
from consent.actions import grants
from consent.actions.answers import HasLeft, hold
from consent.models import Consent, LedgerEntry
from consent.purposes import Purpose


@transaction.atomic
def give(*, membership: Membership, purpose: Purpose, language: str, now: datetime) -> None:
    """Say yes from now on; a second time only where the words have changed since. Raises HasLeft."""
    held = hold(membership)
    if held.standing == Standing.LEFT:
        raise HasLeft
    about = {"notice": notice.version_for(held.program), "language": language}
    said = {"granted_at": now, **about}
    row, created = Consent.objects.get_or_create(membership=held, purpose=purpose, defaults=said)
    if not created and row.notice == about["notice"]:
        return
    Consent.objects.filter(pk=row.pk).update(**said)
    granted = LedgerEntry.Event.GRANTED
    grants.record(membership_id=held.pk, facet=queries.NO_FACET, purposes=[purpose], event=granted, now=now, **about)


@transaction.atomic
def take_back(*, membership: Membership, purpose: Purpose, now: datetime) -> None:
    """No, from now on; a second time does nothing."""
    for row in grants.consents_of(hold(membership)).filter(purpose=purpose):
        grants.end_consent(consent=row, now=now)
