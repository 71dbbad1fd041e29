"""Writing to the coordination: sealed, for the right eyes, and announced discreetly."""

import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from accounts.models import Role, Standing
from home.actions import concerns as home_concerns
from notices import tasks
from notices.models import Notice
from safety import access
from safety.actions import concerns
from safety.models import Concern
from tests.cast import make_member, signed_in

CANARY = "heliotrope-4711"


@pytest.fixture
def concern(mentee, matched_mentor, coordinator, now):
    return concerns.raise_concern(
        program=mentee.program, by=mentee.user, about=matched_mentor.user, words=f" {CANARY} ", now=now
    )


def test_the_words_are_sealed_and_open_for_the_coordination(concern, coordinator):
    assert CANARY.encode() not in bytes(Concern.objects.get().sealed)
    assert concerns.words_of(concern=Concern.objects.get(), by=coordinator.user) == CANARY


@pytest.mark.parametrize("who", ["mentee", "matched_mentor", "other_program_coordinator", "stranger"])
def test_nobody_else_reads_them(who, concern, request):
    with pytest.raises(concerns.NotYours):
        concerns.words_of(concern=concern, by=request.getfixturevalue(who).user)


def test_a_coordinator_does_not_read_what_is_about_them(mentee, coordinator, now):
    concern = concerns.raise_concern(
        program=mentee.program, by=mentee.user, about=coordinator.user, words=CANARY, now=now
    )

    with pytest.raises(concerns.NotYours):
        concerns.words_of(concern=concern, by=coordinator.user)
    with pytest.raises(Http404):
        access.concern_for(coordinator.user, concern.pk)


def test_a_coordinator_obtains_those_of_their_program_alone(concern, coordinator, other_program_coordinator):
    assert access.concern_for(coordinator.user, concern.pk) == concern
    for pk in (concern.pk, uuid.uuid4()):
        with pytest.raises(Http404):
            access.concern_for(other_program_coordinator.user, pk)


def test_empty_words_are_no_concern(mentee, now):
    with pytest.raises(concerns.WordsMissing):
        concerns.raise_concern(program=mentee.program, by=mentee.user, about=None, words="  ", now=now)


@pytest.mark.parametrize("who", ["stranger", "left"])
def test_only_people_of_the_program_write(who, program, stranger, now):
    people = {"stranger": stranger, "left": make_member(program, Role.MENTEE, "Ira", standing=Standing.LEFT)}

    with pytest.raises(concerns.NotHere):
        concerns.raise_concern(program=program, by=people[who].user, about=None, words="Hello", now=now)


def test_the_first_who_handles_it_counts(concern, coordinator, program, now):
    other = make_member(program, Role.COORDINATOR, "Yael")
    for one in (coordinator, other):
        concerns.handle(concern=concern, by=one.user, now=now)

    kept = Concern.objects.get()
    assert (kept.state, kept.handled_by, kept.handled_at) == (Concern.State.HANDLED, coordinator.user, now)


def test_only_the_coordination_handles_it(concern, matched_mentor, now):
    with pytest.raises(concerns.NotYours):
        concerns.handle(concern=concern, by=matched_mentor.user, now=now)


def test_every_coordinator_is_told_but_not_whom_it_is_about(mentee, coordinator, other_program_coordinator, now):
    about = make_member(mentee.program, Role.COORDINATOR, "Yael")

    told = home_concerns.tell(program=mentee.program, by=mentee.user, about=about.user, words=CANARY, now=now)

    notices = [(notice.to, notice.kind, notice.about) for notice in Notice.objects.all()]
    assert notices == [(coordinator.user, Notice.Kind.CONCERN, told.pk)]


def test_no_mail_and_no_log_carries_the_words(mentee, coordinator, now, caplog):
    home_concerns.tell(program=mentee.program, by=mentee.user, about=None, words=CANARY, now=now)

    tasks.sweep()

    assert [message.to for message in mail.outbox] == [[coordinator.user.email]]
    assert CANARY not in mail.outbox[0].message().as_string() + caplog.text


@pytest.mark.parametrize(("state", "handled"), [("open", True), ("handled", False)])
def test_the_database_keeps_concerns_in_order(state, handled, concern, now):
    with pytest.raises(IntegrityError, match="a_handled_concern_says_when"), transaction.atomic():
        Concern.objects.filter(pk=concern.pk).update(state=state, handled_at=now if handled else None)


def test_the_page_takes_words_about_the_program(mentee, coordinator):
    response = signed_in(mentee).post(reverse("home:concern", args=[mentee.pk]), {"words": CANARY})

    assert response.headers["Location"] == reverse("home")
    assert (Concern.objects.get().by, Concern.objects.get().about) == (mentee.user, None)


def test_the_page_takes_words_about_somebody_met(mentee, matched_mentor):
    signed_in(mentee).post(reverse("home:concern_about", args=[matched_mentor.pk]), {"words": CANARY})

    assert Concern.objects.get().about == matched_mentor.user


@pytest.mark.parametrize(
    ("name", "whose"), [("concern", "mentor"), ("concern_about", "mentor"), ("concern_about", "stranger")]
)
def test_about_people_never_met_there_is_no_page(name, whose, mentee, request):
    pk, client = request.getfixturevalue(whose).pk, signed_in(mentee)

    forbidden, missing = (client.get(reverse(f"home:{name}", args=[one])) for one in (pk, uuid.uuid4()))

    assert (forbidden.status_code, forbidden.content) == (404, missing.content)
