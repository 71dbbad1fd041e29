"""What two people write to each other. Sealed; nobody else reads it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.refusals import Refusal
from mentorship import access, queries, words
from mentorship.actions import agreements
from mentorship.models import Agreement, Message
from notices.actions import outbox
from notices.models import Notice

LONGEST = 4000


class NothingWritten(Refusal):
    sentence = _("Please write something first.")


class TooLong(Refusal):
    sentence = _("This is longer than 4,000 characters. Please send it in parts.")


@transaction.atomic
def send(*, agreement: Agreement, by: Membership, text: str, now: datetime) -> Message:
    """Send words to the other. They get one notice for all that they have not read yet."""
    if not text.strip():
        raise NothingWritten
    if len(text) > LONGEST:
        raise TooLong
    agreement = agreements.hold(agreement=agreement, by=by)
    other = access.other_side(agreement, by)
    first_unread = not queries.unread_by(other, agreement).exists()
    message = Message(agreement=agreement, by=by, at=now)
    message.sealed = words.seal(message.pk, text.strip())
    message.save(force_insert=True)
    if first_unread:
        outbox.queue(to=other.user, kind=Notice.Kind.MESSAGE, about=agreement.pk, now=now)
    return message


def mark_read(*, shown: Iterable[Message], by: Membership, now: datetime) -> int:
    """`by` had these before their eyes; those of the other among them are read now."""
    others = Message.objects.filter(pk__in=[message.pk for message in shown]).exclude(by=by)
    return others.filter(read_at=None).update(read_at=now)
