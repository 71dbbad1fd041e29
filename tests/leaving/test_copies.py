"""A copy of everything: all that is one's own by the register, nobody else in it, readable alone."""

import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from django.core.exceptions import FieldDoesNotExist

from accounts.models import Membership, Role
from consent.actions import wishes
from consent.facets import ROLES
from home import copies, export, register
from mentorship import words
from mentorship.actions import agreements, messages
from mentorship.models import Agreement
from notices.models import Notice
from tests.cast import agree, chosen, give, make_member, wish

BESIDE = 3
"""Besides one for each table: one's memberships, for the file and for the page, and their programs."""
OUTSIDE = re.compile(r"""(?:src|href|action)=|url\((?!"data:)|@import|<script|https?://""")


def files_of(member, now) -> dict[str, str]:
    archive = zipfile.ZipFile(io.BytesIO(copies.zipped(member.user, now)))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def kept(member, now) -> dict[str, list[dict]]:
    data = json.loads(files_of(member, now)[copies.DATA])
    return {name: table["rows"] for name, table in data["kept"].items()}


def test_every_table_that_an_export_holds_leads_to_its_owner(mentee):
    owner = export.Owner(mentee.user)
    ways = {model: export.belongs_to(model, columns[0].whose, owner) for model, columns in export.exported().items()}

    assert {model: model._base_manager.filter(way).count() for model, way in ways.items() if way}.keys() == ways.keys()


def test_every_sealed_column_that_an_export_holds_is_opened():
    opened = {(entry.table, entry.column) for entry in register.columns() if entry.export == "opened"}

    assert set(export.OPENERS) == opened


def test_no_two_tables_share_a_name_in_the_file():
    names = [model._meta.model_name for model in export.exported()]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("whose", [(), ("membership",), ("membership__program",)])
def test_a_table_that_leads_to_nobody_is_refused(mentee, whose):
    model = next(iter(export.exported()))

    with pytest.raises((export.Unowned, FieldDoesNotExist)):
        export.belongs_to(model, whose, export.Owner(mentee.user))


def test_a_sealed_column_that_nobody_opens_is_refused():
    entry = next(entry for entry in register.columns() if entry.export == "opened")

    with pytest.raises(export.Unowned, match="nobody knows how it is opened"):
        export.opener(replace(entry, name="other"))


def test_what_was_said_is_opened_for_who_said_it(mentee, now):
    give(mentee, "about", "my words")
    wish(mentee, "gender", "trans")

    rows = kept(mentee, now)

    assert [row["sealed"] for row in rows["answer"]] == ["my words"]
    assert [row["sealed"] for row in rows["wish"]] == ["trans"]


def test_the_page_says_it_in_the_words_of_the_questions(mentee, now):
    give(mentee, "values", chosen("honesty"))

    page = files_of(mentee, now)[copies.PAGE]

    assert [said for said in ("Harbour · mentee", "Honesty", "Robin") if said not in page] == []
    assert str(mentee.pk) not in page


def test_the_ledger_comes_along(mentee, now):
    facet = next(iter(wishes.facets_to_wish_for(mentee))).key
    wishes.add(
        membership=mentee, facet=facet, value=first_choice(mentee, facet), strength="nice", on_lists=False, now=now
    )

    assert [(row["facet"], row["event"]) for row in kept(mentee, now)["ledgerentry"]] == [(f"wish:{facet}", "granted")]


def first_choice(member, key: str) -> str:
    assert member.role in ROLES
    return next(
        choice.key for facet in wishes.facets_to_wish_for(member) if facet.key == key for choice in facet.choices
    )


def test_of_a_thread_only_the_own_messages_come_along(mentee, matched_mentor, now):
    for by, text in ((mentee, "mine"), (matched_mentor, "theirs")):
        messages.send(agreement=Agreement.objects.get(), by=by, text=text, now=now)

    assert [row["sealed"] for row in kept(mentee, now)["message"]] == ["mine"]


def test_joint_words_are_ones_own_once_one_wrote_or_signed_them(mentee, matched_mentor, now):
    agreement = Agreement.objects.get()
    terms = dict.fromkeys(words.JOINT, "together") | {"part": "of the mentor"}
    agreements.write(agreement=agreement, by=matched_mentor, terms=terms, review_on=now.date(), now=now)

    assert [row["sealed"] for row in kept(mentee, now)["version"]] == [{"part": ""}]
    agreements.sign(agreement=agreement, version_number=1, by=mentee, now=now)
    assert kept(mentee, now)["version"][0]["sealed"] == dict.fromkeys(words.JOINT, "together") | {"part": ""}


def test_the_other_is_nobody(mentee, matched_mentor, now):
    row = kept(mentee, now)["agreement"][0]

    assert (row["mentee_id"], row["mentor_id"]) == (str(mentee.pk), None)
    assert [told for told in ("Ash", matched_mentor.user.email) if told in str(files_of(mentee, now))] == []


def test_the_page_stands_alone(mentee, now):
    assert OUTSIDE.findall(files_of(mentee, now)[copies.PAGE]) == []


def test_control_a_link_outside_would_be_found(mentee, now):
    page = files_of(mentee, now)[copies.PAGE]

    assert OUTSIDE.findall(page.replace("<main>", '<main><img src="/logo.png">')) == ["src="]


def test_many_rows_are_folded(mentee, now):
    Notice.objects.bulk_create(Notice(to=mentee.user, kind=Notice.Kind.MESSAGE) for _ in range(copies.FEW + 1))

    assert f"{copies.FEW + 1} entries" in files_of(mentee, now)[copies.PAGE]


@pytest.mark.parametrize("pairs", [1, 3])
def test_it_takes_as_many_questions_to_the_database_however_much_there_is(
    pairs, program, mentor, now, django_assert_num_queries
):
    Membership.objects.filter(pk=mentor.pk).update(capacity=5)
    for seat in range(1, pairs + 1):
        agreement = agree(make_member(program, Role.MENTEE, f"M{seat}"), mentor, seat=seat)
        messages.send(agreement=agreement, by=mentor, text="hello", now=now)
    copies.zipped(mentor.user, now)

    with django_assert_num_queries(len(export.exported()) + BESIDE):
        copies.zipped(mentor.user, now)
