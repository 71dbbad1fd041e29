"""Saving, skipping, taking back: the rows, the grants and the ledger."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Standing
from consent import gate, notice, queries
from consent.actions import answers
from consent.models import Answer, Grant, LedgerEntry
from consent.purposes import Purpose, Reach
from consent.values import AnswerError
from tests.cast import NOW, chosen

LATER = NOW.replace(hour=15)


def save(member, facet="values", value=None, reach=Reach.MATCHED, now=NOW, **more):
    value = chosen("honesty") if value is None else value
    return answers.save(membership=member, facet=facet, value=value, reach=reach, language="en", now=now, **more)


def ledger(member) -> list[tuple[str, str, str]]:
    rows = LedgerEntry.objects.filter(membership_id=member.pk).order_by("id")
    return [(row.facet, row.purpose, row.event) for row in rows]


def test_an_answer_is_kept_canonical_with_its_grants(mentee):
    save(mentee, value={"chosen": ["kindness", "honesty", "honesty"], "described": "  soft   strength "})

    own = gate.own(mentee)["values"]
    assert own.value == {"chosen": ["honesty", "kindness"], "described": "soft strength"}
    assert own.reach == Reach.MATCHED
    assert ledger(mentee) == [("values", "match", "granted"), ("values", "matched", "granted")]


def test_a_grant_remembers_the_notice_the_language_and_the_time(mentee):
    answer = save(mentee)

    grant = Grant.objects.filter(answer=answer).first()
    assert (grant.notice, grant.language, grant.granted_at) == (notice.VERSION, "en", NOW)


def test_saving_the_same_again_writes_nothing(mentee):
    save(mentee)
    save(mentee, now=LATER)

    assert len(ledger(mentee)) == 2
    assert Answer.objects.get(membership=mentee).saved_at == NOW


def test_a_changed_answer_is_granted_anew(mentee):
    save(mentee, reach=Reach.SUGGESTED)
    save(mentee, value=chosen("courage"), reach=Reach.SUGGESTED, now=LATER)

    assert ledger(mentee)[3:] == ledger(mentee)[:3]
    assert queries.ledger_of(mentee).first().at == LATER


def test_another_notice_is_another_grant(mentee):
    save(mentee)
    Grant.objects.update(notice="what was said last year")
    save(mentee, now=LATER)

    assert ledger(mentee)[2:] == [("values", "match", "granted"), ("values", "matched", "granted")]
    assert set(Grant.objects.values_list("notice", flat=True)) == {notice.VERSION}


def test_reach_changes_without_the_answer_and_circles_stay(mentee):
    save(mentee, reach=Reach.SUGGESTED, circles=True)

    answers.set_reach(membership=mentee, facet="values", reach=Reach.HELP_MATCH, language="en", now=LATER)

    assert gate.own(mentee)["values"].purposes == {Purpose.MATCH, Purpose.CIRCLES}
    assert ledger(mentee)[4:] == [("values", "matched", "withdrawn"), ("values", "suggested", "withdrawn")]


def test_skipping_keeps_an_answer_and_not_saying_takes_it_back(mentee):
    save(mentee, facet="gender", value=chosen("trans"))

    answers.skip(membership=mentee, facet="gender", now=LATER)
    assert gate.own(mentee)["gender"].value == chosen("trans")

    answers.not_say(membership=mentee, facet="gender", now=LATER)
    row = Answer.objects.get(membership=mentee)
    assert (row.kind, bytes(row.sealed), row.grants.count()) == ("not_said", b"", 0)
    assert [event for *_rest, event in ledger(mentee)] == ["granted", "granted", "withdrawn", "withdrawn"]


def test_an_answer_may_follow_on_not_saying(mentee):
    answers.not_say(membership=mentee, facet="gender", now=NOW)
    save(mentee, facet="gender", value=chosen("trans"), reach=Reach.HELP_MATCH)

    assert gate.own(mentee)["gender"].value == chosen("trans")


def test_forgetting_leaves_only_the_ledger(mentee):
    save(mentee)
    answers.forget(membership=mentee, facet="values", now=LATER)
    answers.forget(membership=mentee, facet="values", now=LATER)

    assert not Answer.objects.exists()
    assert len(ledger(mentee)) == 4


def test_keeping_everything_withdraws_all_and_deletes_nothing(mentee, mentor):
    for member in (mentee, mentor):
        save(member)
        save(member, facet="place", value="Lisbon", reach=Reach.SUGGESTED)

    answers.keep_to_self(membership=mentee, now=LATER)

    assert {own.reach for own in gate.own(mentee).values()} == {Reach.ONLY_ME}
    assert [event for *_rest, event in ledger(mentee)].count("withdrawn") == 5
    assert gate.own(mentor)["place"].reach == Reach.SUGGESTED


@pytest.mark.parametrize(
    ("facet", "value", "refusal"),
    [
        ("nothing-like-it", chosen("honesty"), answers.NotAsked),
        ("values", chosen(), answers.NothingSaid),
        ("values", chosen("unheard-of"), AnswerError),
    ],
)
def test_what_cannot_be_saved_is_refused_and_leaves_no_row(facet, value, refusal, mentee):
    with pytest.raises(refusal):
        save(mentee, facet=facet, value=value)

    assert (Answer.objects.count(), LedgerEntry.objects.count()) == (0, 0)


def test_a_question_that_the_program_hides_is_not_asked(mentee):
    mentee.program.vocabulary = {"faith": {"hide": True}}
    mentee.program.save()

    with pytest.raises(answers.NotAsked):
        save(mentee, facet="faith", value=chosen("muslim"))


def test_who_has_left_takes_back_but_does_not_add(mentee):
    save(mentee)
    mentee.standing = Standing.LEFT
    mentee.save()

    with pytest.raises(answers.HasLeft):
        save(mentee, value=chosen("courage"))
    answers.forget(membership=mentee, facet="values", now=LATER)
    assert not Answer.objects.exists()


def test_nothing_said_cannot_travel(mentee):
    answers.skip(membership=mentee, facet="values", now=NOW)

    with pytest.raises(answers.NothingToShare):
        answers.set_reach(membership=mentee, facet="values", reach=Reach.MATCHED, language="en", now=NOW)


@pytest.mark.parametrize("statement", ["UPDATE {} SET purpose = 'x'", "DELETE FROM {}"])
def test_the_ledger_is_neither_changed_nor_deleted(statement, mentee):
    save(mentee)

    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("consent_ledgerentry"))
    assert len(ledger(mentee)) == 2


def test_the_ledger_lets_go_once_the_person_is_gone(mentee):
    save(mentee)
    pk = mentee.pk
    mentee.user.delete()

    assert LedgerEntry.objects.filter(membership_id=pk).delete()[0] == 2


def test_a_version_says_which_words_were_read(mentee):
    plain = notice.version_for(mentee.program)
    mentee.program.vocabulary = {"values": {"why": "Because we say so."}}
    changed = notice.version_for(mentee.program)

    assert (plain, changed != plain, len(changed) <= 40) == (notice.VERSION, True, True)
