"""Who gets to which page. Forbidden and missing are the same, byte for byte."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import Role, Standing
from mentorship import access
from mentorship.actions import agreements, meetings, messages
from mentorship.models import Agreement
from safety.models import Block
from tests.cast import give, make_member, signed_in
from tests.mentorship import scene

PAGES = ("agreement", "write", "sign", "end", "meetings", "messages")
WRITES = ("write", "sign", "end", "meetings", "messages")


def at(name: str, agreement: Agreement | uuid.UUID) -> str:
    return reverse(f"mentorship:{name}", args=[agreement if isinstance(agreement, uuid.UUID) else agreement.pk])


@pytest.fixture
def outsider(request, active, mentee, mentor):
    """Everybody who has nothing to do with the agreement, one after the other; some have one of their own."""
    if request.param == "somebody with an agreement of their own":
        other = make_member(mentee.program, Role.MENTEE, "Noor")
        scene.active(other, mentor)
        return other
    return request.getfixturevalue(request.param)


OUTSIDERS = [
    "other_mentee",
    "coordinator",
    "ally",
    "stranger",
    "other_program_coordinator",
    "somebody with an agreement of their own",
]


def told_by(response: HttpResponse) -> dict[str, str]:
    """Every header but the clock."""
    return {name: value for name, value in response.headers.items() if name != "Expires"}


@pytest.mark.parametrize("outsider", OUTSIDERS, indirect=True)
@pytest.mark.parametrize("name", PAGES)
def test_for_anybody_else_it_is_as_if_it_were_not_there(outsider, active, name):
    client = signed_in(outsider)

    forbidden, missing = client.get(at(name, active)), client.get(at(name, uuid.uuid4()))

    assert (forbidden.status_code, forbidden.content) == (404, missing.content)
    assert told_by(forbidden) == told_by(missing)


@pytest.mark.parametrize("outsider", OUTSIDERS, indirect=True)
@pytest.mark.parametrize("name", WRITES)
def test_nor_does_anybody_else_change_it(outsider, active, name):
    client = signed_in(outsider)

    forbidden, missing = client.post(at(name, active)), client.post(at(name, uuid.uuid4()))

    active.refresh_from_db()
    assert (forbidden.status_code, forbidden.content) == (404, missing.content)
    assert (active.state, active.versions.count(), active.messages.count()) == ("active", 1, 0)


@pytest.mark.parametrize("name", ["list", *PAGES])
def test_whoever_is_not_signed_in_is_asked_to(client, active, name):
    address = reverse("mentorship:list") if name == "list" else at(name, active)

    assert client.get(address).url == f"{reverse('account_login')}?next={address}"


@pytest.mark.parametrize("name", PAGES)
def test_both_of_them_get_in(mentee, mentor, name):
    agreement = scene.written(mentee, mentor)

    assert [signed_in(one).get(at(name, agreement)).status_code for one in (mentee, mentor)] == [200, 200]


def test_a_meeting_is_found_only_through_its_own_agreement(program, active, mentee, mentor, other_mentee, now):
    meeting = meetings.plan(
        agreement=active, by=mentee, said=datetime.fromisoformat("2026-07-01 09:00"), minutes=45, now=now
    )
    own = scene.active(other_mentee, mentor)
    client = signed_in(other_mentee)

    for name, ask in (("calendar", client.get), ("cancel", client.post)):
        theirs = ask(reverse(f"mentorship:{name}", args=[active.pk, meeting.pk]))
        through_own = ask(reverse(f"mentorship:{name}", args=[own.pk, meeting.pk]))
        missing = ask(reverse(f"mentorship:{name}", args=[uuid.uuid4(), uuid.uuid4()]))
        assert (theirs.status_code, theirs.content, through_own.content) == (404, missing.content, missing.content)


@pytest.mark.parametrize("name", ["write", "sign", "end", "meetings"])
def test_what_has_ended_is_closed_but_for_its_own_page(active, mentee, now, name):
    agreements.end(agreement=active, by=mentee.user, now=now)
    client = signed_in(mentee)

    assert client.get(at(name, active)).status_code == 404
    assert client.get(at("agreement", active)).status_code == 200


def test_messages_can_be_read_for_30_days_after_the_end_and_no_longer(active, mentee, now):
    agreements.end(agreement=active, by=mentee.user, now=now)

    agreement = access.thread_for(mentee.user, active.pk, now=now + timedelta(days=30))
    assert agreement == active
    with pytest.raises(access.Http404):
        access.thread_for(mentee.user, active.pk, now=now + timedelta(days=30, seconds=1))


def ended_page(by_block: bool, mentee, mentor) -> bytes:
    """What the mentor reads after the mentee ended it, or blocked them."""
    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    give(mentee, "about", "canary-answer")
    agreement = scene.active(mentee, mentor)
    meetings.plan(agreement=agreement, by=mentee, said=datetime.fromisoformat("2099-07-01 09:00"), minutes=45, now=now)
    messages.send(agreement=agreement, by=mentee, text="canary-message", now=now)
    agreements.end(agreement=agreement, by=mentee.user, now=now)
    if by_block:
        Block.objects.create(blocker=mentee.user, blocked=mentor.user)
    client = signed_in(mentor)
    pages = client.get(at("agreement", agreement)).content + client.get(reverse("mentorship:list")).content
    return pages.replace(str(agreement.pk).encode(), b"")


def test_after_a_block_nothing_of_the_other_is_left_and_it_reads_like_any_end(program, mentor):
    sides = [make_member(program, Role.MENTEE, "Robin") for _ in range(2)]
    plain = ended_page(False, sides[0], mentor)
    Agreement.objects.all().delete()
    blocked = ended_page(True, sides[1], mentor)

    assert plain == blocked
    for secret in (b"Robin", b"canary-answer", b"canary-message", b"Nobody at work knows.", b"2099"):
        assert secret not in blocked


def test_control_while_it_lasts_all_of_that_is_there(mentee, mentor, now):
    give(mentee, "about", "canary-answer")
    agreement = scene.active(mentee, mentor)
    meetings.plan(agreement=agreement, by=mentee, said=datetime.fromisoformat("2099-07-01 09:00"), minutes=45, now=now)

    shown = signed_in(mentor).get(at("agreement", agreement)).content

    assert all(secret in shown for secret in (b"Robin", b"canary-answer", b"Nobody at work knows.", b"2099"))


def test_only_mentors_have_a_page_of_places_and_only_their_own(program, mentee, mentor):
    other = make_member(program, Role.MENTOR, "Jo")
    gone = make_member(program, Role.MENTOR, "Al", standing=Standing.LEFT)
    missing = signed_in(mentor).get(at("places", uuid.uuid4()))

    for member, reader in ((other, mentor), (mentee, mentee), (gone, gone)):
        refused = signed_in(reader).get(at("places", member.pk))
        assert (refused.status_code, refused.content) == (404, missing.content)
    assert signed_in(mentor).get(at("places", mentor.pk)).status_code == 200


def test_agree_rows_of_the_cast_open_for_their_mentee(mentee, matched_mentor, former_mentor):
    agree_rows = Agreement.objects.filter(mentee=mentee)
    client = signed_in(mentee)

    assert [client.get(at("agreement", one)).status_code for one in agree_rows] == [200, 200]
