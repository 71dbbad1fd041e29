"""All the mail that there could be: every kind of notice in every manner, every letter about an account, in every
language; and the calendar entries of every manner."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.test.signals import template_rendered
from django.utils import timezone, translation

from home.adapter import Adapter
from notices import calendar, tasks
from notices.actions import outbox
from notices.models import Manner, Notice
from tests.cast import make_user
from tests.routes.visit import rolled_back

TEMPLATES = settings.BASE_DIR / "templates"
LETTERS = TEMPLATES / "account" / "email"
KINDS = [kind for kind in Notice.Kind if kind != Notice.Kind.ACCOUNT]
MANNERS = list(product((True, False), Manner.Often.values))


def every_letter() -> tuple[list[EmailMessage], list[str]]:
    """What is sent, and the templates of mail that nothing of it was made from."""
    with rolled_back(), _rendered() as used:
        mail.outbox.clear()
        for language, _ in settings.LANGUAGES:
            _write_in(language)
        tasks.sweep()
        sent = list(mail.outbox)
        mail.outbox.clear()
    there = {str(file.relative_to(TEMPLATES)) for file in (*LETTERS.glob("*.txt"), *TEMPLATES.glob("notices/*.txt"))}
    return sent, sorted(there - used)


def every_entry() -> Iterator[bytes]:
    now = timezone.now()
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            for discreet, cancelled in product((True, False), repeat=2):
                title = calendar.title_of(Manner(discreet=discreet))
                uid = uuid.UUID(int=7)
                yield calendar.calendar_file(uid=uid, starts_at=now, minutes=45, cancelled=cancelled, title=title)


def _write_in(language: str) -> None:
    long_ago = timezone.now() - timedelta(days=2)
    for kind, (discreet, often) in product(KINDS, MANNERS):
        reader = make_user("Reader", language=language)
        Manner.objects.create(user=reader, discreet=discreet, often=often)
        outbox.queue(to=reader, kind=kind, now=long_ago)
    with translation.override(language):
        for prefix in sorted({file.name.rpartition("_")[0] for file in LETTERS.glob("*.txt")}):
            words = {"code": "BCDF-GHJK"}
            Adapter().send_mail(f"account/email/{prefix}", f"{language}.{prefix}@example.org", words)


@contextmanager
def _rendered() -> Iterator[set[str]]:
    names: set[str] = set()

    def note(sender: Any, template: Any, **_: Any) -> None:
        names.add(str(template.name))

    template_rendered.connect(note)
    try:
        yield names
    finally:
        template_rendered.disconnect(note)
