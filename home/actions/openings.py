"""Breaking the glass: a coordinator opens answers that are closed to them, and the person is told."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import coordinates
from accounts.models import Membership, User
from accounts.refusals import Refusal
from consent.models import Opening
from notices.actions import outbox
from notices.models import Notice

OPEN_FOR = timedelta(hours=1)


class NotYours(Refusal):
    sentence = _("Only a coordinator of this program can do that.")


class ReasonMissing(Refusal):
    sentence = _("Please say why. The person will read it.")


@transaction.atomic
def open_answers(*, membership: Membership, by: User, reason: str, now: datetime) -> Opening:
    """Open everything this person said, for an hour. Logged for good; the person is told and sees by whom and why."""
    if not coordinates(by, membership.program) or membership.user_id == by.pk:
        raise NotYours
    if not reason.strip():
        raise ReasonMissing
    opening = Opening.objects.create(membership=membership, by=by, reason=reason.strip(), at=now, until=now + OPEN_FOR)
    outbox.queue(to=membership.user, kind=Notice.Kind.OPENED, about=opening.pk, now=now)
    return opening
