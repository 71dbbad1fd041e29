"""Each person is written to as they chose: how it looks, when, how often and in whose words."""

import threading
import uuid
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notices import tasks
from notices.actions import manners, outbox
from notices.calendar import title_of
from notices.models import Manner, Notice
from notices.queries import manner_of, own_words
from tests.cast import NOW
from tests.notices.test_outbox import Away, deliver_from_threads

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHOICE = {
    "discreet": True, "often": "at_once", "daily_at": time(18), "quiet_from": None, "quiet_until": None,
    "line": "", "entry": "", "sure": False,
}  # fmt: skip


def choose(user: User, **chosen: object) -> Manner:
    manners.change(user=user, **{**CHOICE, **chosen})
    return Manner.objects.get(user=user)


def tell(user: User, at: datetime = NOW) -> Notice:
    notice = outbox.queue(to=user, kind=Notice.Kind.ASKED, now=at)
    outbox.deliver(pk=notice.pk, now=at)
    return Notice.objects.get(pk=notice.pk)


def work(at: datetime) -> None:
    """What a sweep does at that moment."""
    for pk in Notice.objects.filter(state="waiting", due_at__lte=at).values_list("pk", flat=True):
        outbox.deliver(pk=pk, now=at)


def test_who_has_said_nothing_is_written_to_discreetly_and_at_once(mentor):
    manner = manner_of(mentor.user)

    assert (manner.discreet, manner.often, manner.quiet_from, Manner.objects.exists()) == (True, "at_once", None, False)
    assert own_words(manner) == {"line": "", "entry": ""}


def test_discreet_mail_names_nothing_of_ours(mentor, settings):
    settings.SITE_NAME, settings.SITE_ADDRESS = "Harbour House", "https://harbour.example/"
    settings.DEFAULT_FROM_EMAIL = "hello@mail.example"
    settings.DISCREET_NAME, settings.DISCREET_SENDER = "Office", "post"

    tell(mentor.user)

    assert mail.outbox[0].from_email == "Office <post@mail.example>"
    assert "harbour" not in mail.outbox[0].message().as_string().lower()


def test_who_wants_our_name_and_a_link_gets_them_and_no_content(mentor, settings):
    choose(mentor.user, discreet=False)

    tell(mentor.user)

    sent = mail.outbox[0]
    assert (sent.from_email, sent.subject) == ("Workspace <updates@localhost>", "You have an update")
    assert settings.SITE_ADDRESS in sent.body


def test_own_words_are_all_that_mail_says(mentor):
    choose(mentor.user, line="Your order has arrived")

    tell(mentor.user)

    assert (mail.outbox[0].subject, mail.outbox[0].body) == ("Your order has arrived", "Your order has arrived\n")


def test_own_words_lie_sealed(mentor):
    manner = choose(mentor.user, line="Your order has arrived", entry="Dentist")

    assert [word for word in (b"order", b"Dentist") if word in bytes(manner.sealed)] == []
    assert own_words(manner) == {"line": "Your order has arrived", "entry": "Dentist"}


@pytest.mark.parametrize(
    ("chosen", "title"),
    [({}, "Appointment"), ({"discreet": False}, "Appointment · Workspace"), ({"entry": "Dentist"}, "Dentist")],
)
def test_a_meeting_is_called_what_its_reader_wants(chosen, title, mentor):
    assert title_of(choose(mentor.user, **chosen)) == title


@pytest.mark.parametrize(
    "line", ["two\nlines", "Subject\r\nBcc: a@example.org", "hidden\u202etext", "a\u2028b", "a\x00b"]
)
def test_words_that_end_a_line_or_hide_are_refused(line, mentor):
    with pytest.raises(manners.NotOneLine):
        choose(mentor.user, line=line)


def test_words_are_no_longer_than_a_subject_line_shows(mentor):
    assert own_words(choose(mentor.user, line="x" * 60))["line"] == "x" * 60
    with pytest.raises(manners.TooLong):
        choose(mentor.user, line="x" * 61)


