"""What members read, and what they can do there."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Program, Role, Standing
from consent.purposes import Reach
from matching.actions import proposals
from matching.models import Proposal, Shortlist, Suggestion
from matching.reasons import WIDENS, passing_of
from mentorship.models import Agreement
from tests import cast
from tests.matching.conftest import propose, suggest

Pair = tuple[Membership, Membership]
QUERIES = 22


@pytest.fixture
def asked(pair: Pair, suggestion: Suggestion, now: datetime) -> Proposal:
    return proposals.ask(mentee=pair[0], mentor=pair[1], note="Tea, perhaps?", now=now)


@pytest.fixture(autouse=True)
def lists_stay_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows here are dated by the clock of the cast."""
    monkeypatch.setattr("matching.actions.shortlists.FRESH", timedelta(days=36_500))
    monkeypatch.setattr("matching.actions.shortlists.FRESH_IF_EMPTY", timedelta(days=36_500))


def url(name: str, *ids: object) -> str:
    return reverse(f"matching:{name}", args=ids)


def words(member: Membership, path: str) -> str:
    """The text between the tags of the page's main part."""
    page = cast.signed_in(member).get(path)
    assert page.status_code == 200, page.status_code
    main = page.content.decode().split("<main", 1)[1].split("<footer", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_a_list_names_people_and_why(pair: Pair, suggestion: Suggestion) -> None:
    text = words(pair[0], url("shortlist", pair[0].pk))

    assert "Sam" in text
    assert "You both care about: Honesty, Courage" in text


def test_no_page_tells_a_score_a_rank_or_a_position(pair: Pair, suggestion: Suggestion) -> None:
    Proposal.objects.update(fit=0.123456)
    Suggestion.objects.update(position=7)
    client = cast.signed_in(pair[0])

    pages = [client.get(url("shortlist", pair[0].pk)), client.get(url("mentor", pair[0].pk, pair[1].pk))]

    for page in pages:
        body = re.sub(r'value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}', "", page.content.decode().split("<main")[1])
        assert not re.search(r"\b7\b|0\.12|<ol|position|score=|rank|fit=", body)


def test_a_list_takes_the_same_queries_for_one_mentor_and_for_three(
    pair: Pair, program: Program, suggestion: Suggestion
) -> None:
    client, path = cast.signed_in(pair[0]), url("shortlist", pair[0].pk)
    with CaptureQueriesContext(connection) as for_one:
        client.get(path)

    suggest(pair[0], *(cast.make_member(program, Role.MENTOR, f"Ash {n}") for n in range(2)))
    with CaptureQueriesContext(connection) as for_three:
        client.get(path)

    assert len(for_three) == len(for_one) == QUERIES


def test_the_first_look_has_the_list_computed_and_says_so(mentee: Membership) -> None:
    page = cast.signed_in(mentee).get(url("shortlist", mentee.pk))

    assert Shortlist.objects.get().state == "queued"
    assert b'hx-trigger="every 2s"' in page.content
    assert "Load the page again" in page.content.decode()


def test_polling_gets_the_part_and_stops_when_it_is_ready(pair: Pair, suggestion: Suggestion) -> None:
    page = cast.signed_in(pair[0]).get(url("shortlist", pair[0].pk), headers={"HX-Request": "true"})

    assert page.content.strip().startswith(b'<div id="people"')
    assert b"hx-trigger" not in page.content


def test_looking_again_queues_the_list(pair: Pair, suggestion: Suggestion) -> None:
    answer = cast.signed_in(pair[0]).post(url("look_again", pair[0].pk))

    assert answer.url == url("shortlist", pair[0].pk)
    assert Shortlist.objects.get().state == "queued"


def test_an_empty_list_says_kindly_what_would_widen_it(pair: Pair, suggestion: Suggestion) -> None:
    Suggestion.objects.all().delete()
    Shortlist.objects.update(hindrances=["language", "their_must", "avoided", "forbidden", "earlier_pair"])

    text = words(pair[0], url("shortlist", pair[0].pk))

    assert "Nobody to suggest just now" in text
    assert [rule for rule, way in WIDENS.items() if str(way) in text] == ["language"]


def test_who_has_found_somebody_is_not_told_that_nobody_fits(
    pair: Pair, suggestion: Suggestion, matched_mentor: Membership
) -> None:
    text = words(pair[0], url("shortlist", pair[0].pk))

    assert "You have found somebody" in text
    assert "Nobody to suggest" not in text
    assert "Sam" not in text


def test_what_others_keep_away_from_is_never_told() -> None:
    assert {"their_must", "avoided", "forbidden", "earlier_pair"}.isdisjoint(WIDENS)


def test_a_wish_that_is_held_back_is_told_to_whoever_wished(pair: Pair, suggestion: Suggestion) -> None:
    Shortlist.objects.update(held_back=["x"])

    assert "One wish waits" in words(pair[0], url("shortlist", pair[0].pk))


def test_a_mentors_page_shows_what_they_let_her_read_and_nothing_else(pair: Pair, suggestion: Suggestion) -> None:
    cast.give(pair[1], "faith", cast.chosen("buddhist"), Reach.MATCHED)
    cast.give(pair[1], "interests", cast.chosen("books"), Reach.SUGGESTED)

    text = words(pair[0], url("mentor", pair[0].pk, pair[1].pk))

    assert "Books" in text
    assert "Buddhist" not in text
    assert "Faith" not in text


def test_a_mentors_hours_are_shown_on_the_readers_clock(pair: Pair, suggestion: Suggestion) -> None:
    for member, zone in zip(pair, ("Asia/Tokyo", "America/Sao_Paulo"), strict=True):
        type(member.user).objects.filter(pk=member.user_id).update(time_zone=zone)
    cast.give(pair[1], "availability", [{"day": 0, "start": "10:00", "end": "13:00"}])

    text = words(pair[0], url("mentor", pair[0].pk, pair[1].pk))

    assert "Monday 22:00–24:00" in text
    assert "Tuesday 00:00–01:00" in text


def test_asking_from_the_page(pair: Pair, suggestion: Suggestion) -> None:
    answer = cast.signed_in(pair[0]).post(url("ask", pair[0].pk, pair[1].pk), {"note": "Hello"})

    assert answer.url == url("proposal", Proposal.objects.get(state="published").pk)


def test_a_refused_ask_keeps_the_note(pair: Pair, suggestion: Suggestion, program: Program) -> None:
    propose(pair[0], cast.make_member(program, Role.MENTOR, "Ash"))

    page = cast.signed_in(pair[0]).post(url("ask", pair[0].pk, pair[1].pk), {"note": "A note of mine"})

    assert "You have asked somebody already" in page.content.decode()
    assert "A note of mine" in page.content.decode()
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize("change", [{"standing": Standing.PAUSED}, {"capacity": 0}])
def test_whoever_became_unavailable_is_no_page_any_more_and_asking_leads_back_to_the_list(
    pair: Pair, suggestion: Suggestion, change: dict[str, object]
) -> None:
    Membership.objects.filter(pk=pair[1].pk).update(**change)
    client = cast.signed_in(pair[0])

    assert client.get(url("mentor", pair[0].pk, pair[1].pk)).status_code == 404
    answer = client.post(url("ask", pair[0].pk, pair[1].pk), {"note": "Hello"}, follow=True)
    assert answer.redirect_chain == [(url("shortlist", pair[0].pk), 302)]
    assert "They cannot take on anybody new just now." in answer.content.decode()


def test_a_note_that_is_too_long_is_kept_and_not_sent(pair: Pair, suggestion: Suggestion) -> None:
    page = cast.signed_in(pair[0]).post(url("ask", pair[0].pk, pair[1].pk), {"note": "x" * 1201})

    assert "x" * 1201 in page.content.decode()
    assert Proposal.objects.count() == 0


def test_both_read_where_an_ask_stands(asked: Proposal, pair: Pair) -> None:
    assert "Sam has time to answer until Thu 12 Mar 2026" in words(pair[0], url("asks"))
    assert "Robin would like to meet you. There is time to answer until Thu 12 Mar 2026" in words(pair[1], url("asks"))


def test_the_mentor_reads_the_note_the_reasons_and_what_is_let_through(asked: Proposal, pair: Pair) -> None:
    cast.give(pair[0], "faith", cast.chosen("jewish"), Reach.MATCHED)

    text = words(pair[1], url("proposal", asked.pk))

    assert "Tea, perhaps?" in text
    assert "You both care about: Honesty, Courage" in text
    assert "Jewish" not in text


def test_a_yes_leads_to_the_agreement(asked: Proposal, pair: Pair) -> None:
    answer = cast.signed_in(pair[1]).post(url("answer", asked.pk), {"answer": "yes"})

    assert answer.url == reverse("mentorship:agreement", args=[Agreement.objects.get().pk])


def test_passing_on_softly_with_a_reason_for_the_coordination(asked: Proposal, pair: Pair) -> None:
    cast.signed_in(pair[1]).post(url("answer", asked.pk), {"answer": "pass", "reason": "wren-in-the-hedge"})

    asked.refresh_from_db()
    assert (asked.state, passing_of(asked)) == ("passed", "wren-in-the-hedge")
    text = words(pair[0], url("proposal", asked.pk))
    assert "Sam could not take this on just now. It says nothing about you." in text
    assert "wren" not in text


@pytest.mark.parametrize("answer", ["", "no", "YES"])
def test_an_answer_that_is_neither_changes_nothing(asked: Proposal, pair: Pair, answer: str) -> None:
    cast.signed_in(pair[1]).post(url("answer", asked.pk), {"answer": answer})

    asked.refresh_from_db()
    assert asked.state == "published"


def test_taking_it_back_asks_first(asked: Proposal, pair: Pair) -> None:
    client, path = cast.signed_in(pair[0]), url("withdraw", asked.pk)

    assert "Take it back?" in words(pair[0], path)
    asked.refresh_from_db()
    assert asked.state == "published"
    assert client.post(path).url == url("asks")
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_only_who_asked_finds_the_page_to_take_it_back(asked: Proposal, pair: Pair) -> None:
    assert cast.signed_in(pair[1]).get(url("withdraw", asked.pk)).url == url("proposal", asked.pk)


@pytest.mark.parametrize("state", ["passed", "expired", "withdrawn", "agreed"])
def test_what_has_ended_shows_nothing_that_the_other_says_about_themselves(pair: Pair, state: str) -> None:
    row = propose(*pair, origin="ask")
    Proposal.objects.update(state=state, closed_at=cast.NOW, mentor_yes_at=cast.NOW)

    for member in pair:
        text = words(member, url("proposal", row.pk))
        assert "Honesty" not in text
        assert "What" not in text


def test_after_a_month_an_end_names_nobody(pair: Pair, now: datetime) -> None:
    propose(*pair, state="passed", now=now - timedelta(days=400))

    assert "Sam" not in words(pair[0], url("asks"))
    assert "Somebody could not take this on just now" in words(pair[0], url("asks"))


def test_an_end_reads_alike_whether_it_was_passed_on_or_time_ran_out(pair: Pair) -> None:
    row, texts = propose(*pair, state="passed"), set()
    for state in ("passed", "expired"):
        Proposal.objects.filter(pk=row.pk).update(state=state)
        texts.add((words(pair[0], url("proposal", row.pk)), words(pair[1], url("proposal", row.pk))))

    assert len(texts) == 1


def test_what_the_coordination_proposes_asks_both(pair: Pair, coordinator: Membership, now: datetime) -> None:
    draft = proposals.propose_by_hand(mentee=pair[0], mentor=pair[1], by=coordinator.user, now=now)
    row = proposals.publish_one(proposal=draft, by=coordinator.user, now=now)

    for member in pair:
        text = words(member, url("proposal", row.pk))
        assert "The coordination thinks that you and" in text
        assert "Yes, I would like to" in text
    cast.signed_in(pair[0]).post(url("answer", row.pk), {"answer": "yes"})
    assert "You said yes." in words(pair[0], url("proposal", row.pk))
    assert "said yes" not in words(pair[1], url("proposal", row.pk))


@pytest.mark.parametrize("who", ["other_mentee", "coordinator", "stranger", "matched_mentor"])
def test_nobody_else_finds_any_of_it(asked: Proposal, pair: Pair, who: str, request: pytest.FixtureRequest) -> None:
    client = cast.signed_in(request.getfixturevalue(who))
    missing = client.get(url("proposal", pair[0].pk))

    for path in (
        url("proposal", asked.pk),
        url("withdraw", asked.pk),
        url("shortlist", pair[0].pk),
        url("mentor", pair[0].pk, pair[1].pk),
    ):
        found = client.get(path)
        assert (found.status_code, found.content) == (404, missing.content)
    assert client.post(url("answer", asked.pk), {"answer": "yes"}).status_code == 404


def test_a_draft_is_nobodys(pair: Pair) -> None:
    draft = propose(*pair, origin="run", state="draft")

    for member in pair:
        client = cast.signed_in(member)
        assert client.get(url("proposal", draft.pk)).status_code == 404
        assert "Nothing is waiting" in words(member, url("asks"))


@pytest.mark.parametrize("standing", [Standing.APPLIED, Standing.CHECKED, Standing.PAUSED, Standing.LEFT])
def test_nobody_has_a_list_before_or_after_they_are_approved(
    pair: Pair, suggestion: Suggestion, standing: Standing
) -> None:
    Membership.objects.filter(pk=pair[0].pk).update(standing=standing)

    assert cast.signed_in(pair[0]).get(url("shortlist", pair[0].pk)).status_code == 404


def test_suggestions_lead_to_the_own_list_and_mentors_to_their_asks(mentee: Membership, mentor: Membership) -> None:
    assert cast.signed_in(mentee).get(url("suggestions")).url == url("shortlist", mentee.pk)
    assert cast.signed_in(mentor).get(url("suggestions")).url == url("asks")


def test_whoever_has_two_lists_chooses(mentee: Membership, other_program: Program) -> None:
    cast.make_member(other_program, Role.MENTEE, "Robin", user=mentee.user)

    text = words(mentee, url("suggestions"))

    assert "Harbour" in text
    assert "Lighthouse" in text


def test_titles_carry_no_name(asked: Proposal, pair: Pair) -> None:
    client = cast.signed_in(pair[1])
    titles = {
        re.search(r"<title>(.*?)</title>", client.get(path).content.decode(), re.S)[1].strip()
        for path in (url("asks"), url("proposal", asked.pk))
    }

    assert titles == {"Asks · Workspace", "Ask · Workspace"}
