"""From the second yes to the end."""

from datetime import timedelta

import pytest

from accounts.models import Membership, Role, Standing
from mentorship import queries, words
from mentorship.actions import agreements
from mentorship.models import Agreement
from notices.models import Notice
from safety.models import Block
from tests.cast import make_member, make_program
from tests.mentorship import scene


def notices_to(member: Membership) -> int:
    return Notice.objects.filter(to=member.user).count()


def test_an_agreement_opens_on_the_lowest_free_seat_of_each(program, mentee, other_mentee, mentor, now):
    first = agreements.open_between(mentee=mentee, mentor=mentor, now=now)
    second = agreements.open_between(mentee=other_mentee, mentor=mentor, now=now)
    agreements.end(agreement=first, by=mentor.user, now=now)
    third = agreements.open_between(mentee=make_member(program, Role.MENTEE, "Jo"), mentor=mentor, now=now)

    assert [a.mentor_seat for a in (first, second, third)] == [1, 2, 1]
    assert third.state == Agreement.State.WRITING


def test_a_full_mentor_is_refused(program, mentee, other_mentee, mentor, now):
    for member in (mentee, other_mentee):
        agreements.open_between(mentee=member, mentor=mentor, now=now)

    with pytest.raises(agreements.NoPlaceLeft):
        agreements.open_between(mentee=make_member(program, Role.MENTEE, "Jo"), mentor=mentor, now=now)


def test_a_mentee_has_as_many_mentors_as_the_program_allows(program, mentee, mentor, now):
    agreements.open_between(mentee=mentee, mentor=mentor, now=now)
    second = make_member(program, Role.MENTOR, "Jo")

    with pytest.raises(agreements.NoPlaceLeft):
        agreements.open_between(mentee=mentee, mentor=second, now=now)
    program.agreements_per_mentee = 2
    program.save()

    assert agreements.open_between(mentee=mentee, mentor=second, now=now).mentee_seat == 2


def test_two_who_are_together_are_not_brought_together_again(program, mentee, mentor, now):
    program.agreements_per_mentee = 2
    program.save()
    agreements.open_between(mentee=mentee, mentor=mentor, now=now)

    with pytest.raises(agreements.AlreadyTogether):
        agreements.open_between(mentee=mentee, mentor=mentor, now=now)


def test_two_who_parted_may_come_together_again(mentee, former_mentor, now):
    agreement = agreements.open_between(mentee=mentee, mentor=former_mentor, now=now)

    assert agreement.state == Agreement.State.WRITING


@pytest.mark.parametrize("standing", [Standing.APPLIED, Standing.CHECKED, Standing.PAUSED, Standing.LEFT])
@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_both_must_be_approved(mentee, mentor, standing, side, now):
    absent = {"mentee": mentee, "mentor": mentor}[side]
    Membership.objects.filter(pk=absent.pk).update(standing=standing)

    with pytest.raises(agreements.NotHere):
        agreements.open_between(mentee=mentee, mentor=mentor, now=now)


def test_both_must_be_in_one_program(mentee, other_program_mentor, now):
    with pytest.raises(agreements.NotHere):
        agreements.open_between(mentee=mentee, mentor=other_program_mentor, now=now)


def test_roles_are_not_swapped(mentee, mentor, now):
    with pytest.raises(agreements.NotHere):
        agreements.open_between(mentee=mentor, mentor=mentee, now=now)


def test_nobody_mentors_themselves(program, mentee, now):
    same = make_member(program, Role.MENTOR, "", user=mentee.user)

    with pytest.raises(agreements.NotHere):
        agreements.open_between(mentee=mentee, mentor=same, now=now)


def test_a_block_refuses_in_the_words_of_any_other_refusal(mentee, blocked_mentor, now):
    with pytest.raises(agreements.Apart) as refused:
        agreements.open_between(mentee=mentee, mentor=blocked_mentor, now=now)

    assert str(refused.value) == str(agreements.NotHere())


