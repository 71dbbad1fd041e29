"""What happens before a test of mentorship begins: by the actions themselves."""

from datetime import date, datetime

from accounts.models import Membership
from mentorship.actions import agreements
from mentorship.models import Agreement
from tests.cast import NOW

REVIEW = date(2026, 9, 1)
TERMS = {"goals": "Find a flat.", "cadence": "Every other week.", "part": "Nobody at work knows."}


def written(mentee: Membership, mentor: Membership, now: datetime = NOW) -> Agreement:
    agreement = agreements.open_between(mentee=mentee, mentor=mentor, now=now)
    agreements.write(agreement=agreement, by=mentee, terms=TERMS, review_on=REVIEW, now=now)
    return agreement


def signed_by_both(agreement: Agreement, number: int = 1, now: datetime = NOW) -> Agreement:
    agreements.sign(agreement=agreement, version_number=number, by=agreement.mentee, now=now)
    return agreements.sign(agreement=agreement, version_number=number, by=agreement.mentor, now=now)


def active(mentee: Membership, mentor: Membership, now: datetime = NOW) -> Agreement:
    return signed_by_both(written(mentee, mentor, now), now=now)