def test_words_that_could_tell_are_asked_about_and_are_theirs_to_use(mentor):
    with pytest.raises(manners.MayTell):
        choose(mentor.user, line="Your Pride tickets")
    assert not Manner.objects.filter(user=mentor.user).exclude(sealed=b"").exists()

    manner = choose(mentor.user, line="Your Pride tickets", sure=True)

    assert own_words(manner)["line"] == "Your Pride tickets"


def test_who_was_sure_once_is_not_asked_again(mentor):
    choose(mentor.user, line="Your Pride tickets", sure=True)

    assert choose(mentor.user, line="Your Pride tickets", often="daily").often == "daily"


def test_in_quiet_hours_mail_waits_until_they_end(mentor):
    choose(mentor.user, quiet_from=time(9), quiet_until=time(11))

    waiting = tell(mentor.user)
    assert (mail.outbox, waiting.state, waiting.tries) == ([], "waiting", 0)
    assert waiting.due_at == datetime(2026, 3, 2, 11, tzinfo=UTC)
    work(waiting.due_at)

    assert [sent.to for sent in mail.outbox] == [[mentor.user.email]]


def test_quiet_hours_are_those_of_the_persons_own_clock(mentor):
    choose(mentor.user, quiet_from=time(9), quiet_until=time(11))
    User.objects.filter(pk=mentor.user.pk).update(time_zone="Asia/Tokyo")

    assert tell(mentor.user).state == "sent"


def test_a_code_that_somebody_waits_for_comes_in_quiet_hours_and_to_who_wants_no_mail(mentor):
    choose(mentor.user, quiet_from=time(9), quiet_until=time(11), often="never")
    code = outbox.queue_mail(address=mentor.user.email, subject="Your code", body="BCDF", now=NOW)

    outbox.deliver(pk=code.pk, now=NOW)

    assert [(sent.subject, sent.from_email) for sent in mail.outbox] == [("Your code", "Updates <updates@localhost>")]


def test_what_failed_before_quiet_hours_is_not_tried_in_them(mentor, settings):
    choose(mentor.user, quiet_from=time(10), quiet_until=time(11))
    settings.EMAIL_BACKEND = f"{Away.__module__}.Away"
    notice = tell(mentor.user)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    work(NOW + HOUR)

    assert (mail.outbox, Notice.objects.get(pk=notice.pk).due_at) == ([], datetime(2026, 3, 2, 11, tzinfo=UTC))


def test_who_wants_no_mail_gets_none_and_nothing_is_kept_for_later(mentor):
    choose(mentor.user, often="never")

    assert (tell(mentor.user).state, mail.outbox) == ("given_up", [])


def test_a_day_makes_one_mail_however_much_there_is(mentor):
    choose(mentor.user, often="daily", daily_at=time(18))
    for hours in (0, 1, 2):
        tell(mentor.user, NOW + hours * HOUR)
    assert mail.outbox == []

    work(datetime(2026, 3, 2, 18, tzinfo=UTC))

    assert [sent.subject for sent in mail.outbox] == ["You have updates"]
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


def test_what_comes_after_the_days_mail_waits_for_the_next(mentor):
    choose(mentor.user, often="daily", daily_at=time(8))
    tell(mentor.user, NOW - DAY)
    work(datetime(2026, 3, 2, 8, tzinfo=UTC))

    late = tell(mentor.user, NOW)

    assert (len(mail.outbox), late.due_at) == (1, datetime(2026, 3, 3, 8, tzinfo=UTC))


def test_over_two_weeks_there_is_never_more_than_one_a_day(mentor):
    choose(mentor.user, often="daily", daily_at=time(18), quiet_from=time(17), quiet_until=time(20))
    days = []
    for hours in range(14 * 24):
        before, now = len(mail.outbox), NOW + hours * HOUR
        outbox.queue(to=mentor.user, kind=Notice.Kind.MESSAGE, now=now)
        work(now)
        days += [now.date()] * (len(mail.outbox) - before)

    assert len(days) == len(set(days)) == 14


