"""A person's own pages."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role, ScreeningStep, Standing, User
from accounts.views import SHOWN
from tests.cast import make_program, make_user, signed_in

BASICS = {"name_to_use": "Sky", "time_zone": "Europe/Lisbon", "language": "en"}


@pytest.fixture
def newcomer(db):
    return User.objects.create_user("new@example.org")


@pytest.mark.parametrize("name", ["home", "accounts:me", "accounts:join", "safety:blocks"])
def test_who_is_new_is_asked_the_basics_before_anything_else(name, newcomer):
    assert signed_in(newcomer).get(reverse(name)).headers["Location"] == reverse("accounts:welcome")


@pytest.mark.parametrize("name", ["safety:help", "safety:exit_explained", "account_logout"])
def test_help_and_the_way_out_come_even_before_that(name, newcomer):
    assert signed_in(newcomer).get(reverse(name)).status_code == 200


def test_after_the_basics_comes_the_question_how_mail_may_look(newcomer):
    response = signed_in(newcomer).post(reverse("accounts:welcome"), {**BASICS, "adult": "on"})

    assert response.headers["Location"] == reverse("notices:first")
    assert User.objects.get().is_settled


def test_the_way_out_is_explained_once_before_that(newcomer):
    client, page = signed_in(newcomer), reverse("accounts:welcome")
    first = client.get(page).content.decode()

    assert client.post(page, {SHOWN: "1"}).headers["Location"] == page

    assert ("Leaving at once" in first, "Leaving at once" in client.get(page).content.decode()) == (True, False)


def test_who_is_not_18_is_told_kindly_and_stays_unsettled(newcomer):
    response = signed_in(newcomer).post(reverse("accounts:welcome"), BASICS)

    assert "For now this is a place for adults." in response.content.decode()
    assert not User.objects.get().is_settled


def test_the_welcome_is_for_the_first_time_only(mentee):
    assert signed_in(mentee).get(reverse("accounts:welcome")).headers["Location"] == reverse("home")


def test_a_name_that_was_not_saved_shows_nowhere_but_in_its_field(mentee):
    response = signed_in(mentee).post(reverse("accounts:me"), {**BASICS, "name_to_use": "X" * 81})

    assert response.content.decode().count("X" * 81) == 1
    assert User.objects.get(pk=mentee.user_id).name_to_use == "Robin"


def test_only_open_programs_are_offered(mentee):
    make_program("Quay", is_open=False)

    page = signed_in(mentee).get(reverse("accounts:join")).content.decode()

    assert ("Harbour" in page, "Quay" in page) == (True, False)


def test_the_list_of_programs_takes_as_many_queries_for_many_as_for_one(mentee, django_assert_num_queries):
    client = signed_in(mentee)
    for count in (1, 3):
        with django_assert_num_queries(4):
            assert client.get(reverse("accounts:join")).content.decode().count("Look closer") == count
        make_program("Quay")
        make_program("Pier")


def test_applying_leads_to_the_answers(program):
    person = make_user("Nia")
    url = reverse("accounts:join_program", args=[program.pk])

    response = signed_in(person).post(url, {"role": "mentor", "agreed": "on"})

    member = Membership.objects.get(user=person)
    assert (member.role, member.standing) == (Role.MENTOR, Standing.APPLIED)
    assert response.headers["Location"] == reverse("consent:answers", args=[member.pk])


@pytest.mark.parametrize("data", [{"role": "mentor"}, {"agreed": "on"}, {"role": "coordinator", "agreed": "on"}])
def test_nobody_applies_without_agreeing_or_for_a_role_not_offered(data, program):
    person = make_user("Nia")

    response = signed_in(person).post(reverse("accounts:join_program", args=[program.pk]), data)

    assert "Nearly there." in response.content.decode()
    assert not Membership.objects.filter(user=person).exists()


def test_applying_twice_says_so_kindly(mentee):
    url = reverse("accounts:join_program", args=[mentee.program_id])

    page = signed_in(mentee).post(url, {"role": "mentee", "agreed": "on"}).content.decode()

    assert "You are in this program in this role already." in page


def test_a_membership_can_be_paused_and_resumed(mentor):
    client = signed_in(mentor)
    for door, standing in (("pause", "paused"), ("resume", "approved")):
        client.post(reverse(f"accounts:{door}", args=[mentor.pk]))

        assert Membership.objects.get(pk=mentor.pk).standing == standing


def test_leaving_is_asked_once_more_and_then_done(mentee):
    client, url = signed_in(mentee), reverse("accounts:leave", args=[mentee.pk])

    assert "Leave Harbour?" in client.get(url).content.decode()
    assert Membership.objects.get(pk=mentee.pk).standing == Standing.APPROVED
    client.post(url)
    assert Membership.objects.get(pk=mentee.pk).standing == Standing.LEFT


def test_a_pause_by_the_coordination_offers_no_way_back(mentor, coordinator):
    Membership.objects.filter(pk=mentor.pk).update(standing=Standing.PAUSED)
    ScreeningStep.objects.create(membership=mentor, kind="standing", standing="paused", by=coordinator.user)
    client = signed_in(mentor)

    page = client.get(reverse("accounts:membership", args=[mentor.pk])).content.decode()

    assert ("The coordination paused this." in page, "I am back" in page) == (True, False)


@pytest.mark.parametrize("standing", [Standing.APPLIED, Standing.CHECKED, Standing.APPROVED, Standing.PAUSED])
def test_every_standing_has_kind_words(standing, mentee):
    Membership.objects.filter(pk=mentee.pk).update(standing=standing)

    page = signed_in(mentee).get(reverse("accounts:membership", args=[mentee.pk])).content.decode()

    assert "reject" not in page.lower()
    assert "<h2>" in page


@pytest.mark.parametrize("name", ["membership", "pause", "resume", "leave"])
@pytest.mark.parametrize("who", ["mentor", "coordinator", "stranger"])
def test_somebody_elses_membership_is_as_good_as_missing(name, who, mentee, request):
    client = signed_in(request.getfixturevalue(who))
    method = client.post if name in {"pause", "resume"} else client.get

    forbidden, missing = (method(reverse(f"accounts:{name}", args=[pk])) for pk in (mentee.pk, uuid.uuid4()))

    assert forbidden.status_code == 404
    assert (forbidden.content, set(forbidden.headers)) == (missing.content, set(missing.headers))


def test_what_has_been_left_is_missing(mentee):
    Membership.objects.filter(pk=mentee.pk).update(standing=Standing.LEFT)

    assert signed_in(mentee).get(reverse("accounts:membership", args=[mentee.pk])).status_code == 404


@pytest.mark.parametrize("name", ["accounts:me", "accounts:welcome", "accounts:join", "safety:blocks"])
def test_who_is_signed_out_is_asked_to_sign_in(name, db):
    assert Client().get(reverse(name)).headers["Location"] == f"/account/login/?next={reverse(name)}"


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(db):
    response = Client().get(reverse("accounts:me"), headers={"HX-Request": "true"})

    assert (response.status_code, response.headers["HX-Redirect"], response.content) == (200, "/account/login/", b"")


@pytest.mark.parametrize("name", ["home", "accounts:me", "account_email"])
def test_no_page_of_a_person_is_kept(name, mentee):
    kept = signed_in(mentee).get(reverse(name)).headers["Cache-Control"]

    assert {"no-store", "private"} <= set(kept.split(", "))


def test_the_health_check_may_be_kept_as_its_reader_likes(client, db):
    assert "Cache-Control" not in client.get(reverse("home:healthy")).headers


def test_times_are_in_the_readers_zone(mentee):
    User.objects.filter(pk=mentee.user_id).update(time_zone="Asia/Kolkata")
    Membership.objects.filter(pk=mentee.pk).update(changed_at="2026-03-02T09:30:00Z")

    page = signed_in(mentee).get(reverse("accounts:membership", args=[mentee.pk])).content.decode()

    assert "15:00" in page
