"""What a model makes of a text: made once, sealed beside the answer, gone with it, and no way round the grants."""

from array import array
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Program
from config import celery
from consent import gate
from consent.actions import answers
from consent.models import Answer
from consent.purposes import Purpose, Reach
from consent.sealing import Unopenable
from matching import pool
from matching.actions import texts
from matching.engine import meaning
from matching.tasks import read_texts
from tests import cast
from tests.canary import channels
from tests.defects import planted

HERS, THEIRS = "I want to leave nursing and work in tech.", "I swapped the ward for a software company."


@pytest.fixture(autouse=True)
def model(settings: Any) -> str:
    settings.TEXT_MODEL = "universal"
    return meaning.label("universal")


@pytest.fixture
def both(mentee: Membership, mentor: Membership) -> tuple[Answer, Answer]:
    """Two people who wrote something, open to those they are suggested to, and not read yet."""
    return cast.give(mentee, "about", HERS), cast.give(mentor, "about", THEIRS)


def load(program: Program, for_lists: bool = False) -> pool.Pool:
    return pool.load(program, for_lists=for_lists, week=cast.NOW.date())


def save(member: Membership, words: str, reach: Reach = Reach.SUGGESTED) -> Answer:
    return answers.save(membership=member, facet="about", value=words, reach=reach, language="en", now=cast.NOW)


def forms(program: Program, for_lists: bool = False) -> set[type]:
    return {type(person.answers["about"]) for person in load(program, for_lists).people.values()}


def held(answer: Answer) -> tuple[bool, str]:
    answer.refresh_from_db()
    return bool(answer.numbers), answer.model


def test_a_text_is_read_once_and_then_compared_by_its_numbers(program: Program, both: tuple, model: str) -> None:
    assert forms(program) == {str}

    read_texts.apply(throw=True)

    assert [held(answer) for answer in both] == [(True, model)] * 2
    assert forms(program) == forms(program, for_lists=True) == {array}
    assert texts.read() == 0


def test_without_a_model_nothing_is_read(program: Program, both: tuple, settings: Any) -> None:
    texts.read()
    settings.TEXT_MODEL = ""

    assert texts.read() == 0
    assert forms(program) == {str}


@pytest.mark.parametrize("for_lists", [False, True])
def test_numbers_come_in_the_query_in_which_the_answers_do(
    program: Program, both: tuple, settings: Any, for_lists: bool
) -> None:
    texts.read()
    counts = []
    for settings.TEXT_MODEL in ("", "universal"):
        with CaptureQueriesContext(connection) as captured:
            load(program, for_lists)
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_a_text_that_may_not_help_to_match_is_not_read(mentee: Membership) -> None:
    kept = cast.give(mentee, "about", HERS, reach=Reach.ONLY_ME)

    assert texts.read() == 0
    assert held(kept) == (False, "")


def test_the_texts_of_somebody_who_left_are_not_read(mentee: Membership) -> None:
    cast.give(mentee, "about", HERS)
    Membership.objects.filter(pk=mentee.pk).update(standing="left")

    assert texts.read() == 0


