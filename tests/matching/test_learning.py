"""What became of suggestions is kept where both let it help, by ids and by the day, and nowhere else."""

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Membership
from consent.actions import consents
from consent.models import Consent
from consent.purposes import Purpose
from matching.actions import learning, proposals
from matching.models import PairEvent, Suggestion
from matching.tasks import sweep
from mentorship.actions import agreements
from tests import cast
from tests.matching.conftest import propose
from tests.matching.worlds import look

Pair = tuple[Membership, Membership]
DAY = timedelta(days=1)


def say_yes(*members: Membership, now: datetime = cast.NOW) -> None:
    for member in members:
        consents.give(membership=member, purpose=Purpose.LEARNING, language="en", now=now)


def kept() -> list[tuple[str, str]]:
    return list(PairEvent.objects.order_by("id").values_list("kind", "by"))


def all_the_way(pair: Pair, now: datetime) -> None:
    """Seen, asked, said yes, ended after a week."""
    mentee, mentor = pair
    cast.signed_in(mentee).get(reverse("matching:shortlist", args=[mentee.pk]))
    ask = proposals.ask(mentee=mentee, mentor=mentor, note="Hello", now=now)
    agreement = proposals.answer(proposal=ask, by=mentor, accepted=True, now=now + DAY)
    assert agreement is not None
    agreements.end(agreement=agreement, by=mentor.user, now=now + 7 * DAY)
    learning.keep_ends(now=now + 8 * DAY)


def test_every_step_of_two_who_both_said_yes_is_kept_with_its_day(
    pair: Pair, suggestion: Suggestion, now: datetime
) -> None:
    say_yes(*pair)

    all_the_way(pair, now)

    assert kept() == [("shown", ""), ("asked", ""), ("yes", "mentor"), ("ended", "")]
    assert list(PairEvent.objects.order_by("id").values_list("on", flat=True))[1:] == [
        date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 9),
    ]  # fmt: skip


@pytest.mark.parametrize("who", [[], [0], [1]])
def test_one_yes_is_not_enough(pair: Pair, suggestion: Suggestion, who: list[int], now: datetime) -> None:
    say_yes(*(pair[side] for side in who))

    all_the_way(pair, now)

    assert kept() == []


def test_a_row_holds_who_what_and_the_day_and_no_more(pair: Pair) -> None:
    assert {field.name for field in PairEvent._meta.get_fields()} == {"id", "mentee", "mentor", "kind", "by", "on"}


def test_what_was_before_the_second_yes_is_not_kept(pair: Pair, suggestion: Suggestion, now: datetime) -> None:
    say_yes(pair[0])
    all_the_way(pair, now)

    say_yes(pair[1], now=now + 9 * DAY)

    assert learning.keep_ends(now=now + 10 * DAY) == 0
    assert kept() == []


@pytest.mark.parametrize("side", [0, 1])
def test_taking_it_back_deletes_what_was_kept_of_either_and_leaves_the_others(
    pair: Pair, other_mentee: Membership, matched_mentor: Membership, side: int, now: datetime
) -> None:
    say_yes(*pair, other_mentee, matched_mentor)
    learning.shown(mentee=pair[0], mentors=[pair[1]], now=now)
    learning.shown(mentee=other_mentee, mentors=[matched_mentor], now=now)

    consents.take_back(membership=pair[side], purpose=Purpose.LEARNING, now=now)

    assert [event.mentee.membership_id for event in PairEvent.objects.select_related("mentee")] == [other_mentee.pk]
    say_yes(pair[side])
    assert PairEvent.objects.count() == 1


def test_erasing_somebody_deletes_what_was_kept(pair: Pair, now: datetime) -> None:
    say_yes(*pair)
    learning.shown(mentee=pair[0], mentors=[pair[1]], now=now)

    pair[1].user.delete()

    assert kept() == []


def test_looking_twice_on_a_day_is_once(pair: Pair, now: datetime) -> None:
    say_yes(*pair)
    for later in (0, 1, 24):
        learning.shown(mentee=pair[0], mentors=[pair[1]], now=now + timedelta(hours=later))

    assert PairEvent.objects.count() == 2


