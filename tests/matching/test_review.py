"""What a coordinator reads of a run, and what they do not."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Program, Role
from consent.models import Grant
from consent.purposes import Purpose, Reach
from matching import review
from matching.actions import runs
from matching.engine.types import Certificate, Hindrance, Rule
from matching.models import MatchRun, Unmatched
from tests import cast
from tests.matching.conftest import crowd, propose

Pair = tuple[Membership, Membership]


def words(reader: Membership, run: MatchRun) -> str:
    page = cast.signed_in(reader).get(reverse("admin:matching_matchrun_change", args=[run.pk]))
    main = page.content.decode().split("<main", 1)[1].split("<footer", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def of_run(run: MatchRun, reader: Membership) -> review.Review:
    run.refresh_from_db()
    return review.of_run(run, reader.user)


def drafted(run: MatchRun, mentee: Membership, mentor: Membership, fit: float) -> None:
    draft = propose(mentee, mentor, origin="run", state="draft")
    draft.run, draft.fit = run, fit
    draft.save(update_fields=["run", "fit"])


@pytest.mark.parametrize(
    ("gap", "blocking", "read"),
    [
        (0.0, 0, ["Nothing better exists", "No mentee and mentor would both rather"]),
        (0.00011, 1, ["Nothing better than 0.02 % above this exists", "1 mentee and mentor would both rather"]),
        (0.002, 7, ["Nothing better than 0.20 % above", "7 pairs of mentee and mentor would both rather"]),
    ],
)
def test_a_certificate_reads_as_a_sentence(
    reviewed: MatchRun, coordinator: Membership, gap: float, blocking: int, read: list[str]
) -> None:
    MatchRun.objects.update(certificate=review.certified(Certificate({"m": 0.1}, 2.0, 9.0, gap, blocking)))

    proof = of_run(reviewed, coordinator).proof

    assert [sentence[: len(begun)] for sentence, begun in zip(proof, read, strict=True)] == read


def test_no_price_of_anybody_is_kept(reviewed: MatchRun) -> None:
    assert review.certified(Certificate({"m": 0.1}, 2.0, 9.0, 0.0, 0)) == {"bound": 9.0, "gap": 0.0, "blocking": 0}


def test_fits_are_spread_over_a_table_with_its_picture(
    reviewed: MatchRun, coordinator: Membership, program: Program
) -> None:
    for pair, fit in zip(zip(*crowd(program, 4), strict=True), (0.51, 0.54, 0.66, 1.0), strict=True):
        drafted(reviewed, *pair, fit)

    bars = of_run(reviewed, coordinator).fits

    assert [(bar.label, bar.count, bar.width) for bar in bars[:4]] == [
        ("0.50–0.55", 2, "100.0"), ("0.55–0.60", 0, "0.0"), ("0.60–0.65", 0, "0.0"), ("0.65–0.70", 1, "50.0")
    ]  # fmt: skip
    assert (bars[-1].label, bars[-1].count) == ("0.95–1.00", 1)


def test_why_nobody_has_two_rules_at_most_and_numbers_only_where_they_tell_nothing(
    reviewed: MatchRun, coordinator: Membership, mentee: Membership
) -> None:
    found = review.hindered(Hindrance(rule, 9) for rule in (Rule.NO_PLACES, Rule.LANGUAGE, Rule.THEIR_MUST))
    Unmatched.objects.create(run=reviewed, membership=mentee, **found)

    lone = of_run(reviewed, coordinator).unmatched[0]

    assert found["numbers"] == {"no_places": 9}
    assert lone.why == ["the possible mentors have no place left (9)", "no shared language"]
    assert lone.widening == ["One more place with a mentor.", "A mentor who speaks one of their languages."]


def told_of(rule: Rule) -> tuple[dict[str, int], list[str]]:
    found = review.hindered([Hindrance(rule, 3)])
    return found["numbers"], review.reasons.hindrances(found["hindrances"], found["numbers"])


PRIVATE = [Rule.MUST, Rule.THEIR_MUST, Rule.AVOIDED, Rule.FORBIDDEN]


@pytest.mark.parametrize("rule", PRIVATE)
def test_what_is_private_reads_the_same_whichever_it_is(rule: Rule) -> None:
    assert told_of(rule) == ({}, ["something private, or a pair that was set aside"])


def test_control_a_rule_that_has_a_name_of_its_own_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(review.reasons.HINDRANCES, "avoided", "a boundary")

    assert len({str(told_of(rule)) for rule in PRIVATE}) == 2


def test_nobody_reviews_what_they_are_part_of(
    reviewed: MatchRun, coordinator: Membership, program: Program, mentor: Membership, mentee: Membership
) -> None:
    herself = cast.make_member(program, Role.MENTEE, "Mika", user=coordinator.user)
    drafted(reviewed, herself, mentor, 0.5)
    Unmatched.objects.create(run=reviewed, membership=herself)
    Unmatched.objects.create(run=reviewed, membership=mentee)

    found = of_run(reviewed, coordinator)

    assert (found.pairs, [lone.member for lone in found.unmatched]) == ([], [mentee])


def test_a_run_is_read_with_the_same_queries_for_one_pair_and_three(
    reviewed: MatchRun, coordinator: Membership, program: Program
) -> None:
    pairs = list(zip(*crowd(program, 3), strict=True))
    counted = []
    for number in (1, 2):
        for pair in pairs[number - 1 : 2 * number - 1]:
            drafted(reviewed, *pair, 0.5)
            Unmatched.objects.create(run=reviewed, membership=pair[0], hindrances=["language"])
        reviewed.refresh_from_db()
        with CaptureQueriesContext(connection) as captured:
            review.of_run(reviewed, coordinator.user)
        counted.append(len(captured))

    assert counted[0] == counted[1] <= 10


def say_so(members: list[Membership], facet: str, key: str) -> None:
    for member in members:
        answer = cast.give(member, facet, cast.chosen(key), Reach.HELP_MATCH)
        Grant.objects.create(answer=answer, purpose=Purpose.STATISTICS, granted_at=cast.NOW, notice="1", language="en")


@pytest.fixture
def counted(program: Program) -> list[Membership]:
    """Two groups of mentees that may be told, and as many mentors."""
    mentees, _mentors = crowd(program, 24)
    say_so(mentees[:12], "faith", "muslim")
    say_so(mentees[12:], "faith", "jewish")
    return mentees


def audited(program: Program, coordinator: Membership, now: datetime) -> dict[str, Any]:
    run = runs.start(program=program, by=coordinator.user, now=now, seed=7)
    runs.execute(run_id=run.pk, clock=lambda: now)
    run.refresh_from_db()
    return run.audit


def test_a_run_tells_how_groups_fared_with_rounded_numbers(
    program: Program, coordinator: Membership, counted: list[Membership], now: datetime
) -> None:
    told = audited(program, coordinator, now)

    assert [(group["label"], group["people"]) for group in told["after"]] == [
        ("faith=jewish", 10),
        ("faith=muslim", 10),
    ]
    read = words(coordinator, MatchRun.objects.get())
    assert re.search(r"Faith: Jewish 10 0\.\d\d \(0\.\d\d–0\.\d\d\) 100 % \(75–100 %\)", read)
    assert "Between these groups the mean fit differs by at most 0.000." in read


def test_an_audit_is_told_once_in_seven_days(
    program: Program, coordinator: Membership, counted: list[Membership], now: datetime
) -> None:
    told = [bool(audited(program, coordinator, now + timedelta(days=days))) for days in (0, 6, 8)]

    assert told == [True, False, True]
    assert "This is told once in seven days" in words(coordinator, MatchRun.objects.order_by("queued_at")[1])


@pytest.fixture
def taken_back_meanwhile(counted: list[Membership], monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody no longer wants to be counted while the run is computed."""
    compute = runs._compute

    def meanwhile(*args: Any) -> Any:
        found = compute(*args)
        Grant.objects.filter(answer__membership=counted[0], purpose=Purpose.STATISTICS).delete()
        return found

    monkeypatch.setattr(runs, "_compute", meanwhile)