def test_the_second_signature_makes_it_active(written, mentee, mentor, now):
    later = now + timedelta(days=1)
    first = agreements.sign(agreement=written, version_number=1, by=mentee, now=now)
    second = agreements.sign(agreement=written, version_number=1, by=mentor, now=later)

    assert (first.state, first.active_at) == (Agreement.State.WRITING, None)
    assert (second.state, second.active_at) == (Agreement.State.ACTIVE, later)


def test_signing_twice_is_signing_once(written, mentee, now):
    for _ in range(2):
        agreement = agreements.sign(agreement=written, version_number=1, by=mentee, now=now)

    assert agreement.state == Agreement.State.WRITING
    assert list(queries.signers(queries.latest(agreement))) == [mentee.pk]


def test_an_outdated_version_cannot_be_signed(written, mentee, mentor, now):
    agreements.write(agreement=written, by=mentor, terms={"goals": "Other."}, review_on=scene.REVIEW, now=now)

    with pytest.raises(agreements.Outdated, match="read it again"):
        agreements.sign(agreement=written, version_number=1, by=mentee, now=now)


def test_nothing_written_nothing_signed(mentee, mentor, now):
    agreement = agreements.open_between(mentee=mentee, mentor=mentor, now=now)

    with pytest.raises(agreements.NothingToSign):
        agreements.sign(agreement=agreement, version_number=1, by=mentee, now=now)


@pytest.mark.parametrize("standing", [Standing.PAUSED, Standing.LEFT])
def test_it_does_not_become_active_with_somebody_who_is_away(written, mentee, mentor, standing, now):
    agreements.sign(agreement=written, version_number=1, by=mentee, now=now)
    Membership.objects.filter(pk=mentor.pk).update(standing=standing)

    with pytest.raises(agreements.NotHere):
        agreements.sign(agreement=written, version_number=1, by=mentor, now=now)


def test_a_change_needs_both_signatures_and_until_then_the_old_words_hold(active, mentee, mentor, now):
    agreements.write(agreement=active, by=mentor, terms={"goals": "A job."}, review_on=scene.REVIEW, now=now)
    agreements.sign(agreement=active, version_number=2, by=mentor, now=now)
    before = words.terms_of(queries.in_force(active))["goals"]
    agreement = agreements.sign(agreement=active, version_number=2, by=mentee, now=now)

    assert (before, words.terms_of(queries.in_force(active))["goals"]) == ("Find a flat.", "A job.")
    assert (agreement.state, agreement.active_at) == (Agreement.State.ACTIVE, now)


def test_somebody_on_a_break_may_still_sign_a_change(active, mentee, mentor, now):
    Membership.objects.filter(pk=mentor.pk).update(standing=Standing.PAUSED)
    agreements.write(agreement=active, by=mentee, terms={"goals": "A job."}, review_on=scene.REVIEW, now=now)

    scene.signed_by_both(active, number=2)

    assert queries.in_force(active).number == 2


def test_each_writes_their_own_part_and_never_the_other_s(written, mentee, mentor, now):
    version = agreements.write(
        agreement=written, by=mentor, terms={"part": "Everybody knows."}, review_on=scene.REVIEW, now=now
    )

    terms = words.terms_of(version)
    assert terms["parts"] == {str(mentee.pk): "Nobody at work knows.", str(mentor.pk): "Everybody knows."}
    assert terms["goals"] == "Find a flat."


def test_a_wording_based_on_an_older_one_does_not_run_over_the_newer(written, mentee, mentor, now):
    agreements.write(agreement=written, by=mentor, terms={}, review_on=scene.REVIEW, based_on=1, now=now)

    with pytest.raises(agreements.Outdated):
        agreements.write(agreement=written, by=mentee, terms={}, review_on=scene.REVIEW, based_on=1, now=now)


