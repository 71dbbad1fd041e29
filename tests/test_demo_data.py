"""manage.py demo_data: a community that looks lived in, sealed like a real one, written once."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count

from accounts.models import Membership, Program, Role, ScreeningStep, Standing, User
from consent import gate
from consent.models import Answer, Grant, LedgerEntry, Wish
from consent.purposes import Purpose
from home import synthetic
from matching.models import MatchRun, Proposal, Shortlist
from mentorship.models import Agreement
from notices.models import Notice

SEED, MENTEES, MENTORS = 11, 24, 14
DRAWN = synthetic.draw(SEED, MENTEES, MENTORS)


def demo_data(seed: int = SEED, mentees: int = MENTEES, mentors: int = MENTORS) -> str:
    said = StringIO()
    call_command("demo_data", seed=seed, mentees=mentees, mentors=mentors, stdout=said)
    return said.getvalue()


def dump() -> str:
    """Every cell of every table as the database holds it."""
    cells = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            cells += [cell for row in cursor.fetchall() for cell in row if cell is not None]
    return "\n".join(bytes(c).decode("latin-1") if isinstance(c, bytes | memoryview) else str(c) for c in cells)


def secrets() -> set[str]:
    """What nobody may read in the database: everybody's own text, and what they are."""
    people = DRAWN.mentees + DRAWN.mentors
    values = [said.value for person in people for said in person.answers if said.facet in ("about", "gender", "faith")]
    return {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values if value}


@pytest.fixture
def told(db: None) -> str:
    return demo_data()


def test_everybody_drawn_is_there_and_can_sign_in_with_a_code(told):
    assert told == f"Drew {MENTEES} mentees, {MENTORS} mentors and a coordinator from seed {SEED}.\n"
    assert Membership.objects.filter(role=Role.MENTEE).count() == MENTEES
    assert Membership.objects.filter(role=Role.MENTOR).count() == MENTORS
    for user in User.objects.all():
        assert user.is_settled
        assert not user.has_usable_password()
        assert user.emailaddress_set.filter(email=user.email, verified=True, primary=True).exists()


def test_the_three_to_sign_in_as_stand_where_they_should(told):
    roles = {m.user.email: (m.role, m.standing, m.user.is_staff) for m in Membership.objects.select_related("user")}

    assert roles["mentee@example.org"] == (Role.MENTEE, Standing.APPROVED, False)
    assert roles["mentor@example.org"] == (Role.MENTOR, Standing.APPROVED, False)
    assert roles["coordinator@example.org"] == (Role.COORDINATOR, Standing.APPROVED, True)
    assert [email for email, (_, _, is_staff) in roles.items() if is_staff] == ["coordinator@example.org"]


def test_six_wait_to_be_approved_and_everybody_else_was_checked_by_the_coordinator(told):
    waiting = Membership.objects.filter(standing__in=[Standing.APPLIED, Standing.CHECKED])
    let_in = Membership.objects.filter(standing=Standing.APPROVED).exclude(role=Role.COORDINATOR)
    checks = ScreeningStep.objects.filter(kind=ScreeningStep.Kind.CONVERSATION, by__email="coordinator@example.org")

    assert waiting.count() == 6
    assert set(let_in.values_list("pk")) <= set(checks.values_list("membership"))


def test_a_second_time_nothing_is_changed(told):
    before = (dump(), Answer.objects.count(), Notice.objects.count())

    assert "here already" in demo_data(seed=12)
    assert (dump(), Answer.objects.count(), Notice.objects.count()) == before


def test_it_does_not_mix_with_a_program_of_others(program):
    with pytest.raises(CommandError, match="real ones"):
        demo_data()

    assert (Program.objects.count(), User.objects.count()) == (1, 0)


@pytest.mark.parametrize(("mentees", "mentors"), [(1, 14), (24, 0)])
def test_too_few_people_are_refused_with_what_was_expected(db, mentees, mentors):
    with pytest.raises(CommandError, match="expected 2 or more"):
        demo_data(mentees=mentees, mentors=mentors)


def test_two_of_each_are_enough(db):
    demo_data(mentees=2, mentors=2)

    assert Shortlist.objects.filter(mentee__user__email="mentee@example.org").exists()


def test_what_people_said_lies_sealed(told):
    plain = dump()

    assert len(secrets()) > 40
    assert [secret for secret in secrets() if secret in plain] == []
    assert "an hour for me every other week" not in plain


def test_the_search_for_plain_words_finds_an_unsealed_answer(told):
    secret = str(DRAWN.mentees[0].said("about"))
    Answer.objects.filter(facet="about", kind=Answer.Kind.GIVEN).update(sealed=secret.encode())

    assert secret in dump()


def test_the_gate_opens_what_was_drawn_and_only_as_far_as_it_travels(told):
    members = {m.user.email: m for m in Membership.objects.filter(role=Role.MENTOR).select_related("user")}
    opened = gate.read(Purpose.SHOW_SUGGESTED, list(members.values()))

    for person in DRAWN.mentors:
        suggested = {said.facet: said.value for said in person.answers if said.reach.value == "suggested"}
        assert opened[members[person.email].pk] == suggested


def test_wishes_open_as_they_were_drawn(told):
    wished = [wish.value for person in DRAWN.mentees + DRAWN.mentors for wish in person.wishes]

    opened = gate.wishes(Membership.objects.all())

    assert sorted(wish.value for wishes in opened.values() for wish in wishes) == sorted(wished)
    assert Wish.objects.count() == len(wished)


def test_every_grant_stands_in_the_ledger(told):
    grants = Grant.objects.values_list("answer__membership", "answer__facet", "purpose", "notice")
    ledger = LedgerEntry.objects.exclude(facet__startswith="wish:")

    assert sorted(grants) == sorted(ledger.values_list("membership_id", "facet", "purpose", "notice"))


def test_an_ask_waits_for_the_mentor_and_only_that_mail_is_still_to_go(told):
    ask = Proposal.objects.get(mentor__user__email="mentor@example.org")

    assert (ask.state, ask.origin) == (Proposal.State.PUBLISHED, Proposal.Origin.ASK)
    assert ask.reasons
    waiting = Notice.objects.filter(state=Notice.State.WAITING)
    assert list(waiting.values_list("to__email", "kind")) == [("mentor@example.org", Notice.Kind.ASKED)]


def test_the_mentee_has_a_list_to_be_computed_and_nothing_open(told):
    shortlist = Shortlist.objects.get(mentee__user__email="mentee@example.org")

    assert shortlist.state == Shortlist.State.QUEUED
    assert not Proposal.objects.filter(mentee=shortlist.mentee).exists()


def test_a_first_run_is_queued_with_the_seed(told):
    run = MatchRun.objects.get()

    assert (run.state, run.seed, run.started_by.email) == (MatchRun.State.QUEUED, SEED, "coordinator@example.org")


def test_pairs_are_found_in_every_state(told):
    asks = dict(Proposal.objects.values_list("state").annotate(Count("id")))
    agreements = dict(Agreement.objects.values_list("state").annotate(Count("id")))

    assert asks == {"agreed": 4, "passed": 1, "withdrawn": 1, "published": 3}
    assert agreements == {"active": 2, "writing": 1, "ended": 1}


def test_nothing_has_happened_before_people_were_let_in(told):
    for proposal in Proposal.objects.select_related("mentee", "mentor"):
        assert proposal.created_at > max(proposal.mentee.changed_at, proposal.mentor.changed_at)
        assert proposal.closed_at is None or proposal.closed_at > proposal.created_at
