"""These two never meet again, and neither is told."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from home.actions import blocks as home_blocks
from mentorship.models import Agreement
from safety import queries
from safety.actions import blocks
from safety.models import Block
from tests.cast import NOW, agree, make_user, signed_in

ADDRESS = "known@example.org"


@pytest.fixture
def known(db):
    return make_user("Known", email=ADDRESS)


def test_a_block_works_in_both_directions(mentee, mentor, now):
    blocks.block(blocker=mentee.user, blocked=mentor.user, now=now)

    assert queries.are_apart(mentee.user, mentor.user)
    assert queries.are_apart(mentor.user, mentee.user)
    assert queries.blocked_pairs([mentee.user_id, mentor.user_id]) == {frozenset({mentee.user_id, mentor.user_id})}


def test_pairs_of_others_are_not_among_them(mentee, mentor, stranger, now):
    blocks.block(blocker=stranger.user, blocked=mentor.user, now=now)

    assert queries.blocked_pairs([mentee.user_id, mentor.user_id]) == set()


def test_the_pairs_of_many_people_are_those_of_few(
    mentee, mentor, stranger, now, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(queries, "BETWEEN_MANY", 1)
    for blocker, blocked in [(mentee, mentor), (stranger, mentor)]:
        blocks.block(blocker=blocker.user, blocked=blocked.user, now=now)

    with django_assert_num_queries(1):
        pairs = queries.blocked_pairs([mentee.user_id, mentor.user_id])
    assert pairs == {frozenset({mentee.user_id, mentor.user_id})}


def test_blocking_twice_is_blocking_once(mentee, mentor, now):
    first, second = (blocks.block(blocker=mentee.user, blocked=mentor.user, now=now) for _ in range(2))

    assert first == second


def test_nobody_blocks_themselves(known, now):
    with pytest.raises(blocks.Yourself):
        blocks.block(blocker=known, blocked=known, now=now)
    with pytest.raises(blocks.Yourself):
        blocks.block_address(blocker=known, address=ADDRESS.upper(), now=now)


def test_an_address_is_kept_as_a_digest_alone(mentee, now):
    row = blocks.block_address(blocker=mentee.user, address=" New@Example.org ", now=now)

    assert (len(row.address), row.address) == (64, blocks.digests("new@example.org")[0])
    assert "new@example.org" not in str(Block.objects.values().get())


def test_the_digest_of_an_address_needs_our_key(settings):
    with_ours = blocks.digests(ADDRESS)
    settings.SECRET_KEY = "another"

    assert not set(blocks.digests(ADDRESS)) & set(with_ours)


def test_a_block_by_address_outlives_a_change_of_our_key(mentee, now, settings):
    row = blocks.block_address(blocker=mentee.user, address="later@example.org", now=now)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]

    assert blocks.block_address(blocker=mentee.user, address="later@example.org", now=now) == row
    late = make_user("Late", email="later@example.org")
    blocks.resolve_addresses(users=[late])
    assert queries.are_apart(mentee.user, late)


def test_who_has_the_address_is_blocked_at_once(mentee, known, now):
    blocks.block_address(blocker=mentee.user, address=ADDRESS, now=now)

    assert queries.are_apart(mentee.user, known)


def test_who_turns_up_with_the_address_is_blocked_then(mentee, now):
    blocks.block_address(blocker=mentee.user, address=ADDRESS, now=now)
    person = make_user("Known", email=ADDRESS)
    assert not queries.are_apart(mentee.user, person)

    blocks.resolve_addresses(users=[person])

    assert queries.are_apart(mentee.user, person)


def test_signing_in_is_turning_up(mentee, client, settings, now):
    settings.PACE = 0
    blocks.block_address(blocker=mentee.user, address=ADDRESS, now=now)
    confirm = client.post(reverse("account_signup"), {"email": ADDRESS}).headers["Location"]

    client.post(confirm, {"code": client.session["account_email_verification_code"]["code"]})

    assert queries.are_apart(mentee.user, User.objects.get(email=ADDRESS))


def test_an_address_that_nobody_proved_is_nobodys(mentee, now):
    User.objects.create_user(ADDRESS).emailaddress_set.create(email=ADDRESS, verified=False, primary=True)

    row = blocks.block_address(blocker=mentee.user, address=ADDRESS, now=now)

    assert Block.objects.get(pk=row.pk).blocked is None


def test_lifting_one_of_two_blocks_leaves_the_other(mentee, known, now):
    by_name = blocks.block(blocker=mentee.user, blocked=known, now=now)
    blocks.block_address(blocker=mentee.user, address=ADDRESS, now=now)

    blocks.unblock(block=by_name, by=mentee.user)

    assert queries.are_apart(mentee.user, known)


def test_only_who_blocked_lifts_it(mentee, mentor, now):
    row = blocks.block(blocker=mentee.user, blocked=mentor.user, now=now)

    with pytest.raises(blocks.NotYours):
        blocks.unblock(block=row, by=mentor.user)


def test_keeping_away_from_an_address_ends_what_connects(mentee, mentor, now):
    mentor.user.emailaddress_set.create(email=ADDRESS, verified=True)
    agreement = agree(mentee, mentor)

    home_blocks.keep_address_apart(by=mentee.user, address=ADDRESS, now=now)

    assert Agreement.objects.get(pk=agreement.pk).state == Agreement.State.ENDED
    assert queries.are_apart(mentee.user, mentor.user)


def test_without_ending_it_the_block_waits(mentee, mentor, now):
    mentor.user.emailaddress_set.create(email=ADDRESS, verified=True)
    agree(mentee, mentor)

    row = blocks.block_address(blocker=mentee.user, address=ADDRESS, now=now)

    assert Block.objects.get(pk=row.pk).blocked is None


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({}, "a_block_names_a_person_or_an_address"),
        ({"blocked": "self"}, "nobody_blocks_themselves"),
    ],
)
def test_the_database_keeps_blocks_in_order(fields, constraint, known):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Block.objects.create(blocker=known, **dict.fromkeys(fields, known))


def test_the_database_keeps_one_block_per_pair_and_per_address(mentee, known):
    for fields in ({"blocked": known}, {"address": "digest"}):
        Block.objects.create(blocker=mentee.user, **fields)

        with pytest.raises(IntegrityError), transaction.atomic():
            Block.objects.create(blocker=mentee.user, **fields)


def answer(member, address):
    """What the page says to somebody who types an address in, and then shows."""
    client = signed_in(member)
    said = client.post(reverse("home:keep_address_apart"), {"address": address})
    page = client.get(said.headers["Location"])
    Block.objects.all().delete()
    hidden = page.context["csrf_token"], *(str(block.pk) for block in page.context["blocks"])
    text = page.content.decode()
    for word in hidden:
        text = text.replace(str(word), "")
    return said.status_code, said.headers, drop_times(text)


def drop_times(text):
    return [line for line in text.splitlines() if "<time" not in line and "csrfmiddlewaretoken" not in line]


def test_the_page_reads_alike_for_a_known_and_an_unknown_address(mentee, known):
    said, unsaid = answer(mentee, ADDRESS), answer(mentee, "other@example.org")

    assert said == unsaid
    assert "Known" not in str(said)


def test_control_a_list_that_differs_for_a_known_address_is_found_out(mentee, known, monkeypatch):
    """The planted defect: who is here already is not kept in the list."""
    keep = home_blocks.keep_address_apart

    def telling(*, by, address, now):
        return None if blocks.people_at(address) else keep(by=by, address=address, now=now)

    monkeypatch.setattr(home_blocks, "keep_address_apart", telling)

    assert answer(mentee, ADDRESS) != answer(mentee, "other@example.org")


def test_no_name_stands_in_the_list(mentee, known):
    Block.objects.create(blocker=mentee.user, blocked=known)

    assert "Known" not in signed_in(mentee).get("/blocks/").content.decode()


def test_the_list_takes_as_many_queries_for_many_as_for_one(mentee, django_assert_num_queries):
    client = signed_in(mentee)
    for count in (1, 3):
        while Block.objects.count() < count:
            Block.objects.create(blocker=mentee.user, blocked=make_user("Sky"), at=NOW)

        with django_assert_num_queries(4):
            assert client.get(reverse("safety:blocks")).content.decode().count("No longer") == count


def test_a_block_can_be_lifted_on_the_page(mentee, blocked_mentor):
    row = Block.objects.get()

    signed_in(mentee).post(reverse("safety:unblock", args=[row.pk]))

    assert not Block.objects.exists()


def test_somebody_elses_block_is_as_good_as_missing(mentor, blocked_mentor):
    row, client = Block.objects.get(), signed_in(blocked_mentor)

    forbidden, missing = (client.post(reverse("safety:unblock", args=[pk])) for pk in (row.pk, uuid.uuid4()))

    assert (forbidden.status_code, forbidden.content) == (404, missing.content)
    assert Block.objects.exists()


def test_the_one_who_is_blocked_sees_nothing_of_it(blocked_mentor):
    page = signed_in(blocked_mentor).get(reverse("safety:blocks")).content.decode()

    assert ("Nobody." in page, "Robin" in page) == (True, False)
