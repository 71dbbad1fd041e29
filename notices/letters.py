"""What a notice looks like as a mail: it says that there is an update, and nothing else.

A discreet one does not even say where: neutral sender, no link, no name of ours. Codes always look like that, for who
asks for one may be nobody here yet."""

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from consent.letters import open_letter
from notices.models import Manner, Notice
from notices.queries import manner_of, own_words


def compose(notice: Notice) -> EmailMessage:
    """One envelope, one recipient. The same notice has the same message id, so that a mail system that gets it twice
    may keep one."""
    subject, body = _account_words(notice) if notice.kind == Notice.Kind.ACCOUNT else _update_words(notice)
    sender = sender_of(manner_of(notice.to) if notice.to else Manner())
    domain = sender.rstrip(">").rpartition("@")[2]
    return EmailMessage(
        subject=subject,
        body=body,
        from_email=sender,
        to=[address_of(notice)],
        headers={"Message-ID": f"<{notice.pk}@{domain}>", "Auto-Submitted": "auto-generated"},
    )


def address_of(notice: Notice) -> str:
    """Where it goes: empty if there is nobody to write to any more."""
    if notice.to is None:
        return notice.address
    return notice.to.email if notice.to.is_active else ""


def sender_of(manner: Manner) -> str:
    """From the same host either way, for it is the host that a mail is believed for."""
    known = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if not manner.discreet:
        return formataddr((settings.SITE_NAME, known))
    return formataddr((settings.DISCREET_NAME, f"{settings.DISCREET_SENDER}@{known.rpartition('@')[2]}"))


def update_words(manner: Manner) -> tuple[str, str]:
    """Subject and body, in the reader's language or in their own words. With a day's mail nobody counts along."""
    own = own_words(manner)["line"]
    if own:
        return own, f"{own}\n"
    daily = manner.often == Manner.Often.DAILY
    subject = _("You have updates") if daily else _("You have an update")
    words = {"daily": daily, "address": settings.SITE_ADDRESS}
    return subject, render_to_string(f"notices/{'discreet' if manner.discreet else 'update'}.txt", words)


def _account_words(notice: Notice) -> tuple[str, str]:
    words = open_letter(notice.pk, bytes(notice.sealed))
    return words["subject"], words["body"]


def _update_words(notice: Notice) -> tuple[str, str]:
    with translation.override(notice.to.language if notice.to else settings.LANGUAGE_CODE):
        return update_words(manner_of(notice.to) if notice.to else Manner())