@pytest.mark.usefixtures("taken_back_meanwhile")
def test_an_audit_is_dropped_when_somebody_takes_back_meanwhile_that_they_are_counted(
    program: Program, coordinator: Membership, now: datetime
) -> None:
    assert audited(program, coordinator, now) == {}


@pytest.mark.usefixtures("taken_back_meanwhile")
def test_control_an_audit_that_is_kept_all_the_same_is_seen(
    program: Program, coordinator: Membership, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.pool.Pool.still_counts", lambda pool, people: True)

    assert audited(program, coordinator, now) != {}


def test_too_few_are_told_of_by_no_word(
    program: Program, coordinator: Membership, reviewed: MatchRun, counted: list[Membership], now: datetime
) -> None:
    Grant.objects.filter(answer__membership__in=counted[9:], purpose=Purpose.STATISTICS).delete()

    assert audited(program, coordinator, now) == {}
    read = words(coordinator, MatchRun.objects.exclude(pk=reviewed.pk).get())
    assert "Too few mentees let themselves be counted" in read
    assert "Muslim" not in read


@pytest.mark.parametrize(
    ("before", "after", "cost", "read"),
    [
        (0.04, 0.01, 0.0005, "Before groups were lifted it was 0.040; that cost 0.05 % of the total fit."),
        (0.04, 0.04, 0.0005, "Groups were lifted, which cost 0.05 % of the total fit and left that as it was."),
        (0.04, 0.04, 0.0, None),
    ],
)
def test_what_lifting_groups_did_and_cost(
    reviewed: MatchRun, coordinator: Membership, before: float, after: float, cost: float, read: str | None
) -> None:
    reviewed.audit = {"after": [], "gap_before": before, "gap_after": after, "cost": cost}

    gap, *lifted = review.of_run(reviewed, coordinator.user).lift

    assert gap == f"Between these groups the mean fit differs by at most {after:.3f}."
    assert lifted == ([read] if read else [])
