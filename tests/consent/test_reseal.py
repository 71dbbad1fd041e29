"""A new key in front: everything is sealed anew, nothing is lost, however often it is run or stopped."""

import base64
import uuid
from array import array
from io import StringIO

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import BinaryField

from consent import gate
from consent.letters import open_letter, seal_letter
from consent.models import Answer
from consent.purposes import Purpose
from consent.sealing import Unopenable
from home.management.commands import reseal
from matching.models import Proposal
from safety.models import Concern
from tests.cast import chosen, give, make_user, wish

OLD, NEW = (f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in ("k1", "k2"))


@pytest.fixture(autouse=True)
def old_key(settings):
    settings.ANSWER_KEYS = [OLD]


def run(**options) -> str:
    said = StringIO()
    call_command("reseal", stdout=said, **options)
    return said.getvalue()


def test_every_sealed_column_is_declared():
    ours = [config for config in apps.get_app_configs() if "site-packages" not in config.path]
    found = {
        (model._meta.label, field.name)
        for config in ours
        for model in config.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, BinaryField)
    }

    assert {(column.model, column.field) for column in reseal.COLUMNS} == found


def everything_said(mentee, mentor) -> dict:
    """One value in every sealed place that the cast can have without further ado, and how to read it again."""
    give(mentee, "about", "words")
    give(mentee, "values", chosen("honesty"))
    wish(mentee, "gender", "trans")
    numbers = gate.seal_numbers(mentee.pk, "about", "model", array("f", [1, 2]))
    Answer.objects.filter(membership=mentee, facet="about").update(numbers=numbers, model="model")
    pk = uuid.uuid4()
    Concern.objects.create(pk=pk, program=mentee.program, by=mentee.user, sealed=seal_letter(pk, "care"))
    note, passing = seal_letter(pk, "hello", "note"), seal_letter(pk, "not now", "passing")
    Proposal.objects.create(
        pk=pk, program=mentee.program, mentee=mentee, mentor=mentor, origin="ask", note=note, passing=passing
    )
    return {"concern": pk, "mentee": mentee}


def read_again(said: dict) -> list:
    proposal, mentee = Proposal.objects.get(), said["mentee"]
    return [
        *gate.read(Purpose.MATCH, [mentee])[mentee.pk].values(),
        gate.read(Purpose.MATCH, [mentee], model="model")[mentee.pk].numbers("about"),
        gate.own_wishes(mentee)[0].value,
        open_letter(said["concern"], Concern.objects.get().sealed),
        open_letter(proposal.pk, proposal.note, "note"),
        open_letter(proposal.pk, proposal.passing, "passing"),
    ]


def test_after_rotation_the_old_key_can_go_and_nothing_is_lost(mentee, mentor, settings):
    said = everything_said(mentee, mentor)
    before = read_again(said)

    settings.ANSWER_KEYS = [NEW, OLD]
    assert read_again(said) == before
    run()
    settings.ANSWER_KEYS = [NEW]

    assert read_again(said) == before


def test_without_sealing_anew_the_old_key_would_be_missed(mentee, mentor, settings):
    said = everything_said(mentee, mentor)

    settings.ANSWER_KEYS = [NEW]

    with pytest.raises(Unopenable):
        read_again(said)


def test_a_second_run_finds_nothing_to_do(mentee, settings):
    give(mentee, "about", "words")
    settings.ANSWER_KEYS = [NEW, OLD]

    assert "consent.Answer.sealed: 1 looked at, 1 sealed anew" in run()
    assert "consent.Answer.sealed: 1 looked at, 0 sealed anew" in run()


def test_a_run_that_was_stopped_is_taken_up(mentee, settings):
    for facet in ("about", "place", "pronouns", "access", "employer"):
        give(mentee, facet, facet)
    settings.ANSWER_KEYS = [NEW, OLD]
    answers = reseal.COLUMNS[0]
    for row in next(reseal.pages(answers, 2)):
        reseal.reseal_row(answers, row)

    assert "consent.Answer.sealed: 5 looked at, 3 sealed anew" in run(batch=2)


def test_what_somebody_changes_meanwhile_stays_theirs(mentee, settings):
    answer = give(mentee, "about", "before")
    settings.ANSWER_KEYS = [NEW, OLD]
    row = next(reseal.pages(reseal.COLUMNS[0], 5))[0]
    Answer.objects.filter(pk=answer.pk).update(sealed=gate.seal_answer(mentee.pk, "about", "after"))

    assert reseal.reseal_row(reseal.COLUMNS[0], row) == "changed"
    assert gate.own(mentee)["about"].value == "after"


def test_what_no_key_opens_is_said_and_left(mentee, settings):
    give(mentee, "about", "words")
    settings.ANSWER_KEYS = [NEW]

    with pytest.raises(CommandError, match="1 values open with none of the keys"):
        run()
    settings.ANSWER_KEYS = [OLD]
    assert gate.own(mentee)["about"].value == "words"


def test_second_factors_follow(db, settings):
    seal = get_adapter().encrypt
    data = {"secret": seal("ABC"), "migrated_codes": [seal("1")], "used_mask": 3}
    factor = Authenticator.objects.create(user=make_user("Robin"), type="totp", data=data)
    settings.ANSWER_KEYS = [NEW, OLD]
    run()
    settings.ANSWER_KEYS = [NEW]

    factor.refresh_from_db()
    assert get_adapter().decrypt(factor.data["secret"]) == "ABC"
    assert get_adapter().decrypt(factor.data["migrated_codes"][0]) == "1"
    assert factor.data["used_mask"] == 3
