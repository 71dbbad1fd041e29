"""Reasons for three readers at every reach of both sides: none reads a word that was not let reach them."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Membership
from consent import gate, vocabulary
from consent.models import Answer, Wish
from consent.purposes import Purpose, Reach
from matching import reasons
from matching.models import Proposal, Suggestion
from tests import cast
from tests.matching.conftest import propose, suggest

Pair = tuple[Membership, Membership]
SAID = {"values": "honesty", "skills": "cv", "topics": "out-work", "gender": "trans"}
KINDS = [("shared", "both"), ("covers", "mentee"), ("wish_met", "mentee"), ("wish_met", "mentor")]
STORED = [{"facet": key, "kind": kind, "whose": whose} for key in SAID for kind, whose in KINDS]
"""More than a matcher would ever store: every facet with every kind of reason."""
OPEN = Reach.SUGGESTED


def told(pair: Pair, proposal: Proposal, suggestion: Suggestion) -> Iterator[tuple[str, str]]:
    """Reader and sentence: a mentee of her list, both of what was proposed, a coordinator."""
    mentee, mentor = pair
    yield from (("list", words) for words in reasons.for_suggestions(mentee, [suggestion])[mentor.pk])
    yield from (("mentee", words) for words in reasons.for_proposal(proposal, mentee))
    yield from (("mentor", words) for words in reasons.for_proposal(proposal, mentor))
    yield from (("coordinator", words) for words in reasons.for_coordinator([proposal])[proposal.pk])


def may_read(reader: str, key: str, mentee: Reach, mentor: Reach) -> bool:
    """Rule 3 and rule 5, said once more: what the other let reach people they are suggested to; on a list, of shared
    things also one's own; to a coordinator what both did, and nothing about who somebody is."""
    identity = vocabulary.load().facet(key).identity
    return {
        "list": mentor == OPEN,
        "mentee": mentor == OPEN,
        "mentor": mentee == OPEN,
        "coordinator": mentee == mentor == OPEN and not identity,
    }[reader]


def leaks(pair: Pair) -> set[tuple[str, str, Reach, Reach]]:
    """Reader, facet and both reaches, wherever a word was read that may not be."""
    found = set()
    proposal, suggestion = propose(*pair, origin="run"), suggest(*pair)
    proposal.reasons = suggestion.reasons = STORED
    labels = {key: vocabulary.load().facet(key).word(value) for key, value in SAID.items()}
    for mentee, mentor in itertools.product(Reach, Reach):
        for (key, value), member, reach in (
            (said, *side) for said in SAID.items() for side in zip(pair, (mentee, mentor), strict=True)
        ):
            cast.give(member, key, cast.chosen(value), reach)
        for reader, words in told(pair, proposal, suggestion):
            found |= {
                (reader, key, mentee, mentor)
                for key, label in labels.items()
                if label in words and not may_read(reader, key, mentee, mentor)
            }
    return found


@pytest.fixture
def wishing(pair: Pair) -> Pair:
    for member in pair:
        for key, value in SAID.items():
            cast.wish(member, key, value, strength=Wish.Strength.IMPORTANT)
    return pair


def test_every_reader_reads_only_what_was_let_reach_them(wishing: Pair) -> None:
    assert leaks(wishing) == set()


def test_each_of_them_does_read_something(wishing: Pair) -> None:
    leaks(wishing)  # leaves both at the widest reach
    proposal, suggestion = Proposal.objects.get(), Suggestion.objects.get()
    proposal.reasons = suggestion.reasons = STORED
    read = {reader: words for reader, words in told(wishing, proposal, suggestion) if "Honesty" in words}

    assert set(read) == {"list", "mentee", "mentor", "coordinator"}


def reading_everything(purpose: Purpose, people: Any) -> dict[Any, dict[str, Any]]:
    """A defect: it does not ask whether there is a grant."""
    return {
        member.pk: {row.facet: gate.own_value(row) for row in Answer.objects.filter(membership=member)}
        for member in people
    }


def reading_for_the_match(purpose: Purpose, people: Any) -> Any:
    """A defect: it asks for the wrong purpose."""
    return OPENED(Purpose.MATCH, people)


OPENED = gate.read


@pytest.mark.parametrize("defect", [reading_everything, reading_for_the_match])
def test_a_wrong_gate_is_caught_with_every_reader(wishing: Pair, defect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reasons.gate, "read", defect)

    assert {reader for reader, *_ in leaks(wishing)} == {"list", "mentee", "mentor", "coordinator"}


def test_a_coordinator_who_reads_identity_is_caught(wishing: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    compose = reasons._line
    monkeypatch.setattr(
        reasons,
        "_for_coordinator",
        lambda proposal, mentee, mentor: [
            compose(vocabulary.load().facet(why["facet"]), why, mentee, mentor)
            for why in proposal.reasons
            if why["facet"] in mentee and why["facet"] in mentor
        ],
    )

    assert {(reader, key) for reader, key, *_ in leaks(wishing)} == {
        ("coordinator", "topics"),
        ("coordinator", "gender"),
    }
