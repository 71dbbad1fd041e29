"""What travels: each purpose against each reach, both ways, and three gates with a planted defect."""

import copy
import json
import pickle
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Membership
from consent import gate
from consent.actions import answers
from consent.models import Answer, Opening
from consent.purposes import Purpose, Reach
from consent.sealing import Keyring, Unopenable
from tests.cast import NOW, chosen, give

CANARY = "canary-7f3a"
Read = Callable[[Purpose, list[Membership]], gate.Answers]
TRAVELS = {
    Reach.ONLY_ME: set(),
    Reach.HELP_MATCH: {Purpose.MATCH},
    Reach.MATCHED: {Purpose.MATCH, Purpose.SHOW_MATCHED},
    Reach.SUGGESTED: {Purpose.MATCH, Purpose.SHOW_MATCHED, Purpose.SHOW_SUGGESTED},
}


def leaks_over_the_table(read: Read, member: Membership) -> list[tuple[Reach, Purpose]]:
    """The cells of the table that a gate gets wrong."""
    wrong = []
    for reach, purposes in TRAVELS.items():
        give(member, "about", CANARY, reach)
        for purpose in Purpose:
            opened = read(purpose, [member])[member.pk].get("about")
            if opened != (CANARY if purpose in purposes else None):
                wrong.append((reach, purpose))
    return wrong


def outlives_withdrawal(read: Read, member: Membership) -> bool:
    give(member, "about", CANARY, Reach.SUGGESTED)
    read(Purpose.MATCH, [member])
    answers.set_reach(membership=member, facet="about", reach=Reach.ONLY_ME, language="en", now=NOW)
    return "about" in read(Purpose.MATCH, [member])[member.pk]


def reading_everything(purpose: Purpose, people: list[Membership]) -> gate.Answers:
    return gate._opened(gate._given(people))


class Remembering:
    def __init__(self) -> None:
        self.seen: dict[tuple[Purpose, uuid.UUID], gate.Answers] = {}

    def __call__(self, purpose: Purpose, people: list[Membership]) -> gate.Answers:
        return self.seen.setdefault((purpose, people[0].pk), gate.read(purpose, people))


def test_an_answer_travels_as_far_as_its_reach_and_no_further(mentee):
    assert leaks_over_the_table(gate.read, mentee) == []


def test_a_gate_that_forgets_to_ask_for_a_grant_is_caught(mentee):
    assert (Reach.ONLY_ME, Purpose.MATCH) in leaks_over_the_table(reading_everything, mentee)


def test_withdrawing_acts_on_the_next_read(mentee):
    assert not outlives_withdrawal(gate.read, mentee)


def test_a_gate_that_remembers_is_caught(mentee):
    assert outlives_withdrawal(Remembering(), mentee)


def test_circles_and_statistics_stand_beside_the_ladder(mentee):
    answers.save(
        membership=mentee, facet="about", value=CANARY, reach=Reach.ONLY_ME, circles=True, language="en", now=NOW
    )

    assert gate.read(Purpose.CIRCLES, [mentee])[mentee.pk]["about"] == CANARY
    assert [len(gate.read(purpose, [mentee])) for purpose in Purpose] == [0, 0, 0, 1, 0, 0]


def test_only_the_people_asked_for_are_opened(mentee, mentor):
    give(mentee, "about", CANARY)
    give(mentor, "about", CANARY)

    assert list(gate.read(Purpose.MATCH, [mentor])) == [mentor.pk]
    assert list(gate.read(Purpose.MATCH, Membership.objects.filter(pk=mentee.pk))) == [mentee.pk]
    assert list(gate.read(Purpose.MATCH, [])) == []


@pytest.mark.parametrize("people", [1, 3])
def test_a_read_is_one_query(people, mentee, mentor, ally, django_assert_num_queries):
    everybody = [mentee, mentor, ally][:people]
    for member in everybody:
        give(member, "about", CANARY)
        give(member, "values", chosen("honesty"))

    with django_assert_num_queries(1):
        opened = gate.read(Purpose.SHOW_SUGGESTED, everybody)
        assert [len(opened[member.pk]) for member in everybody] == [2] * people


def test_skipped_and_not_said_never_come_out(mentee):
    answers.skip(membership=mentee, facet="goals", now=NOW)
    answers.not_say(membership=mentee, facet="gender", now=NOW)

    assert [dict(gate.read(purpose, [mentee])) for purpose in Purpose] == [{}] * 6
    assert {facet: own.value for facet, own in gate.own(mentee).items()} == {"goals": None, "gender": None}


