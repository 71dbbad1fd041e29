"""Several at the same moment, on a real PostgreSQL: whoever goes while others act."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import Membership, User
from accounts.refusals import Refusal
from home.actions import erasures, traces
from home.models import Tally
from mentorship.actions import agreements, messages
from mentorship.models import Agreement
from tests.cast import agree, make_member
from tests.mentorship.test_races import Meet, together

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_memory(settings, tmp_path):
    settings.ERASURES = tmp_path / "erasures"


@pytest.mark.parametrize("attempt", range(2))
def test_two_who_are_together_may_go_at_once(mentee, mentor, now, attempt):
    agree(mentee, mentor)

    gone = together(*(lambda user=user: erasures.erase(user=user, now=now) for user in (mentee.user, mentor.user)))

    assert (gone, Tally.objects.get().erased, Agreement.objects.count()) == ([True, True], 2, 0)


@pytest.mark.parametrize("attempt", range(2))
def test_two_workers_at_one_row_erase_once(mentee, now, attempt):
    row = erasures.ask(user=mentee.user, now=now, at_once=True)

    gone = together(*[lambda: erasures.carry_out(pk=row.pk, now=now)] * 3)

    assert (sorted(gone), Tally.objects.get().erased) == ([False, False, True], 1)


def erased_by_two(user: User, monkeypatch: pytest.MonkeyPatch, now) -> int:
    """Two workers, each about to remove before the other has committed, if they can: how many are counted."""
    meet, remove = Meet(2), traces.remove

    def meet_and_remove(*, user: User) -> None:
        meet()
        remove(user=user)

    monkeypatch.setattr(traces, "remove", meet_and_remove)
    together(*[lambda: erasures.erase(user=User.objects.get(pk=user.pk), now=now)] * 2)
    return Tally.objects.get().erased


def test_who_is_being_erased_is_held(mentee, monkeypatch, now):
    assert erased_by_two(mentee.user, monkeypatch, now) == 1


def test_control_who_is_not_held_is_counted_twice(mentee, monkeypatch, now):
    monkeypatch.setattr(erasures, "_hold", lambda user: None)
    monkeypatch.setattr(User.objects, "select_for_update", lambda **how: User.objects.all())

    assert erased_by_two(mentee.user, monkeypatch, now) == 2


@pytest.mark.parametrize("attempt", range(2))
def test_taking_back_and_beginning_at_once_is_one_or_the_other(mentee, now, attempt):
    row = erasures.ask(user=mentee.user, now=now, at_once=True)

    gone, back = together(lambda: erasures.carry_out(pk=row.pk, now=now), lambda: erasures.take_back(user=mentee.user))

    assert User.objects.filter(pk=mentee.user_id).exists() is not gone
    assert back is None or isinstance(back, erasures.Begun)


@pytest.mark.parametrize("attempt", range(2))
def test_whoever_writes_or_meets_meanwhile_comes_through_or_is_told_kindly(mentee, mentor, other_mentee, now, attempt):
    agree(mentee, mentor)
    agreement = Agreement.objects.get()

    done = together(
        lambda: erasures.erase(user=mentee.user, now=now),
        lambda: messages.send(agreement=agreement, by=mentor, text="hello", now=now),
        lambda: agreements.end(agreement=agreement, by=mentor.user, now=now),
        lambda: agreements.open_between(mentee=mentee, mentor=mentor, now=now),
    )

    assert [one for one in done if isinstance(one, Exception) and not isinstance(one, Refusal)] == []
    assert (done[0], Membership.objects.filter(user=mentee.user_id).count()) == (True, 0)


def test_a_crowd_of_people_who_are_together_in_pairs_may_go_at_once(program, now):
    pairs = [(make_member(program, "mentee", f"E{n}"), make_member(program, "mentor", f"O{n}")) for n in range(6)]
    for mentee, mentor in pairs:
        agree(mentee, mentor)

    def go(member: Membership) -> bool:
        try:
            return erasures.erase(user=member.user, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as threads:
        gone = list(threads.map(go, [member for pair in pairs for member in pair]))

    assert (gone, Tally.objects.get().erased) == ([True] * 12, 12)
