"""Why not these two? What a coordinator may ask, how it is worked out, and how little it tells."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError
from django.db.models import F
from django.urls import reverse

from accounts.models import Membership, Program, Role, Standing
from consent.models import Grant
from consent.purposes import Reach
from matching import review
from matching.actions import claims, runs, whatifs
from matching.models import MatchRun, Proposal, WhatIf
from safety.models import Block
from tests import cast
from tests.matching.conftest import crowd, propose

Pair = tuple[Membership, Membership]
Ask = Callable[..., WhatIf]


@pytest.fixture
def ask(reviewed: MatchRun, pair: Pair, coordinator: Membership, now: datetime) -> Ask:
    def ask(mentee: Membership = pair[0], mentor: Membership = pair[1], **changes: Any) -> WhatIf:
        about = {"run": reviewed, "by": coordinator.user, "now": now, **changes}
        row = whatifs.ask(mentee=mentee, mentor=mentor, **about)
        whatifs.answer(whatif_id=row.pk, clock=lambda: now)
        return WhatIf.objects.select_related("mentee__program", "mentee__user", "mentor__user", "other__user").get(
            pk=row.pk
        )

    return ask


def told(row: WhatIf) -> tuple[list[str], dict[str, str]]:
    answer = review.of_question(row)
    return answer.against, dict(answer.facts)


def test_how_two_fit_and_what_a_lock_costs_the_others(
    ask: Ask, pair: Pair, program: Program, mentor: Membership, other_mentee: Membership
) -> None:
    Membership.objects.filter(pk=mentor.pk).update(capacity=1)
    cast.give(other_mentee, "values", cast.chosen("justice"))

    against, facts = told(ask(other_mentee))

    assert against == []
    assert facts["Fit of whom the mentee has"] == "nobody"
    assert re.fullmatch(
        r"The total fit changes by -\d\.\d\d. 1 person loses their mentor.",
        facts["If you lock these two and run again"],
    )


def test_with_whom_a_swap_would_be(ask: Ask, pair: Pair, program: Program) -> None:
    Membership.objects.filter(pk=pair[1].pk).update(capacity=1)
    mentees, mentors = crowd(program, 1)
    cast.give(mentees[0], "values", cast.chosen("justice"))
    cast.give(mentors[0], "values", cast.chosen("justice"))

    row = ask(mentor=mentors[0])

    assert row.other == mentees[0]
    assert "If the mentee swaps with Mentee 0" in told(row)[1]


def set_aside(mentee: Membership, mentor: Membership) -> None:
    propose(mentee, mentor, origin="run", state="withdrawn")
    Proposal.objects.update(set_aside=True)


WAYS: dict[str, Callable[[Membership, Membership], object]] = {
    "a must of the mentee": lambda mentee, mentor: cast.wish(mentee, "gender", "nonbinary", strength="must"),
    "a must of the mentor": lambda mentee, mentor: cast.wish(mentor, "gender", "nonbinary", strength="must"),
    "a boundary": lambda mentee, mentor: cast.wish(mentee, "gender", "trans", strength="never"),
    "a block": lambda mentee, mentor: Block.objects.create(blocker=mentor.user, blocked=mentee.user),
    "set aside": set_aside,
}
"""In which something private stands between two people."""


def private(pair: Pair, *ways: str) -> None:
    for member in pair:
        cast.give(member, "gender", cast.chosen("trans"), Reach.HELP_MATCH)
    for way in ways:
        WAYS[way](*pair)


@pytest.mark.parametrize("ways", [*([way] for way in WAYS), [*WAYS]])
def test_what_is_private_reads_and_is_kept_the_same_whatever_it_is(ask: Ask, pair: Pair, ways: list[str]) -> None:
    private(pair, *ways)
    row = ask()

    assert told(row) == (["not possible (private)"], {})
    assert (row.answer, row.other) == ({"rules": ["private"]}, None)


@pytest.mark.parametrize("side", [0, 1])
def test_an_answer_that_one_does_not_show_has_no_name(ask: Ask, pair: Pair, side: int) -> None:
    cast.give(pair[side], "languages", cast.chosen("pt"), Reach.HELP_MATCH)

    assert told(ask()) == (["not possible (private)"], {})


def test_control_a_table_that_knows_it_is_seen(ask: Ask, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatifs, "tellable", lambda rules: [rule.value for rule in rules])
    private(pair, "a boundary")

    assert ask().answer == {"rules": ["avoided"]}


def test_what_both_show_has_a_name_until_one_takes_it_back(ask: Ask, pair: Pair) -> None:
    cast.give(pair[1], "languages", cast.chosen("pt"))
    row = ask()
    assert told(row)[0] == ["no shared language"]

    Grant.objects.filter(answer__membership=pair[0], answer__facet="languages").delete()

    assert told(row)[0] == ["not possible (private)"]


def test_beside_what_may_be_told_nothing_private_is_hinted_at(ask: Ask, pair: Pair) -> None:
    cast.give(pair[1], "languages", cast.chosen("pt"))
    private(pair, "a boundary")

    assert told(ask())[0] == ["no shared language"]


CHANGES: dict[str, Callable[[Membership, Membership], object]] = {
    "paused": lambda mentee, mentor: Membership.objects.filter(pk=mentee.pk).update(standing=Standing.PAUSED),
    "withdrew": lambda mentee, mentor: Grant.objects.filter(answer__membership=mentor).delete(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_changed_meanwhile_is_not_told_of(
    ask: Ask, pair: Pair, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matching.engine import whatif

    compute = whatif.what_if

    def meanwhile(*args: Any, **about: Any) -> Any:
        found = compute(*args, **about)
        CHANGES[change](*pair)
        return found

    monkeypatch.setattr(whatif, "what_if", meanwhile)

    assert ask().answer == {"rules": ["absent"]}


def test_ten_questions_in_a_day_whoever_asks(
    ask: Ask, program: Program, now: datetime, coordinator: Membership
) -> None:
    mentees, mentors = crowd(program, 11)
    second = cast.make_member(program, Role.COORDINATOR, "Dana")
    for mentee, mentor in zip(mentees[:10], mentors[:10], strict=True):
        ask(mentee, mentor)

    with pytest.raises(whatifs.Enough):
        ask(mentees[10], mentors[10], by=second.user)
    assert ask(mentees[10], mentors[10], now=now + timedelta(days=1, seconds=1)).state == "ready"


@pytest.mark.parametrize("side", [0, 1])
def test_five_questions_about_one_person_in_thirty_days(ask: Ask, program: Program, now: datetime, side: int) -> None:
    one, others = (people := crowd(program, 6))[side][0], people[1 - side]

    def asked(number: int, after: timedelta) -> WhatIf:
        return ask(*((one, others[number]) if side == 0 else (others[number], one)), now=now + after)

    for number in range(5):
        asked(number, timedelta(days=number))
    with pytest.raises(whatifs.Enough):
        asked(5, timedelta(days=29))
    assert asked(5, timedelta(days=31)).state == "ready"


def test_nobody_asks_about_themselves_or_another_program(
    ask: Ask, program: Program, coordinator: Membership, other_program_mentor: Membership
) -> None:
    herself = cast.make_member(program, Role.MENTEE, "Mika", user=coordinator.user)

    for pair in ({"mentee": herself}, {"mentor": other_program_mentor}):
        with pytest.raises(whatifs.NotHere):
            ask(**pair)


def test_a_pair_that_stands_is_not_asked_about(ask: Ask, reviewed: MatchRun, pair: Pair) -> None:
    Proposal.objects.filter(pk=propose(*pair, origin="run", state="draft").pk).update(run=reviewed)

    with pytest.raises(whatifs.Paired):
        ask()


def test_a_swap_with_whoever_asks_is_not_told(ask: Ask, pair: Pair, program: Program, coordinator: Membership) -> None:
    Membership.objects.filter(pk=pair[1].pk).update(capacity=1)
    mentees, mentors = crowd(program, 1)
    for member in (mentees[0], mentors[0]):
        cast.give(member, "values", cast.chosen("justice"))
    Membership.objects.filter(pk=mentees[0].pk).update(user=coordinator.user)

    row = ask(mentor=mentors[0])

    assert (row.other, "swap" in row.answer) == (None, False)


def test_a_page_takes_the_question_and_it_stays_in_the_history(
    reviewed: MatchRun, pair: Pair, coordinator: Membership
) -> None:
    client = cast.signed_in(coordinator)
    said = {"mentee": pair[0].pk, "mentor": pair[1].pk}

    response = client.post(reverse("admin:matching_matchrun_ask", args=[reviewed.pk]), said)

    row = WhatIf.objects.get()
    assert response.url == reverse("admin:matching_matchrun_asked", args=[reviewed.pk, row.pk])
    assert "Working out what it would cost" in client.get(response.url).content.decode()
    line = LogEntry.objects.get()
    assert (line.user, line.object_id, line.change_message) == (
        coordinator.user,
        str(reviewed.pk),
        f"why not: {row.pk}",
    )
    assert "Robin · Sam" in client.get(reverse("admin:matching_matchrun_change", args=[reviewed.pk])).content.decode()


def test_another_coordinator_reads_no_question_about_themselves(
    ask: Ask, reviewed: MatchRun, program: Program, pair: Pair
) -> None:
    second = cast.make_member(program, Role.COORDINATOR, "Dana")
    Membership.objects.filter(pk=pair[1].pk).update(user=second.user)
    row = WhatIf.objects.create(
        run=reviewed, mentee=pair[0], mentor=pair[1], state="ready", answer={"rules": ["private"]}
    )

    client = cast.signed_in(second)

    assert client.get(reverse("admin:matching_matchrun_asked", args=[reviewed.pk, row.pk])).status_code == 404
    assert "Robin · " not in client.get(reverse("admin:matching_matchrun_change", args=[reviewed.pk])).content.decode()


def test_a_question_whose_worker_fell_silent_waits_again(reviewed: MatchRun, pair: Pair, now: datetime) -> None:
    row = WhatIf.objects.create(run=reviewed, mentee=pair[0], mentor=pair[1])
    claims.take(WhatIf.objects.all(), now)

    assert whatifs.give_back(now=now + timedelta(minutes=2)) == 1
    assert whatifs.answer(whatif_id=row.pk) is True
    assert whatifs.answer(whatif_id=row.pk) is False


def test_a_run_that_is_under_way_cannot_be_asked_about(ask: Ask, reviewed: MatchRun) -> None:
    reviewed.state = MatchRun.State.CANCELLED

    with pytest.raises(runs.NotReady):
        ask()


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        ({"state": "running"}, "a_running_question_has_a_claim"),
        ({"mentor_id": F("mentee_id")}, "a_question_is_about_two_people"),
    ],
)
def test_the_database_keeps_the_promise(ask: Ask, broken: dict[str, Any], promise: str) -> None:
    ask()

    with pytest.raises(IntegrityError, match=promise):
        WhatIf.objects.update(**broken)


def test_a_question_goes_with_whom_it_is_about_and_a_swap_forgets_them(
    reviewed: MatchRun, pair: Pair, other_mentee: Membership
) -> None:
    row = WhatIf.objects.create(run=reviewed, mentee=pair[0], mentor=pair[1], other=other_mentee)

    other_mentee.delete()
    row.refresh_from_db()
    assert row.other is None

    pair[1].delete()
    assert not WhatIf.objects.exists()
