"""Asked for, taken back, worked off: what becomes of somebody who goes, and of those who stay."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.test import TestCase

from accounts.actions import people
from accounts.models import Membership, Role, User
from consent.gate import own_answer
from consent.letters import open_letter, seal_letter
from consent.models import Answer, LedgerEntry
from home import tasks
from home.actions import erasures, traces
from home.models import Erasure, Tally
from matching.actions import runs
from matching.models import MatchRun, Parcel, Proposal
from mentorship import words
from mentorship.actions import agreements, messages
from mentorship.models import Agreement, Message
from notices.models import Notice
from safety.actions import blocks
from safety.models import Block, Concern
from tests import cast
from tests.cast import give, make_member, make_user, signed_in

A_WEEK = timedelta(days=7)


def gone(member: Membership, now) -> None:
    row = erasures.ask(user=member.user, now=now, at_once=True)
    assert erasures.carry_out(pk=row.pk, now=now)


def test_for_a_week_nothing_happens(mentee, now):
    row = erasures.ask(user=mentee.user, now=now)

    assert (row.due_at, erasures.announce(now=now + A_WEEK - timedelta(seconds=1))) == (now + A_WEEK, 0)
    assert erasures.carry_out(pk=row.pk, now=now + A_WEEK - timedelta(seconds=1)) is False
    assert User.objects.filter(pk=mentee.user_id).exists()


def test_after_a_week_everything_is_gone(mentee, now):
    give(mentee, "about", "words")
    row = erasures.ask(user=mentee.user, now=now)

    assert erasures.carry_out(pk=row.pk, now=now + A_WEEK) is True

    kept = [model.objects.count() for model in (User, Membership, Answer, Erasure, EmailAddress, Notice, LedgerEntry)]
    assert (kept, Tally.objects.get().erased) == ([0] * 7, 1)


def test_the_sweep_rings_for_everybody_who_is_due(mentee, mentor, monkeypatch, now):
    rung: list[str] = []
    rows = [erasures.ask(user=member.user, now=now - A_WEEK) for member in (mentee, mentor)]
    monkeypatch.setattr(erasures, "ring", lambda task, pk: rung.append(pk))

    tasks.sweep.apply(throw=True)

    assert set(rung) == {str(row.pk) for row in rows}


def test_a_task_for_somebody_who_is_gone_does_nothing(mentee, now):
    row = erasures.ask(user=mentee.user, now=now, at_once=True)

    tasks.erase.apply(args=[str(row.pk)], throw=True)
    tasks.erase.apply(args=[str(row.pk)], throw=True)

    assert Tally.objects.get().erased == 1


def test_it_can_be_taken_back(mentee, now):
    row = erasures.ask(user=mentee.user, now=now)
    erasures.take_back(user=mentee.user)

    assert erasures.carry_out(pk=row.pk, now=now + A_WEEK) is False
    assert not Erasure.objects.exists()


def test_once_begun_it_cannot_be_taken_back_and_is_taken_up_again(mentee, monkeypatch, now):
    row = erasures.ask(user=mentee.user, now=now, at_once=True)
    with monkeypatch.context() as killed:
        killed.setattr(traces, "_forget_files", stop)
        with pytest.raises(KeyboardInterrupt):
            erasures.carry_out(pk=row.pk, now=now)

    with pytest.raises(erasures.Begun):
        erasures.take_back(user=mentee.user)
    assert (Answer.objects.count(), User.objects.filter(pk=mentee.user_id).exists()) == (0, True)
    assert erasures.carry_out(pk=row.pk, now=now) is True


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def test_asking_twice_is_asking_once_and_the_person_is_told_once(mentee, now):
    first = erasures.ask(user=mentee.user, now=now)
    again = erasures.ask(user=mentee.user, now=now + timedelta(days=3))

    assert (again.pk, again.due_at) == (first.pk, now + A_WEEK)
    assert Notice.objects.filter(to=mentee.user).count() == 1


def test_who_waits_may_have_it_at_once(mentee, now):
    row = erasures.ask(user=mentee.user, now=now)
    erasures.ask(user=mentee.user, now=now + timedelta(days=1), at_once=True)

    assert erasures.carry_out(pk=row.pk, now=now + timedelta(days=1)) is True


def test_the_database_keeps_the_order_of_moments(mentee, now):
    for wrong in ({"due_at": now - A_WEEK}, {"due_at": now, "begun_at": now - A_WEEK}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Erasure.objects.create(user=mentee.user, asked_at=now, **wrong)


def test_there_is_one_count(db):
    Tally.objects.create(pk=1)

    with pytest.raises(IntegrityError, match="there_is_one_tally"):
        Tally.objects.create(pk=2)


def test_the_only_coordinator_is_asked_to_find_another(coordinator, mentee, now):
    with pytest.raises(erasures.OnlyCoordinator, match="Nobody but you coordinates Harbour"):
        erasures.ask(user=coordinator.user, now=now)


def test_one_of_two_coordinators_may_go_and_what_they_did_stays(coordinator, program, mentee, now):
    make_member(program, Role.COORDINATOR, "Second")
    opening = mentee.openings.create(by=coordinator.user, reason="care", at=now, until=now + A_WEEK)

    gone(coordinator, now)

    opening.refresh_from_db()
    assert (opening.by, opening.reason) == (None, "care")


def test_a_coordinator_of_nobody_may_go(coordinator, now):
    gone(coordinator, now)

    assert not User.objects.filter(pk=coordinator.user_id).exists()


def test_a_name_is_not_kept_by_who_looks_after_programs_alone(coordinator, mentee):
    assert [found.pk for found in erasures.looked_after_alone(coordinator.user)] == [coordinator.program_id]
    assert erasures.looked_after_alone(mentee.user) == []


class TestWhoStays:
    def test_the_other_is_told_and_reads_that_it_ended(self, mentee, matched_mentor, now):
        gone(mentee, now)

        agreement = Agreement.objects.get()
        page = signed_in(matched_mentor).get(f"/agreements/{agreement.pk}/").content.decode()
        assert Notice.objects.get(to=matched_mentor.user).kind == Notice.Kind.AGREEMENT
        assert ("This has ended" in page, "Robin" in page) == (True, False)

    def test_what_the_other_wrote_stays_and_what_the_erased_wrote_goes(self, mentee, matched_mentor, now):
        agreement = Agreement.objects.get()
        for by, text in ((mentee, "of the one"), (matched_mentor, "of the other")):
            messages.send(agreement=agreement, by=by, text=text, now=now)

        gone(mentee, now)

        assert [text for _row, text in words.of_messages(Message.objects.all())] == ["of the other"]

    def test_shared_words_go_with_whoever_goes_first(self, mentee, matched_mentor, now):
        agreement, terms = Agreement.objects.get(), dict.fromkeys(words.JOINT, "together")
        agreements.write(agreement=agreement, by=matched_mentor, terms=terms, review_on=now.date(), now=now)

        gone(mentee, now)

        assert Agreement.objects.get().versions.count() == 0

    def test_where_both_are_gone_nothing_is_left_between_them(self, mentee, matched_mentor, now):
        gone(mentee, now)
        gone(matched_mentor, now)

        assert (Agreement.objects.count(), Tally.objects.get().erased) == (0, 2)

    def test_an_ask_ends_softly(self, mentee, mentor, now):
        pk = Proposal(mentee=mentee).pk
        Proposal.objects.create(
            pk=pk, program=mentee.program, mentee=mentee, mentor=mentor, origin="ask", state="published", fit=0.7,
            published_at=now, due_at=now + A_WEEK, note=seal_letter(pk, "hello", "note"), reasons=[{"facet": "values"}],
        )  # fmt: skip

        gone(mentee, now)

        row = Proposal.objects.get()
        assert (row.state, bytes(row.note), row.reasons, row.fit) == ("expired", b"", [], None)
        assert Notice.objects.get(to=mentor.user).kind == Notice.Kind.CLOSED

    def test_nobody_can_sign_in_as_or_meet_who_stands_in_for_the_erased(self, mentee, matched_mentor, now):
        gone(mentee, now)

        nobody = User.objects.get(email=traces.NOBODY)
        assert (nobody.is_active, nobody.has_usable_password(), nobody.emailaddress_set.count()) == (False, False, 0)
        assert [member.standing for member in nobody.memberships.all()] == ["left"]

    def test_a_new_agreement_finds_the_place_free(self, mentee, other_mentee, matched_mentor, now):
        Membership.objects.filter(pk=matched_mentor.pk).update(capacity=1)
        gone(mentee, now)

        opened = agreements.open_between(mentee=other_mentee, mentor=matched_mentor, now=now)

        assert opened.mentor_seat == 1

    def test_concerns_about_the_erased_stay_without_them(self, mentee, mentor, now):
        for by, about in ((mentee, mentor), (mentor, mentee)):
            row = Concern(program=mentee.program, by=by.user, about=about.user)
            row.sealed = seal_letter(row.pk, f"by {by.user}")
            row.save()

        gone(mentee, now)

        row = Concern.objects.get()
        assert (row.about, open_letter(row.pk, bytes(row.sealed))) == (None, "by Sam")

    def test_a_run_whose_workers_hold_their_answers_begins_anew(self, mentee, coordinator, now):
        run = runs.start(program=mentee.program, by=coordinator.user, now=now)
        MatchRun.objects.filter(pk=run.pk).update(state="running", claim=run.pk, beat_at=now)
        Parcel.objects.create(run=run, name="right 1", piece=1, of=1, sealed=b"numbers")

        gone(mentee, now)

        run.refresh_from_db()
        assert (run.state, run.claim, Parcel.objects.count()) == ("queued", None, 0)

    def test_the_answers_of_others_stay(self, mentee, mentor, now):
        give(mentor, "about", "words")

        gone(mentee, now)

        assert own_answer(mentor, "about").value == "words"


class TestWhoKeepsAway:
    def test_a_block_holds_when_the_same_address_comes_back(self, mentee, mentor, now):
        address = mentor.user.email
        blocks.block(blocker=mentee.user, blocked=mentor.user, now=now)
        gone(mentor, now)

        back = make_user("Back", email=address)
        blocks.resolve_addresses(users=[back])

        assert Block.objects.get().blocked == back

    def test_meanwhile_it_names_nobody_and_no_address(self, mentee, mentor, now):
        blocks.block(blocker=mentee.user, blocked=mentor.user, now=now)
        gone(mentor, now)

        row = Block.objects.get()
        assert (row.blocked, len(row.address), row.at) == (None, 64, now)

    def test_a_block_by_address_and_by_name_become_one(self, mentee, mentor, now):
        blocks.block_address(blocker=mentee.user, address=mentor.user.email, now=now)
        Block.objects.update(blocked=None)
        blocks.block(blocker=mentee.user, blocked=mentor.user, now=now)

        gone(mentor, now)

        assert list(Block.objects.values_list("blocked", flat=True)) == [None]

    def test_what_the_erased_kept_away_from_is_forgotten(self, mentee, mentor, now):
        blocks.block(blocker=mentee.user, blocked=mentor.user, now=now)
        gone(mentee, now)

        assert not Block.objects.exists()

    def test_the_page_reads_alike_whether_they_are_still_here(self, mentee, mentor, now):
        blocks.block(blocker=mentee.user, blocked=mentor.user, now=now)
        client = signed_in(mentee)
        before = shown(client.get("/blocks/").content.decode())
        gone(mentor, now)

        assert shown(client.get("/blocks/").content.decode()) == before


def shown(page: str) -> str:
    """The list, without the ids and tokens of its forms."""
    start = page.index('<ul class="list">')
    return "\n".join(line for line in page[start : page.index("</ul>", start)].splitlines() if "<form" not in line)


def test_a_row_that_is_due_is_rung_for_only_once_it_is_committed(mentee, now):
    with TestCase.captureOnCommitCallbacks() as bells:
        erasures.ask(user=mentee.user, now=now, at_once=True)

    assert len(bells) == 1


def test_an_erased_person_may_come_back_as_somebody_new(mentee, now):
    address = mentee.user.email
    gone(mentee, now)
    again = cast.make_user("Robin", email=address)
    people.rename(user=again, name_to_use="New", time_zone="UTC", language="en")

    assert (again.memberships.count(), str(again)) == (0, "New")