def test_somebody_who_let_nothing_travel_has_no_facets(mentee, mentor):
    give(mentee, "about", CANARY, Reach.ONLY_ME)

    opened = gate.read(Purpose.MATCH, [mentee])

    assert (dict(opened[mentee.pk]), mentee.pk in opened, mentor.pk in opened) == ({}, False, False)


def test_an_opening_opens_for_its_hour_and_its_coordinator_only(mentee, coordinator, other_program_coordinator):
    give(mentee, "gender", chosen("trans"), Reach.ONLY_ME)
    until = NOW + timedelta(hours=1)
    Opening.objects.create(membership=mentee, by=coordinator.user, reason="Asked by phone", at=NOW, until=until)

    def seen(by: Membership, seconds: float) -> list[str]:
        return list(gate.read_opened(mentee, by=by.user, now=NOW + timedelta(seconds=seconds))[mentee.pk])

    assert [seen(coordinator, at) for at in (-1, 0, 3599, 3600)] == [[], ["gender"], ["gender"], []]
    assert seen(other_program_coordinator, 0) == []


def moved(source: Answer, target: Answer) -> None:
    Answer.objects.filter(pk=target.pk).update(sealed=source.sealed)


def test_an_answer_opens_only_where_it_was_sealed_for(mentee, mentor):
    hers, his, other = give(mentee, "about", CANARY), give(mentor, "about", "mine"), give(mentor, "place", "here")

    for target in (his, other):
        moved(hers, target)
        with pytest.raises(Unopenable):
            gate.read(Purpose.MATCH, [mentor])


def test_a_sealing_that_ignores_the_place_is_caught(mentee, mentor, monkeypatch):
    monkeypatch.setattr(gate, "place", lambda owner, name: b"anywhere")
    hers, his = give(mentee, "about", CANARY), give(mentor, "about", "mine")

    moved(hers, his)

    assert gate.read(Purpose.MATCH, [mentor])[mentor.pk]["about"] == CANARY


def test_another_key_opens_nothing(mentee, settings):
    give(mentee, "about", CANARY)
    settings.ANSWER_KEYS = ["other:" + "A" * 43 + "="]

    with pytest.raises(Unopenable):
        gate.read(Purpose.MATCH, [mentee])


def test_a_database_holds_no_word_of_an_answer(mentee):
    answers.save(membership=mentee, facet="about", value=CANARY, reach=Reach.SUGGESTED, language="en", now=NOW)
    rows = [repr(row) for table in ("answer", "grant", "ledgerentry") for row in everything(f"consent_{table}")]

    assert rows
    assert not [row for row in rows if CANARY in row]


def everything(table: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return [tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in cursor]


TELLING: dict[str, Callable[[object], str]] = {
    "repr": repr,
    "str": str,
    "format": "{}".format,
    "percent": lambda held: "%s" % (held,),  # noqa: UP031
    "in a list": lambda held: str([held]),
    "vars": lambda held: str(getattr(held, "__dict__", {})),
}
TAKING_AWAY: dict[str, Callable[[object], object]] = {
    "pickle": pickle.dumps,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "json": json.dumps,
}


def held(kind: str, member: Membership) -> object:
    give(member, "about", CANARY)
    opened = gate.read(Purpose.MATCH, [member])
    return {"answers": opened, "facets": opened[member.pk], "own": gate.own(member)["about"]}[kind]


@pytest.mark.parametrize("kind", ["answers", "facets", "own"])
@pytest.mark.parametrize("way", TELLING)
def test_what_was_opened_does_not_tell_itself(kind, way, mentee):
    assert CANARY not in TELLING[way](held(kind, mentee))


@pytest.mark.parametrize("kind", ["answers", "facets", "own"])
@pytest.mark.parametrize("way", TAKING_AWAY)
def test_what_was_opened_does_not_leave_the_process(kind, way, mentee):
    with pytest.raises(TypeError) as refused:
        TAKING_AWAY[way](held(kind, mentee))
    assert CANARY not in str(refused.value)


def test_a_plain_dictionary_would_have_told(mentee):
    plain = {mentee.pk: {"about": CANARY}}

    assert all(CANARY in tell(plain) for name, tell in TELLING.items() if name != "vars")


def test_a_keyring_does_not_tell_its_keys():
    assert repr(Keyring(("one:" + "A" * 43 + "=",))) == "Keyring(…)"
