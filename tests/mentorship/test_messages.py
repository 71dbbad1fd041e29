"""What two people write to each other."""

from datetime import timedelta

import pytest

from mentorship import words
from mentorship.actions import agreements, messages
from mentorship.models import Message
from notices.models import Notice


def notices(member) -> int:
    return Notice.objects.filter(to=member.user, kind=Notice.Kind.MESSAGE).count()


def test_a_message_is_sealed_and_opens_for_the_thread(written, mentee, now):
    message = messages.send(agreement=written, by=mentee, text=" Hello, Sam! ", now=now)
    message.refresh_from_db()

    assert b"Hello" not in bytes(message.sealed)
    assert words.of_messages([message]) == [(message, "Hello, Sam!")]


def test_a_message_moved_to_another_row_does_not_open(written, mentee, now):
    from consent.sealing import Unopenable

    first, second = (messages.send(agreement=written, by=mentee, text=text, now=now) for text in ("One", "Two"))
    first.sealed = second.sealed

    with pytest.raises(Unopenable):
        words.of_messages([first])


def test_one_notice_for_all_that_is_unread(written, mentee, mentor, now):
    first = messages.send(agreement=written, by=mentee, text="One", now=now)
    second = messages.send(agreement=written, by=mentee, text="Two", now=now)
    unread = notices(mentor)
    messages.mark_read(shown=[first, second], by=mentor, now=now + timedelta(minutes=1))
    messages.send(agreement=written, by=mentee, text="Three", now=now + timedelta(minutes=2))

    assert (unread, notices(mentor)) == (1, 2)


def test_one_s_own_unread_words_do_not_hush_the_other_s_notice(written, mentee, mentor, now):
    messages.send(agreement=written, by=mentee, text="One", now=now)
    messages.send(agreement=written, by=mentor, text="Two", now=now)

    assert (notices(mentor), notices(mentee)) == (1, 1)


def test_nobody_marks_their_own_message_as_read(written, mentee, mentor, now):
    message = messages.send(agreement=written, by=mentee, text="One", now=now)

    assert messages.mark_read(shown=[message], by=mentee, now=now) == 0
    assert messages.mark_read(shown=[message], by=mentor, now=now) == 1


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("", messages.NothingWritten), (" \n", messages.NothingWritten), ("x" * 4001, messages.TooLong)],
)
def test_a_message_has_1_to_4000_characters(written, mentee, text, refusal, now):
    with pytest.raises(refusal):
        messages.send(agreement=written, by=mentee, text=text, now=now)

    assert Message.objects.count() == 0


def test_after_the_end_nobody_writes(written, mentee, mentor, now):
    agreements.end(agreement=written, by=mentor.user, now=now)

    with pytest.raises(agreements.Over):
        messages.send(agreement=written, by=mentee, text="Why?", now=now)


def test_nobody_else_writes(written, other_mentee, now):
    with pytest.raises(agreements.NotYours):
        messages.send(agreement=written, by=other_mentee, text="Hello", now=now)


def test_the_end_leaves_nothing_waiting_to_be_read(written, mentee, mentor, now):
    message = messages.send(agreement=written, by=mentee, text="One", now=now)
    agreements.end(agreement=written, by=mentee.user, now=now)
    message.refresh_from_db()

    assert message.read_at == now
