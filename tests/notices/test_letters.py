"""Mail and calendar files say that there is something, and nothing else."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from icalendar import Calendar

from notices.actions import outbox
from notices.calendar import calendar_file
from notices.models import Notice
from tests.cast import NOW

TELLING = ["mentor", "mentee", "match", "queer", "lgbt", "kindred", "ask", "agree", "coordinat", "harbour", "sam"]


@pytest.mark.parametrize("kind", [kind for kind in Notice.Kind if kind != Notice.Kind.ACCOUNT])
def test_every_notice_is_the_same_discreet_mail(kind, mentor, settings):
    notice = outbox.queue(to=mentor.user, kind=kind, now=NOW, about=uuid.uuid4())
    outbox.deliver(pk=notice.pk, now=NOW)

    sent = mail.outbox[0]
    assert (sent.subject, sent.to, sent.cc, sent.bcc) == ("You have an update", [mentor.user.email], [], [])
    assert sent.from_email == "Updates <updates@localhost>"
    assert [told for told in (settings.SITE_NAME, settings.SITE_ADDRESS) if told in sent.message().as_string()] == []
    assert [word for word in TELLING if word in f"{sent.subject} {sent.body}".lower()] == []


def test_the_same_notice_has_the_same_message_id(mentor):
    notice = outbox.queue(to=mentor.user, kind=Notice.Kind.ASKED, now=NOW)
    for _ in range(2):
        Notice.objects.filter(pk=notice.pk).update(state=Notice.State.WAITING, sent_at=None)
        outbox.deliver(pk=notice.pk, now=NOW)

    first, second = (message.message()["Message-ID"] for message in mail.outbox)
    assert first == second == f"<{notice.pk}@localhost>"


def test_a_mail_names_no_machine(mentor, settings, monkeypatch):
    settings.DEFAULT_FROM_EMAIL = "updates@site.example"
    monkeypatch.setattr(mail.DNS_NAME, "_fqdn", "machine-seven", raising=False)
    notice = outbox.queue(to=mentor.user, kind=Notice.Kind.ASKED, now=NOW)
    outbox.deliver(pk=notice.pk, now=NOW)

    text = mail.outbox[0].message().as_string()
    assert ("@site.example>" in text, "machine-seven" in text) == (True, False)


def entry(**fields):
    said = {"starts_at": NOW, "cancelled": False, "title": "Appointment", **fields}
    file = calendar_file(uid=uuid.UUID(int=7), minutes=45, **said)
    return Calendar.from_ical(file), file.decode()


def test_a_calendar_entry_says_when_and_nothing_else():
    calendar, text = entry()

    (event,) = calendar.walk("VEVENT")
    shown = (str(event["summary"]), event["dtstart"].dt, event["dtend"].dt)
    assert shown == ("Appointment", NOW, NOW + timedelta(minutes=45))
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "STATUS", "SEQUENCE"}
    assert (calendar.walk("VALARM"), [word for word in TELLING if word in text.lower()]) == ([], [])


def test_a_time_said_elsewhere_is_written_in_utc():
    _, text = entry(starts_at=datetime(2026, 7, 1, 18, 0, tzinfo=ZoneInfo("Europe/Lisbon")))

    assert "DTSTART:20260701T170000Z" in text


def test_calling_off_takes_the_same_entry_away():
    calendar, _ = entry(cancelled=True)

    (event,) = calendar.walk("VEVENT")
    assert (calendar["method"], event["status"], event["uid"]) == ("CANCEL", "CANCELLED", str(uuid.UUID(int=7)))
