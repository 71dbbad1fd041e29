"""What is past its time goes, to the day, and nothing else does."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import IntegrityError

from accounts.models import Membership, Standing
from config import env
from consent.models import Answer, LedgerEntry
from home import register, retention, tasks
from notices.models import Notice
from tests.cast import NOW, give, make_user
from tests.register import ageing, planted, rows

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def test_every_class_goes_on_its_day_and_not_before():
    seen, wrong = ageing.wrong(NOW)

    assert wrong == []
    assert seen == len(ageing.kinds()) * len(ageing.AGES) + len(rows.SPARED)


def test_every_rule_is_tried():
    assert ageing.without_a_row() == []


@pytest.mark.parametrize("defect", planted.OF_THE_JOB.values(), ids=planted.OF_THE_JOB.keys())
def test_control_a_job_that_is_wrong_is_found_out(defect: Callable[[], AbstractContextManager[object]]):
    with defect():
        _seen, wrong = ageing.wrong(NOW)

    assert wrong != []


def test_control_whichever_class_is_forgotten_is_missed():
    with patch.object(retention, "rules", list):
        _seen, wrong = ageing.wrong(NOW)

    assert {line.partition(" ")[0] for line in wrong} == {f"{name}:" for name, _table in ageing.kinds()}


def test_every_column_that_is_kept_for_days_is_reached_by_a_rule():
    assert retention.unreached() == []


def test_control_a_column_that_no_rule_reaches_is_found():
    told = planted.changed(lambda said: said["table"]["safety_block"].update(retention="sent_notice"))

    with patch.object(register, "load", lambda: told):
        assert "safety_block: at (sent_notice)" in retention.unreached()


def test_what_hangs_on_a_membership_goes_with_it(mentee):
    give(mentee, "about", "words")
    rows.entry(mentee.pk)
    Membership.objects.filter(pk=mentee.pk).update(standing=Standing.LEFT, changed_at=NOW - timedelta(days=90))

    gone = retention.forget(now=NOW)

    assert gone == {"membership": 2}
    assert not Answer.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_the_ledger_of_who_is_here_stays(mentee):
    rows.entry(mentee.pk)

    assert retention.forget(now=NOW + timedelta(days=5_000)) == {}
    assert LedgerEntry.objects.count() == 1


def test_a_second_run_finds_nothing():
    ageing.wrong(NOW)

    assert retention.forget(now=NOW) == {}


def test_batches_are_taken_until_nothing_is_left():
    Notice.objects.bulk_create(
        Notice(to=make_user("Robin"), kind="message", state="sent", sent_at=NOW - MONTH) for _ in range(5)
    )

    with patch.object(retention, "BATCH", 2):
        assert retention.forget(now=NOW) == {"sent_notice": 5}


def test_who_is_killed_between_two_batches_is_followed_by_the_next():
    for _ in range(3):
        rows.notice(state="sent", sent_at=NOW - MONTH)
    with patch.object(retention, "BATCH", 1), planted.killed_after(2), pytest.raises(SystemExit):
        retention.forget(now=NOW)

    assert Notice.objects.count() == 1
    assert retention.forget(now=NOW) == {"sent_notice": 1}


def test_what_the_database_refuses_stops_no_other_class(mentee):
    rows.entry(mentee.pk)
    late = rows.notice(state="sent", sent_at=NOW - MONTH)
    told = planted.changed(lambda said: said["retention"]["unfinished"]["rules"].append(planted.REFUSED))

    with patch.object(register, "load", lambda: told), pytest.raises(ExceptionGroup) as raised:
        retention.forget(now=NOW + timedelta(days=5_000))

    assert [type(error) for error in raised.value.exceptions] == [IntegrityError]
    assert not ageing.is_there(late)
    assert LedgerEntry.objects.count() == 1


def test_other_days_can_be_set():
    early, late = (rows.notice(state="sent", sent_at=NOW - timedelta(days=days)) for days in (1, 2))
    told = register.read({"sent_notice": 2})

    with patch.object(register, "load", lambda: told):
        retention.forget(now=NOW)

    assert told.until("sent_notice") == "2 days after it was sent"
    assert (ageing.is_there(early), ageing.is_there(late)) == (True, False)


def test_the_worker_does_it():
    late = rows.notice(state="sent", sent_at=NOW - MONTH)

    tasks.forget()

    assert not ageing.is_there(late)


def test_beat_rings_for_it_and_for_nothing_undeclared():
    rung = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert "home.tasks.forget" in rung
    assert rung - {entry.name for entry in register.load().of("task")} == set()


def test_days_are_set_by_name(monkeypatch):
    monkeypatch.setenv("KINDRED_KEEP", "sent_notice=14 membership=30")

    assert env.numbers("KINDRED_KEEP") == {"sent_notice": 14, "membership": 30}


@pytest.mark.parametrize("said", ["sent_notice", "sent_notice=0", "sent_notice=-1", "sent_notice=soon"])
def test_days_that_are_none_stop_the_start(monkeypatch, said):
    monkeypatch.setenv("KINDRED_KEEP", said)

    with pytest.raises(env.Unreadable, match="whole numbers of at least 1"):
        env.numbers("KINDRED_KEEP")
