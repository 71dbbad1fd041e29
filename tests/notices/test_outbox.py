"""The row is the queue: what was written down is sent once, whatever is down meanwhile."""

import smtplib
import threading
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, transaction

from accounts.actions import memberships
from accounts.models import User
from notices import tasks
from notices.actions import outbox
from notices.models import Notice
from tests.cast import NOW

LATER = NOW + timedelta(hours=1)


class Away(BaseEmailBackend):
    """A mail system that takes nothing."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected(f"could not send to {messages[0].to}")


@pytest.fixture
def mail_is_down(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Away"


@pytest.fixture
def notice(mentor, now):
    return outbox.queue(to=mentor.user, kind=Notice.Kind.ASKED, now=now)


def kept(notice):
    return Notice.objects.get(pk=notice.pk)


def test_a_notice_is_sent_and_says_when(notice, now):
    assert outbox.deliver(pk=notice.pk, now=LATER)

    assert [message.to for message in mail.outbox] == [[notice.to.email]]
    assert (kept(notice).state, kept(notice).sent_at) == (Notice.State.SENT, LATER)


def test_delivered_twice_it_is_sent_once(notice):
    for _ in range(2):
        tasks.send(str(notice.pk))

    assert len(mail.outbox) == 1


def test_what_is_being_sent_is_nobody_elses(notice, now):
    Notice.objects.filter(pk=notice.pk).update(state=Notice.State.SENDING, claimed_at=now)

    outbox.deliver(pk=notice.pk, now=LATER)

    assert mail.outbox == []


def test_what_is_not_due_waits(mentor, now):
    notice = outbox.queue(to=mentor.user, kind=Notice.Kind.REMINDER, now=now, due_at=LATER)

    outbox.deliver(pk=notice.pk, now=now)

    assert (mail.outbox, kept(notice).state) == ([], Notice.State.WAITING)


def test_an_occasion_is_told_once(mentor, now):
    first, repeat = (outbox.queue(to=mentor.user, kind=Notice.Kind.ASKED, now=now, once="asked:1") for _ in range(2))

    assert (first is None, repeat) == (False, None)
    assert Notice.objects.count() == 1


def test_what_the_mail_system_did_not_take_is_tried_again(notice, mail_is_down, settings):
    assert not outbox.deliver(pk=notice.pk, now=NOW)
    assert (kept(notice).state, kept(notice).tries, kept(notice).due_at) == ("waiting", 1, NOW + timedelta(seconds=30))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    tasks.sweep()

    assert (len(mail.outbox), kept(notice).state) == (1, Notice.State.SENT)


def test_pauses_grow_up_to_an_hour(notice, mail_is_down):
    pauses, at = [], NOW
    for _ in range(9):
        outbox.deliver(pk=notice.pk, now=at)
        pauses.append((kept(notice).due_at - at).total_seconds())
        at = kept(notice).due_at

    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_after_many_tries_it_is_given_up_and_the_log_names_nobody(notice, mail_is_down, caplog):
    at = NOW
    for _ in range(outbox.TRIES):
        outbox.deliver(pk=notice.pk, now=at)
        at += timedelta(hours=1)

    assert kept(notice).state == Notice.State.GIVEN_UP
    assert caplog.messages == ["a notice was given up after 12 tries (SMTPServerDisconnected)"]


def test_a_code_is_given_up_sooner_and_nothing_of_it_is_kept(db, mail_is_down):
    notice = outbox.queue_mail(address="new@example.org", subject="Your code", body="Your code: 1", now=NOW)
    for minute in range(0, 100, 20):
        outbox.deliver(pk=notice.pk, now=NOW + timedelta(minutes=minute))

    assert (kept(notice).state, kept(notice).address, bytes(kept(notice).sealed)) == (Notice.State.GIVEN_UP, "", b"")


def test_a_code_lies_sealed_and_is_gone_once_sent(db):
    notice = outbox.queue_mail(address="new@example.org", subject="Your code", body="Your code: BCDF", now=NOW)
    assert b"BCDF" not in bytes(kept(notice).sealed)

    outbox.deliver(pk=notice.pk, now=NOW)

    assert (mail.outbox[0].to, mail.outbox[0].body) == (["new@example.org"], "Your code: BCDF")
    assert (kept(notice).address, bytes(kept(notice).sealed)) == ("", b"")


def test_words_that_no_key_opens_hold_up_nobody(db, notice, caplog):
    spoiled = outbox.queue_mail(address="new@example.org", subject="Your code", body="1", now=NOW - timedelta(days=1))
    Notice.objects.filter(pk=spoiled.pk).update(sealed=b"old:unopenable")

    tasks.sweep()

    assert (kept(spoiled).state, kept(notice).state) == (Notice.State.GIVEN_UP, Notice.State.SENT)
    assert "new@example.org" not in caplog.text


def test_who_may_no_longer_sign_in_gets_no_mail(notice):
    User.objects.filter(pk=notice.to_id).update(is_active=False)

    outbox.deliver(pk=notice.pk, now=LATER)

    assert (mail.outbox, kept(notice).state) == ([], Notice.State.GIVEN_UP)


def test_the_claim_of_a_sender_that_died_is_given_back(notice):
    Notice.objects.filter(pk=notice.pk).update(state=Notice.State.SENDING, claimed_at=NOW)

    assert outbox.give_back(NOW + timedelta(minutes=4)) == 0
    assert outbox.give_back(NOW + timedelta(minutes=6)) == 1
    assert kept(notice).state == Notice.State.WAITING


def test_a_sender_whose_claim_was_given_back_changes_nothing_any_more(notice):
    slow = outbox._claim(notice, NOW)
    outbox.give_back(LATER)
    outbox.deliver(pk=notice.pk, now=LATER)

    outbox._put_off(slow, LATER, OSError())

    assert kept(notice).state == Notice.State.SENT


def test_a_sweep_stops_where_the_mail_system_is_away(mentor, mail_is_down):
    for _ in range(10):
        outbox.queue(to=mentor.user, kind=Notice.Kind.MESSAGE, now=NOW)

    tasks.sweep()

    assert sorted(Notice.objects.values_list("tries", flat=True)) == [0] * 7 + [1] * 3


def test_a_change_of_standing_by_the_coordination_is_told_once(mentor, coordinator):
    memberships.pause(membership=mentor, by=coordinator.user, now=NOW)

    for _ in range(2):
        outbox.tell_standings(now=NOW + timedelta(minutes=1))

    told = Notice.objects.get()
    assert (told.to, told.kind, told.about) == (mentor.user, Notice.Kind.MEMBERSHIP, mentor.steps.get().pk)


def test_a_change_of_standing_of_ones_own_is_told_nobody(mentor):
    memberships.pause(membership=mentor, by=mentor.user, now=NOW)

    outbox.tell_standings(now=NOW)

    assert not Notice.objects.exists()


def deliver_from_threads(pk, deliver):
    """Several workers at the same notice at the same time."""
    ready = threading.Barrier(5)

    def work():
        ready.wait()
        try:
            deliver(pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


@pytest.mark.django_db(transaction=True)
def test_five_workers_send_it_once(mentor):
    notice = outbox.queue(to=mentor.user, kind=Notice.Kind.ASKED, now=NOW)

    deliver_from_threads(notice.pk, lambda pk: outbox.deliver(pk=pk, now=LATER))

    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_control_looking_before_claiming_sends_it_more_than_once(mentor):
    notice = outbox.queue(to=mentor.user, kind=Notice.Kind.ASKED, now=NOW)
    looked = threading.Barrier(5)

    def look_then_send(pk):
        waiting = Notice.objects.filter(pk=pk, state=Notice.State.WAITING).exists()
        looked.wait()
        if waiting:
            outbox.letters.compose(Notice.objects.get(pk=pk)).send()

    deliver_from_threads(notice.pk, look_then_send)

    assert len(mail.outbox) == 5


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({}, "a_waiting_notice_has_one_recipient"),
        ({"address": "a@example.org", "sent_at": NOW}, "a_sent_notice_says_when"),
        ({"state": "sent"}, "a_sent_notice_says_when"),
    ],
)
def test_the_database_keeps_notices_in_order(fields, constraint, db):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Notice.objects.create(kind=Notice.Kind.ASKED, **fields)


def test_the_database_keeps_an_occasion_to_one_notice(notice):
    Notice.objects.filter(pk=notice.pk).update(once="asked:1")

    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(to=notice.to, kind=Notice.Kind.ASKED, once="asked:1")


def test_a_notice_that_is_gone_is_no_fault(db):
    tasks.send(str(uuid.uuid4()))

    assert mail.outbox == []
