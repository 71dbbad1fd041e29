"""What A is shown does not depend on what B did not let reach people they are suggested to (rule 3).

The same small world is looked at twice, before and after B changed something hidden. Each world is one in which the
change would show if the rule were broken: planted defects prove it."""

from collections.abc import Iterable
from datetime import datetime
from types import SimpleNamespace

import pytest

from accounts.models import Membership, Program, Role
from consent import gate
from consent.actions import answers, wishes
from consent.models import Wish
from consent.purposes import Purpose, Reach
from matching import pool
from matching.actions import proposals, shortlists
from safety.actions import blocks
from tests import cast
from tests.matching.worlds import compute_all, listed, look, pages_of_mentee

HIDDEN = [Reach.ONLY_ME, Reach.HELP_MATCH, Reach.MATCHED]
World = tuple[Membership, list[Membership]]


@pytest.fixture
def world(program: Program, mentee: Membership, now: datetime) -> World:
    """One mentee and four mentors; the last of them would stand first, had they said what they keep to themselves."""
    cast.give(mentee, "values", cast.chosen("honesty", "courage"))
    mentors = [cast.make_member(program, Role.MENTOR, name, capacity=3) for name in ("Ash", "Jules", "Kim", "Sam")]
    for mentor, said in zip(mentors, ("honesty", "courage", "joy", "nature"), strict=True):
        cast.give(mentor, "values", cast.chosen(said))
    shortlists.want(mentee=mentee, now=now)
    compute_all(program, now)
    return mentee, mentors


def everything_seen(world: World) -> object:
    mentee, mentors = world
    return look(mentee, *pages_of_mentee(mentee, *mentors))


def say_hidden(member: Membership, reach: Reach, now: datetime) -> None:
    say = {"membership": member, "language": "en", "now": now, "reach": reach}
    answers.save(facet="values", value=cast.chosen("honesty", "courage"), **say)
    answers.save(facet="goals", value=cast.chosen("job"), **say)


@pytest.mark.parametrize("reach", HIDDEN)
def test_a_hidden_answer_changes_no_byte_before_or_after_the_next_computation(
    world: World, program: Program, reach: Reach, now: datetime
) -> None:
    sam = world[1][3]
    answers.forget(membership=sam, facet="values", now=now)
    compute_all(program, now)
    before = everything_seen(world)

    say_hidden(sam, reach, now)

    assert everything_seen(world) == before
    compute_all(program, now)
    assert everything_seen(world) == before


def test_control_lists_loaded_with_what_may_match_are_caught(
    world: World, program: Program, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(pool, "Purpose", SimpleNamespace(SHOW_SUGGESTED=Purpose.MATCH, MATCH=Purpose.MATCH))
    sam = world[1][3]
    answers.forget(membership=sam, facet="values", now=now)
    compute_all(program, now)
    before = everything_seen(world)

    say_hidden(sam, Reach.HELP_MATCH, now)
    compute_all(program, now)

    assert everything_seen(world) != before


def test_control_a_page_that_reads_what_may_match_is_caught(
    world: World, program: Program, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    before = everything_seen(world)
    read = gate.read
    monkeypatch.setattr(gate, "read", lambda purpose, people, **model: read(Purpose.MATCH, people, **model))

    answers.save(
        membership=world[1][0], facet="goals", value=cast.chosen("job"), reach=Reach.HELP_MATCH, language="en", now=now
    )

    assert everything_seen(world) != before


@pytest.fixture
def rivals(program: Program, mentee: Membership, other_mentee: Membership, now: datetime) -> World:
    """Two mentees, and two mentors with one place each. Robin comes first to Sam, unless Noor's wish counts for all."""
    mentors = [cast.make_member(program, Role.MENTOR, name, capacity=1) for name in ("Ash", "Sam")]
    cast.give(mentee, "values", cast.chosen("honesty", "courage"))
    cast.give(other_mentee, "values", cast.chosen("honesty", "courage", "joy"))
    cast.give(mentors[0], "values", cast.chosen("humour"))
    cast.give(mentors[1], "values", cast.chosen("honesty", "courage"))
    cast.give(mentors[0], "interests", cast.chosen("art"))
    cast.give(mentors[1], "interests", cast.chosen("books"))
    for one in (mentee, other_mentee):
        shortlists.want(mentee=one, now=now)
    compute_all(program, now)
    return mentee, mentors


def wish_for_sam(member: Membership, now: datetime) -> None:
    wishes.add(
        membership=member, facet="interests", value="books", strength=Wish.Strength.MUST, on_lists=False, now=now
    )


def test_a_private_wish_of_another_mentee_changes_no_byte(
    rivals: World, other_mentee: Membership, program: Program, now: datetime
) -> None:
    before = everything_seen(rivals)
    assert listed(rivals[0])[0] == "Sam"

    wish_for_sam(other_mentee, now)

    assert everything_seen(rivals) == before
    compute_all(program, now)
    assert everything_seen(rivals) == before


def test_control_private_wishes_that_act_on_all_lists_are_caught(
    rivals: World, other_mentee: Membership, program: Program, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    before = everything_seen(rivals)

    def everywhere(self: pool._Draft, member: Membership, own: bool) -> Iterable[gate.OwnWish]:
        return [] if own else self.wishes.get(member.pk, [])

    monkeypatch.setattr(pool._Draft, "_acting", everywhere)
    wish_for_sam(other_mentee, now)
    compute_all(program, now)

    assert everything_seen(rivals) != before


def keep_apart(rivals: World, other_mentee: Membership, now: datetime) -> None:
    sam = rivals[1][1]
    blocks.block(blocker=other_mentee.user, blocked=sam.user, now=now)


def test_a_block_of_another_mentee_makes_no_room_that_shows(
    rivals: World, other_mentee: Membership, program: Program, now: datetime
) -> None:
    before = everything_seen(rivals)

    keep_apart(rivals, other_mentee, now)

    compute_all(program, now)
    assert everything_seen(rivals) == before
    assert "Sam" not in listed(other_mentee)


@pytest.mark.parametrize("reason", ["", "wren-in-the-hedge"])
def test_the_mentee_reads_the_same_whatever_the_reason_and_if_time_ran_out(
    world: World, program: Program, reason: str, now: datetime
) -> None:
    mentee, mentors = world
    on_list = next(mentor for mentor in mentors if str(mentor.user) in listed(mentee))
    ask = proposals.ask(mentee=mentee, mentor=on_list, note="", now=now)
    page = f"/asks/{ask.pk}/"

    proposals.answer(proposal=ask, by=on_list, accepted=False, reason=reason, now=now)
    passed = look(mentee, page, "/asks/")
    type(ask).objects.filter(pk=ask.pk).update(state="expired", passing=b"")

    assert look(mentee, page, "/asks/") == passed
    assert b"wren" not in b"".join(body for _, body in passed.values())


@pytest.mark.parametrize("reach", HIDDEN)
def test_the_mentor_who_was_asked_sees_nothing_of_a_hidden_answer(world: World, reach: Reach, now: datetime) -> None:
    mentee, mentors = world
    on_list = next(mentor for mentor in mentors if str(mentor.user) in listed(mentee))
    ask = proposals.ask(mentee=mentee, mentor=on_list, note="Hello", now=now)
    before = look(on_list, f"/asks/{ask.pk}/", "/asks/")

    answers.save(membership=mentee, facet="faith", value=cast.chosen("jewish"), reach=reach, language="en", now=now)

    assert look(on_list, f"/asks/{ask.pk}/", "/asks/") == before
