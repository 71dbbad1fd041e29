"""Every act of somebody who looks after others leaves one entry on the trail, with who did it and to which row."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import TrailEntry
from matching.actions import drafts, runs, whatifs
from matching.models import MatchRun
from safety.actions import concerns
from tests import cast
from tests.cast import NOW, signed_in
from tests.matching.conftest import propose, reviewed  # noqa: F401  a fixture


@pytest.fixture
def operator(db):
    return cast.make_user("Oda", is_staff=True, is_superuser=True)


def left(act: str, by, row) -> bool:
    """Whether exactly this one was left."""
    entries = TrailEntry.objects.exclude(act="begun").values_list("act", "actor_id", "row_id")
    return list(entries) == [(act, by.pk, row.pk)]


def test_starting_a_run(program, coordinator):
    run = runs.start(program=program, by=coordinator.user, now=NOW)

    assert left("run_started", coordinator.user, run)


def test_stopping_a_run(program, coordinator):
    run = MatchRun.objects.create(program=program, seed=1, started_by=coordinator.user)
    runs.cancel(run=run, by=coordinator.user, now=NOW)

    assert left("run_stopped", coordinator.user, run)


def test_publishing_a_run_is_one_act_however_many_pairs(reviewed, mentee, mentor, coordinator):  # noqa: F811
    draft = propose(mentee, mentor, origin="run", state="draft")
    draft.run = reviewed
    draft.save(update_fields=["run"])
    told = runs.publish(run=reviewed, by=coordinator.user, now=NOW)

    assert (told, left("run_publish", coordinator.user, reviewed)) == (1, True)


def test_asking_why_not(reviewed, mentee, mentor, coordinator):  # noqa: F811
    row = whatifs.ask(run=reviewed, mentee=mentee, mentor=mentor, by=coordinator.user, now=NOW)

    assert left("why_not", coordinator.user, row)


def test_pairing_by_hand(mentee, mentor, coordinator):
    row = drafts.propose_by_hand(mentee=mentee, mentor=mentor, by=coordinator.user, now=NOW)

    assert left("paired", coordinator.user, row)


@pytest.mark.parametrize(("act", "action"), [("set_aside", drafts.set_aside), ("published", drafts.publish_one)])
def test_what_becomes_of_a_draft(mentee, mentor, coordinator, act, action):
    row = propose(mentee, mentor, origin="run", state="draft")
    action(proposal=row, by=coordinator.user, now=NOW)

    assert left(act, coordinator.user, row)


def test_looking_after_a_concern(mentee, program, coordinator):
    row = concerns.raise_concern(program=program, by=mentee.user, about=None, words="Help", now=NOW)
    concerns.handle(concern=row, by=coordinator.user, now=NOW)

    assert left("handled", coordinator.user, row)


def test_changing_a_program(program, coordinator):
    page = reverse("admin:accounts_program_change", args=[program.pk])
    said = {"name": "Harbour", "agreements_per_mentee": 2, "ask_days": 9, "remind_days": 3, "vocabulary": "{}"}
    signed_in(coordinator).post(page, {**said, "help_lines": "[]"})

    assert left("program", coordinator.user, program)


def test_changing_who_may_sign_in(mentee, operator):
    page = reverse("admin:accounts_user_change", args=[mentee.user_id])
    signed_in(operator).post(page, {"is_active": "on", "is_staff": "on"})

    assert left("person", operator, mentee.user)


def test_taking_a_second_step_away(mentee, operator):
    factor = Authenticator.objects.create(user=mentee.user, type=Authenticator.Type.RECOVERY_CODES, data={})
    signed_in(operator).post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"})

    assert left("factor", operator, mentee.user)
