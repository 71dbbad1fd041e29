"""Mail leaves through the outbox and no other way: one envelope, one recipient, and nobody copied."""

import ast
import logging
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from django.core import mail
from django.core.mail import EmailMessage, send_mail
from django.test import Client
from django.utils.log import AdminEmailHandler

from home.adapter import Adapter
from notices import letters, tasks
from notices.actions import outbox
from notices.models import Notice
from tests.cast import NOW
from tests.notices.door import leaving, past_the_door, ways_out

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "config", "consent", "home", "matching", "mentorship", "notices", "safety", "ui")


def test_nothing_of_ours_sends_mail_but_the_outbox():
    sources = [file for app in APPS for file in sorted((ROOT / app).rglob("*.py"))]
    found = {str(file.relative_to(ROOT)): ways_out(ast.parse(file.read_text())) for file in sources}

    assert {file: ways for file, ways in found.items() if ways} == {
        "notices/actions/outbox.py": ["django.core.mail.EmailMessage", "letter.send"],
        "notices/letters.py": ["django.core.mail.EmailMessage"],
    }


@pytest.mark.parametrize(
    "source",
    [
        "from django.core.mail import send_mail",
        "from django.core import mail",
        "import django.core.mail",
        "from django.core.mail import mail_admins as tell",
        "import smtplib",
        "def f(user): user.email_user('Hello', 'There')",
        "def f(message): message.send()",
        "def f(self): self.render_mail('a', 'b', {}).send()",
    ],
)
def test_control_every_other_way_is_seen(source: str):
    assert ways_out(ast.parse(source)) != []


def test_whatever_is_sent_is_handed_over_by_the_outbox(mentor):
    outbox.queue(to=mentor.user, kind=Notice.Kind.ASKED, now=NOW)
    with leaving() as seen:
        for path, field in (("/account/login/", "login"), ("/account/signup/", "email")):
            Client().post(path, {field: mentor.user.email})
        tasks.sweep()

    assert (len(seen), past_the_door(seen)) == (3, [])


def test_control_mail_past_the_outbox_is_seen(db):
    with leaving() as seen:
        send_mail("Hello", "There", None, ["somebody@example.org"])

    assert len(past_the_door(seen)) == 1


@pytest.mark.parametrize("prefix", ["account/email/login_code", "account/email/unknown_account"])
def test_what_allauth_sends_waits_in_the_outbox(prefix, db):
    with leaving() as seen:
        get_adapter().send_mail(prefix, "somebody@example.org", {"code": "BCDF"})

    assert (isinstance(get_adapter(), Adapter), seen) == (True, [])
    assert Notice.objects.get().address == "somebody@example.org"


def test_no_log_line_is_mailed_to_anybody(settings):
    loggers = [logging.getLogger(name) for name in ("", *logging.root.manager.loggerDict)]
    mailing = [logger.name for logger in loggers for one in logger.handlers if isinstance(one, AdminEmailHandler)]

    assert (mailing, settings.ADMINS, settings.MANAGERS) == ([], [], [])


@pytest.mark.parametrize(
    "spoilt",
    [
        {"to": ["a@example.org", "b@example.org"]},
        {"to": ["a@example.org, b@example.org"]},
        {"cc": ["b@example.org"]},
        {"bcc": ["b@example.org"]},
        {"to": []},
        {"headers": {"Cc": "b@example.org"}},
        {"headers": {"To": "a@example.org, b@example.org"}},
    ],
)
def test_an_envelope_with_another_name_on_it_is_not_handed_over(spoilt, mentor, monkeypatch, caplog):
    monkeypatch.setattr(letters, "compose", lambda _: EmailMessage("Hello", **{"to": ["a@example.org"], **spoilt}))
    notice = outbox.queue(to=mentor.user, kind=Notice.Kind.ASKED, now=NOW)

    outbox.deliver(pk=notice.pk, now=NOW)

    assert (mail.outbox, Notice.objects.get().state) == ([], "given_up")
    assert caplog.messages == ["a notice was given up (NotOneRecipient)"]
