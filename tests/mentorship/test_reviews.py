"""The day to look at it again, and the sweep."""

from datetime import UTC, date, datetime

from accounts.models import Membership, Standing
from mentorship import tasks
from mentorship.actions import agreements, reviews
from notices.models import Notice
from tests.mentorship import scene

THE_DAY = datetime(2026, 9, 1, 0, 5, tzinfo=UTC)


def reminders() -> int:
    return Notice.objects.filter(once__startswith="review:").count()


def test_both_are_reminded_on_the_day_and_once(active, now):
    before = reviews.remind(now=now)
    on_the_day = reviews.remind(now=THE_DAY)
    again = reviews.remind(now=THE_DAY)

    assert (before, on_the_day, again) == (0, 1, 0)
    assert reminders() == 2


def test_the_newest_wording_in_force_says_when(active, mentee, now):
    agreements.write(agreement=active, by=mentee, terms={}, review_on=date(2027, 1, 1), now=now)
    unsigned = reviews.remind(now=THE_DAY)
    scene.signed_by_both(active, number=2)
    Notice.objects.filter(once__startswith="review:").delete()

    assert unsigned == 1
    assert reviews.remind(now=THE_DAY) == 0


def test_nobody_is_reminded_of_what_is_not_active(written):
    assert reviews.remind(now=THE_DAY) == 0


def test_the_sweep_reminds_and_lets_go(active, mentor):
    Membership.objects.filter(pk=mentor.pk).update(standing=Standing.LEFT)

    tasks.sweep()

    active.refresh_from_db()
    assert (active.state, reminders()) == ("ended", 0)


def test_the_sweep_asks_few_questions_when_there_is_nothing_to_do(active, django_assert_num_queries):
    active.versions.update(review_on=date(2999, 1, 1))

    with django_assert_num_queries(5):
        tasks.sweep()
