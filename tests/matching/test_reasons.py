"""Why two people were brought together, for three readers."""

from datetime import datetime

import pytest

from accounts.models import Membership
from consent.models import Grant
from consent.purposes import Reach
from matching import reasons
from matching.models import Proposal, Suggestion
from tests import cast
from tests.matching.conftest import propose, suggest

Pair = tuple[Membership, Membership]


def why(facet: str, kind: str = "shared", whose: str = "both") -> dict[str, str]:
    return {"facet": facet, "kind": kind, "whose": whose}


def proposed(pair: Pair, *stored: dict[str, str]) -> Proposal:
    row = propose(*pair, origin="run")
    row.reasons = list(stored)
    row.save(update_fields=["reasons"])
    return row


def for_mentee(pair: Pair, *stored: dict[str, str]) -> list[str]:
    Suggestion.objects.all().delete()
    row = suggest(*pair)
    row.reasons = list(stored)
    return reasons.for_suggestions(pair[0], [row])[pair[1].pk]


def give_both(pair: Pair, facet: str, *keys: str, reach: Reach = Reach.SUGGESTED) -> None:
    for member in pair:
        cast.give(member, facet, cast.chosen(*keys), reach)


def test_a_mentee_reads_what_both_let_through(pair: Pair) -> None:
    assert for_mentee(pair, why("values")) == ["You both care about: Honesty, Courage"]


def test_a_withdrawn_answer_is_gone_from_the_words_at_once(pair: Pair) -> None:
    Grant.objects.filter(answer__membership=pair[1], answer__facet="values").delete()

    assert for_mentee(pair, why("values"), why("languages")) == ["You both speak: English"]


@pytest.mark.parametrize("side", [0, 1])
def test_what_only_one_lets_through_is_no_reason_on_a_list(pair: Pair, side: int) -> None:
    cast.give(pair[side], "values", cast.chosen("honesty"), Reach.MATCHED)

    assert for_mentee(pair, why("values")) == []


def test_a_mentee_reads_which_of_her_own_wishes_is_met_and_not_the_mentors(pair: Pair) -> None:
    cast.wish(pair[0], "values", "courage")
    cast.wish(pair[1], "values", "honesty", on_lists=True)

    assert for_mentee(pair, why("values", "wish_met", "mentee")) == ["As you wished: Courage"]
    assert for_mentee(pair, why("values", "wish_met", "mentor")) == []


def test_skills_read_from_either_side(pair: Pair) -> None:
    give_both(pair, "skills", "cv")
    row = proposed(pair, why("skills", "covers", "mentee"))

    assert reasons.for_proposal(row, pair[0]) == ["They can help with: CVs and applications"]
    assert reasons.for_proposal(row, pair[1]) == ["You could help with: CVs and applications"]


def test_the_mentor_reads_only_what_the_mentee_let_through(pair: Pair) -> None:
    cast.give(pair[0], "values", cast.chosen("honesty"), Reach.HELP_MATCH)

    assert reasons.for_proposal(proposed(pair, why("values"), why("languages")), pair[1]) == ["You both speak: English"]


def test_texts_and_hours_are_told_without_words(pair: Pair) -> None:
    for member in pair:
        cast.give(member, "about", "I hope for long walks.")
        cast.give(member, "availability", [{"day": 0, "start": "18:00", "end": "20:00"}])

    told = for_mentee(pair, why("about", "similar"), why("availability", "overlaps"))

    assert told == ["What each of you wrote has something in common.", "You are free at the same time."]


def test_a_coordinator_reads_words_only_of_what_both_let_be_shown(pair: Pair) -> None:
    give_both(pair, "interests", "books", reach=Reach.HELP_MATCH)
    row = proposed(pair, why("values"), why("interests"))

    assert reasons.for_coordinator([row])[row.pk] == ["Values: Honesty, Courage", "preference met (private)"]


@pytest.mark.parametrize(
    "stored", [why("topics"), why("values", "wish_met", "mentee"), why("gender", "wish_met", "mentor")]
)
def test_identity_and_wishes_stay_private_before_a_coordinator(pair: Pair, stored: dict[str, str]) -> None:
    give_both(pair, "topics", "out-work")
    give_both(pair, "gender", "trans")
    row = proposed(pair, stored)

    assert reasons.for_coordinator([row])[row.pk] == ["preference met (private)"]


def test_own_words_are_compared_without_capitals(pair: Pair) -> None:
    for member, words in zip(pair, ("Slow tea", "chess;  SLOW TEA"), strict=True):
        cast.give(member, "values", {"chosen": [], "described": words})

    assert for_mentee(pair, why("values")) == ["You both care about: slow tea"]


def test_a_facet_that_the_program_does_not_ask_any_more_is_no_reason(pair: Pair, now: datetime) -> None:
    pair[0].program.vocabulary = {"values": {"hide": True}}
    pair[0].program.save(update_fields=["vocabulary"])

    assert for_mentee(pair, why("values"), why("languages")) == ["You both speak: English"]