def test_the_days_mail_that_failed_is_tried_again_the_same_day(mentor, settings):
    choose(mentor.user, often="daily", daily_at=time(18))
    tell(mentor.user)
    evening = datetime(2026, 3, 2, 18, tzinfo=UTC)
    settings.EMAIL_BACKEND = f"{Away.__module__}.Away"
    work(evening)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    work(evening + timedelta(minutes=1))

    assert (len(mail.outbox), Notice.objects.get().state) == (1, "sent")


@pytest.mark.django_db(transaction=True)
def test_five_workers_make_one_mail_of_a_day(mentor):
    choose(mentor.user, often="daily", daily_at=time(8))
    pks = [outbox.queue(to=mentor.user, kind=Notice.Kind.MESSAGE, now=NOW - DAY).pk for _ in range(5)]
    left = iter(pks)

    deliver_from_threads(None, lambda _: outbox.deliver(pk=next(left), now=NOW))

    assert (len(mail.outbox), set(Notice.objects.values_list("state", flat=True))) == (1, {"sent"})


@pytest.mark.django_db(transaction=True)
def test_control_workers_that_claim_one_notice_each_make_several(mentor, monkeypatch):
    choose(mentor.user, often="daily", daily_at=time(8))
    pks = [outbox.queue(to=mentor.user, kind=Notice.Kind.MESSAGE, now=NOW - DAY).pk for _ in range(5)]
    left, alone, looked = iter(pks), iter(pks), threading.Barrier(5)

    def claim_one(*_: object) -> list[uuid.UUID]:
        looked.wait()
        pk = next(alone)
        outbox._mark(Notice.objects.filter(pk=pk), NOW)
        return [pk]

    monkeypatch.setattr(outbox, "_claim_day", claim_one)

    deliver_from_threads(None, lambda _: outbox.deliver(pk=next(left), now=NOW))

    assert len(mail.outbox) == 5


def test_a_notice_of_somebody_else_is_not_in_it(mentor, mentee):
    choose(mentor.user, often="daily", daily_at=time(8))
    other = outbox.queue(to=mentee.user, kind=Notice.Kind.MESSAGE, now=NOW - DAY)
    own = outbox.queue(to=mentor.user, kind=Notice.Kind.MESSAGE, now=NOW - DAY)

    outbox.deliver(pk=own.pk, now=NOW)

    assert Notice.objects.get(pk=other.pk).state == "waiting"


@pytest.mark.parametrize("hours", [(time(9), None), (None, time(9)), (time(9), time(9))])
def test_quiet_hours_begin_and_end(hours, mentor):
    quiet = dict(zip(("quiet_from", "quiet_until"), hours, strict=True))
    with pytest.raises(manners.OnlyHalfQuiet):
        choose(mentor.user, **quiet)

    with pytest.raises(IntegrityError, match="quiet_hours_begin_and_end"), transaction.atomic():
        Manner.objects.create(user=mentor.user, **quiet)


def test_the_database_knows_how_often(mentor):
    with pytest.raises(IntegrityError, match="mail_comes_as_often"), transaction.atomic():
        Manner.objects.create(user=mentor.user, often="hourly")


def test_a_person_has_one_manner(mentor):
    choose(mentor.user)

    with pytest.raises(IntegrityError), transaction.atomic():
        Manner.objects.create(user=mentor.user, id=uuid.uuid4())


def test_it_goes_with_the_person(mentor):
    choose(mentor.user, line="Your order has arrived")

    User.objects.filter(pk=mentor.user.pk).delete()

    assert not Manner.objects.exists()


def looks(user: User, many: int) -> int:
    for _ in range(many):
        outbox.queue(to=user, kind=Notice.Kind.MESSAGE, now=NOW)
    with CaptureQueriesContext(connection) as asked:
        tasks.sweep()
    return len(asked)


def test_each_mail_takes_the_same_number_of_looks(mentor):
    none, one, three = (looks(mentor.user, many) for many in (0, 1, 3))

    assert (three - none, len(mail.outbox)) == (3 * (one - none), 4)