def test_nothing_but_texts_is_opened_for_it(mentee: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.give(mentee, "about", HERS)
    cast.give(mentee, "faith", cast.chosen("jewish"))
    seen: list[str] = []
    read = gate.read

    def listening(*args: Any, **more: Any) -> gate.Answers:
        opened = read(*args, **more)
        seen.extend(opened[mentee.pk])
        return opened

    monkeypatch.setattr(gate, "read", listening)
    texts.read()

    assert seen == ["about"]


def test_numbers_go_where_the_text_may_go_and_no_further(program: Program, both: tuple, model: str) -> None:
    texts.read()
    for answer in both:
        answer.grants.filter(purpose=Purpose.SHOW_SUGGESTED).delete()
    people = [answer.membership for answer in both]

    opened = gate.read(Purpose.SHOW_SUGGESTED, people, model=model)

    assert [opened[member.pk].numbers("about") for member in people] == [None, None]
    assert gate.read(Purpose.MATCH, people, model=model)[people[0].pk].numbers("about") is not None


@pytest.mark.parametrize("taken", ["withdrawn", "kept to oneself", "rather not said", "said anew"])
def test_numbers_go_with_the_text_and_with_the_leave_to_match_by_it(
    both: tuple[Answer, Answer], now: datetime, taken: str
) -> None:
    texts.read()
    who = {"membership": both[0].membership}
    match taken:
        case "withdrawn":
            answers.set_reach(**who, facet="about", reach=Reach.ONLY_ME, language="en", now=now)
        case "kept to oneself":
            answers.keep_to_self(**who, now=now)
        case "rather not said":
            answers.not_say(**who, facet="about", now=now)
        case "said anew":
            save(both[0].membership, "Something else.")

    assert held(both[0]) == (False, "")


def read_while_something_happens(
    both: tuple[Answer, Answer], now: datetime, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> int:
    numbers, mentee = meaning.numbers, both[0].membership

    def read_slowly(said: list[str], model: str) -> list[array]:
        if meanwhile == "said anew":
            save(mentee, "Something else.")
        else:
            answers.set_reach(membership=mentee, facet="about", reach=Reach.ONLY_ME, language="en", now=now)
        return numbers(said, model)

    monkeypatch.setattr(meaning, "numbers", read_slowly)
    return texts._read(list(Answer.objects.filter(facet="about")), meaning.label("universal"))


@pytest.mark.parametrize("meanwhile", ["said anew", "withdrawn"])
def test_what_changes_while_it_is_read_is_left_as_it_is(
    both: tuple[Answer, Answer], now: datetime, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    assert read_while_something_happens(both, now, monkeypatch, meanwhile) == 1
    assert held(both[0]) == (False, "")


@pytest.mark.parametrize("meanwhile", ["said anew", "withdrawn"])
def test_control_a_worker_that_does_not_look_again_is_caught(
    both: tuple[Answer, Answer], now: datetime, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    monkeypatch.setattr(texts, "_unchanged", lambda answer: Answer.objects.filter(pk=answer.pk))

    read_while_something_happens(both, now, monkeypatch, meanwhile)

    assert held(both[0])[0]


def test_one_text_that_is_not_read_yet_has_all_compared_by_their_words(program: Program, both: tuple) -> None:
    texts.read()

    save(both[0].membership, "Something else.")

    assert forms(program) == {str}


def test_a_text_that_is_hidden_and_not_read_yet_changes_no_list(program: Program, both: tuple) -> None:
    texts.read()
    cast.give(cast.make_member(program, both[1].membership.role, "Ash"), "about", "hidden", reach=Reach.HELP_MATCH)
    people = load(program, for_lists=True).people.values()

    assert {type(person.answers["about"]) for person in people if person.answers} == {array}
    assert forms(program) == {str}


def test_numbers_of_another_model_are_due_again_and_not_compared(program: Program, both: tuple, model: str) -> None:
    texts.read()
    mentee = both[0].membership
    other = gate.seal_numbers(mentee.pk, "about", "universal-0-00000000", array("f", [1, 2]))
    Answer.objects.filter(pk=both[0].pk).update(numbers=other, model="universal-0-00000000")

    assert forms(program) == {str}
    assert texts.read() == 1
    assert held(both[0]) == (True, model)


def test_what_was_computed_still_holds_when_words_are_compared_in_the_end(program: Program, both: tuple) -> None:
    texts.read()
    before = load(program)
    newcomer = cast.make_member(program, both[0].membership.role, "Noor")
    cast.give(newcomer, "about", "not read yet")
    people = [before.people[str(answer.membership_id)] for answer in both]

    assert all(load(program).still_says(person) for person in people)
    save(both[0].membership, "Something else.")
    assert [load(program).still_says(person) for person in people] == [False, True]


def test_control_a_pool_that_knows_one_form_only_drops_everybody(program: Program, both: tuple) -> None:
    before = load(program)
    texts.read()
    fresh = replace(load(program), otherwise={})

    assert not any(fresh.still_says(person) for person in before.people.values())


def test_and_the_other_way_round(program: Program, both: tuple) -> None:
    before = load(program)
    texts.read()

    assert forms(program) == {array}
    assert all(load(program).still_says(person) for person in before.people.values())


@pytest.mark.parametrize("what", ["person", "model"])
def test_numbers_do_not_open_in_another_place(both: tuple[Answer, Answer], model: str, what: str) -> None:
    texts.read()
    hers, theirs = both
    hers.refresh_from_db()
    if what == "person":
        Answer.objects.filter(pk=theirs.pk).update(numbers=hers.numbers)
    else:
        Answer.objects.filter(pk=theirs.pk).update(model=f"{model}x")

    with pytest.raises(Unopenable):
        gate.read(Purpose.MATCH, [theirs.membership], model=model if what == "person" else f"{model}x")


@pytest.mark.parametrize("fields", [{"model": "universal"}, {"numbers": b"x"}, {"kind": "skipped", "sealed": b""}])
def test_the_database_keeps_numbers_a_model_and_a_given_answer_together(both: tuple, fields: dict) -> None:
    if "kind" in fields:
        texts.read()

    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=both[0].pk).update(**fields)


def lying_in_clear(model: str, member: Membership) -> list[str]:
    numbers = gate.read(Purpose.MATCH, [member], model=model)[member.pk].numbers("about")
    return [table for table, data in channels.tables() if numbers.tobytes()[:64] in data]


def test_numbers_lie_nowhere_in_clear(both: tuple[Answer, Answer], model: str) -> None:
    texts.read()

    assert lying_in_clear(model, both[0].membership) == []


def test_control_numbers_in_clear_are_found(both: tuple, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with planted.answers_in_clear():
        sealed = gate.seal_numbers(both[0].membership_id, "about", model, array("f", range(32)))
    Answer.objects.filter(pk=both[0].pk).update(numbers=sealed, model=model)
    monkeypatch.setattr(gate, "_counted", lambda facet, model: facet)
    monkeypatch.setattr("consent.sealing.Keyring.open", lambda self, sealed, place: sealed)

    assert lying_in_clear(model, both[0].membership) == ["consent_answer"]


def test_saving_a_text_rings_without_a_word_of_it(
    mentee: Membership, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    rung: list[tuple] = []
    monkeypatch.setattr(celery, "_ring_now", lambda *call: rung.append(call))
    with TestCase.captureOnCommitCallbacks(execute=True):
        save(mentee, HERS)
        answers.save(
            membership=mentee, facet="values", value=cast.chosen("joy"), reach=Reach.SUGGESTED, language="en",
            now=cast.NOW,
        )  # fmt: skip
    settings.TEXT_MODEL = ""
    with TestCase.captureOnCommitCallbacks(execute=True):
        save(mentee, THEIRS)

    assert rung == [("matching.tasks.read_texts", ())]