def test_passing_says_who_passed_and_a_clock_that_ran_out_says_nobody(pair: Pair, now: datetime) -> None:
    say_yes(*pair)
    offer = propose(*pair, origin="run")

    proposals.answer(proposal=offer, by=pair[0], accepted=True, now=now)
    proposals.answer(proposal=offer, by=pair[1], accepted=False, now=now)
    propose(*pair, origin="hand", now=now - DAY)
    sweep()

    assert kept() == [("yes", "mentee"), ("passed", "mentor"), ("ended", "")]


def test_a_draft_that_nobody_heard_of_leaves_nothing_and_a_published_one_was_shown(
    pair: Pair, coordinator: Membership, now: datetime
) -> None:
    say_yes(*pair)
    by = coordinator.user
    proposals.set_aside(proposal=propose(*pair, origin="run", state="draft"), by=by, now=now)
    assert kept() == []

    proposals.publish_one(proposal=propose(*pair, origin="hand", state="draft"), by=by, now=now)

    assert kept() == [("shown", "")]


def test_the_sweep_keeps_an_end_once(pair: Pair, now: datetime) -> None:
    say_yes(*pair)
    agreements.end(agreement=cast.agree(*pair), by=pair[0].user, now=now)

    assert [learning.keep_ends(now=now), learning.keep_ends(now=now)] == [1, 0]
    assert kept() == [("ended", "")]


def test_looking_at_a_list_tells_nobody_whether_the_other_said_yes(pair: Pair, suggestion: Suggestion) -> None:
    say_yes(pair[0])
    path = reverse("matching:shortlist", args=[pair[0].pk])
    before = look(pair[0], path)

    say_yes(pair[1])

    assert look(pair[0], path) == before
    assert kept() == [("shown", "")]


def test_no_page_of_the_coordination_shows_it() -> None:
    assert not {PairEvent, Consent} & set(admin.site._registry)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"kind": "yes", "by": ""}, "an_answer_is_somebodys"),
        ({"kind": "shown", "by": "mentor"}, "an_answer_is_somebodys"),
        ({"kind": "told", "by": ""}, "an_answer_is_somebodys"),
    ],
)
def test_the_database_keeps_the_shape(pair: Pair, fields: dict[str, str], name: str) -> None:
    say_yes(*pair)
    sides = dict(zip(("mentee", "mentor"), Consent.objects.order_by("membership__role"), strict=True))

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PairEvent.objects.create(**sides, **fields, on=cast.NOW.date())


def harmed_by_taking_back_meanwhile(pair: Pair, monkeypatch: pytest.MonkeyPatch, now: datetime) -> bool:
    """One writes what was shown, and between its reading and its writing the other takes the consent back."""
    say_yes(*pair)
    write, failed = QuerySet.bulk_create, list[str]()

    def take_back() -> None:
        try:
            consents.take_back(membership=pair[1], purpose=Purpose.LEARNING, now=now)
        except DatabaseError as error:
            failed.append(type(error).__name__)
        finally:
            connection.close()

    other = threading.Thread(target=take_back)

    def meanwhile(rows: QuerySet[PairEvent], *args: Any, **kwargs: Any) -> Any:
        if rows.model is PairEvent:
            other.start()
            other.join(timeout=0.5)
        return write(rows, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "bulk_create", meanwhile)
    try:
        learning.shown(mentee=pair[0], mentors=[pair[1]], now=now)
    except IntegrityError as error:
        failed.append(type(error).__name__)
    other.join(timeout=20)
    return bool(failed or kept()) or Consent.objects.count() != 1


@pytest.mark.django_db(transaction=True)
def test_who_takes_it_back_while_something_is_written_leaves_nothing_behind(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    assert not harmed_by_taking_back_meanwhile(pair, monkeypatch, now)


@pytest.mark.django_db(transaction=True)
def test_control_without_waiting_for_each_other_one_of_the_two_fails(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """SQLite lets one write at a time whatever we do."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)

    assert harmed_by_taking_back_meanwhile(pair, monkeypatch, now) is (connection.vendor == "postgresql")