def test_words_that_an_agreement_does_not_have_are_a_mistake_in_the_code(written, mentee, now):
    with pytest.raises(ValueError, match="colour"):
        agreements.write(agreement=written, by=mentee, terms={"colour": "red"}, review_on=scene.REVIEW, now=now)


def test_an_end_frees_both_seats_calls_off_meetings_and_tells_the_other_once(active, mentee, mentor, now):
    from mentorship.actions import meetings

    meeting = meetings.plan(
        agreement=active, by=mentee, said=(now + timedelta(days=3)).replace(tzinfo=None), minutes=60, now=now
    )
    before = notices_to(mentor), notices_to(mentee)

    for _ in range(2):
        ended = agreements.end(agreement=active, by=mentee.user, now=now)

    assert (ended.state, ended.mentor_seat, ended.mentee_seat, ended.ended_by) == ("ended", None, None, mentee.user)
    assert queries.places_left(Membership.objects.filter(pk=mentor.pk)) == {mentor.pk: 2}
    meeting.refresh_from_db()
    assert meeting.cancelled_at == now
    assert (notices_to(mentor), notices_to(mentee)) == (before[0] + 1, before[1])


def test_what_has_ended_is_neither_written_nor_signed(active, mentee, mentor, now):
    agreements.end(agreement=active, by=mentor.user, now=now)

    with pytest.raises(agreements.Over):
        agreements.write(agreement=active, by=mentee, terms={}, review_on=scene.REVIEW, now=now)
    with pytest.raises(agreements.Over):
        agreements.sign(agreement=active, version_number=1, by=mentee, now=now)


def test_nobody_else_writes_signs_or_ends(written, other_mentee, coordinator, now):
    with pytest.raises(agreements.NotYours):
        agreements.write(agreement=written, by=other_mentee, terms={}, review_on=scene.REVIEW, now=now)
    with pytest.raises(agreements.NotYours):
        agreements.sign(agreement=written, version_number=1, by=other_mentee, now=now)
    with pytest.raises(agreements.NotYours):
        agreements.end(agreement=written, by=coordinator.user, now=now)


def test_who_leaves_a_program_lets_go_of_what_lasted_there(active, mentee, mentor, now):
    Membership.objects.filter(pk=mentee.pk).update(standing=Standing.LEFT)

    assert agreements.end_where_somebody_left(now=now) == 1
    active.refresh_from_db()
    assert (active.state, active.ended_by) == ("ended", mentee.user)
    assert agreements.end_where_somebody_left(now=now) == 0


def test_writing_and_signing_tell_the_other_each_time(mentee, mentor, now):
    agreement = scene.written(mentee, mentor)
    after_writing = notices_to(mentee), notices_to(mentor)
    agreements.sign(agreement=agreement, version_number=1, by=mentor, now=now)

    assert after_writing == (0, 1)
    assert (notices_to(mentee), notices_to(mentor)) == (1, 1)


def test_words_are_sealed_in_the_database(written):
    version = queries.latest(written)

    assert b"flat" not in bytes(version.sealed)
    assert words.terms_of(version)["goals"] == "Find a flat."


def test_places_left_is_one_query_for_everybody(program, mentee, matched_mentor, mentor, django_assert_num_queries):
    with django_assert_num_queries(1):
        left = queries.places_left(Membership.objects.filter(program=program, role=Role.MENTOR))

    assert left == {matched_mentor.pk: 1, mentor.pk: 2}


def test_a_block_in_another_program_holds_here_too(mentee, now):
    """The block is between people, so each of their memberships counts."""
    elsewhere = make_program("Elsewhere")
    there = make_member(elsewhere, Role.MENTEE, "", user=mentee.user)
    mentor_there = make_member(elsewhere, Role.MENTOR, "Jo")
    Block.objects.create(blocker=mentor_there.user, blocked=mentee.user)

    with pytest.raises(agreements.Apart):
        agreements.open_between(mentee=there, mentor=mentor_there, now=now)
