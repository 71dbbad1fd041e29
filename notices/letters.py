"""What a notice looks like as a mail: it says that there is an update and where to look, and nothing else."""

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from consent.letters import open_letter
from notices.models import Notice


def compose(notice: Notice) -> EmailMessage:
    """One envelope, one recipient. The same notice has the same message id, so that a mail system that gets it twice
    may keep one."""
    subject, body = _account_words(notice) if notice.kind == Notice.Kind.ACCOUNT else _update_words(notice)
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    domain = sender.rpartition("@")[2]
    return EmailMessage(
        subject=subject,
        body=body,
        from_email=formataddr((settings.SITE_NAME, sender)),
        to=[address_of(notice)],
        headers={"Message-ID": f"<{notice.pk}@{domain}>", "Auto-Submitted": "auto-generated"},
    )


def address_of(notice: Notice) -> str:
    """Where it goes: empty if there is nobody to write to any more."""
    if notice.to is None:
        return notice.address
    return notice.to.email if notice.to.is_active else ""


def _account_words(notice: Notice) -> tuple[str, str]:
    words = open_letter(notice.pk, bytes(notice.sealed))
    return words["subject"], words["body"]


def _update_words(notice: Notice) -> tuple[str, str]:
    with translation.override(notice.to.language if notice.to else settings.LANGUAGE_CODE):
        return _("You have an update"), render_to_string("notices/update.txt", {"address": settings.SITE_ADDRESS})
