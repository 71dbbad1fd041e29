"""What the workers of a run hand each other is what people said: sealed, in its place, seen by nobody."""

import base64
import uuid
from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import TestCase

from config import celery
from consent.parcels import open_parcel, seal_parcel
from consent.sealing import Unopenable
from matching.actions import blocks
from matching.models import MatchRun, Parcel, RunBlock
from tests.canary import channels, checks
from tests.defects import planted
from tests.matching.blocks.passes import CANARY, Moments, Pass, hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def laid_out(run: MatchRun, clock: Moments, worked: Counter[str]) -> MatchRun:
    list(hold(run, clock)(Pass()))
    return run


def test_what_workers_hand_each_other_lies_sealed(laid_out: MatchRun) -> None:
    lying = {table for table, data in channels.tables() if CANARY in data}

    assert lying == set()


def test_control_it_would_be_found(run: MatchRun, clock: Moments, worked: Counter[str]) -> None:
    with planted.answers_in_clear():
        next(hold(run, clock)(Pass()))

    assert {table for table, data in channels.tables() if CANARY in data} == {"matching_parcel"}


@pytest.mark.parametrize(("field", "value"), [("name", "found 0.1"), ("piece", 9), ("of", 9)])
def test_a_parcel_in_the_place_of_another_does_not_open(laid_out: MatchRun, field: str, value: Any) -> None:
    Parcel.objects.filter(name="found 0.1").delete()
    Parcel.objects.filter(name="found 0.0").update(**{field: value})

    with pytest.raises(Unopenable):
        blocks.Desk(laid_out.pk).read(value if field == "name" else "found 0.0")


def test_a_parcel_of_another_run_does_not_open(run: MatchRun) -> None:
    sealed = seal_parcel(uuid.uuid4(), "part 1 1/1", CANARY)

    with pytest.raises(Unopenable):
        open_parcel(run.pk, "part 1 1/1", sealed)


def test_a_new_key_seals_anew_what_lies_there(laid_out: MatchRun, settings: Any) -> None:
    found = blocks.Desk(laid_out.pk).read("found 0.1")
    new = f"new:{base64.b64encode(bytes(32)).decode()}"

    settings.ANSWER_KEYS = [new, *settings.ANSWER_KEYS]
    call_command("reseal", stdout=StringIO())
    settings.ANSWER_KEYS = [new]

    assert blocks.Desk(laid_out.pk).read("found 0.1") == found


def test_a_large_parcel_goes_in_pieces(run: MatchRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "PIECE", 4)
    desk = blocks.Desk(run.pk)

    for content in (b"", b"wren", CANARY):
        desk.write(str(len(content)), content)
        assert desk.read(str(len(content))) == content

    assert Parcel.objects.filter(name=str(len(CANARY))).count() == -(-len(CANARY) // 4)


def test_no_message_and_no_log_line_carries_any_of_it(
    run: MatchRun, clock: Moments, worked: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(celery, "_silent_until", 0.0)
    with channels.logged() as lines, channels.published() as messages, TestCase.captureOnCommitCallbacks(execute=True):
        list(hold(run, clock)(Pass()))
        blocks.sweep(now=clock())
    checks.take_back_messages()

    assert len(messages) == 3
    assert all(f"args=['{run.pk}']" in message or f"('{run.pk}',)" in message for message in messages)
    assert CANARY.decode() not in "".join(messages + lines)


def test_nobody_looks_at_it_in_the_admin() -> None:
    assert not {RunBlock, Parcel} & set(admin.site._registry)


def test_each_block_is_there_once_and_has_a_claim_while_it_is_worked_on(laid_out: MatchRun) -> None:
    with pytest.raises(IntegrityError, match=r"each_block_of_a_pass_once|runblock.run_id"), transaction.atomic():
        RunBlock.objects.create(run=laid_out, step=0, number=0)
    with pytest.raises(IntegrityError, match="a_running_block_has_a_claim"), transaction.atomic():
        laid_out.blocks.update(state="running")
    with pytest.raises(IntegrityError, match=r"each_piece_of_a_parcel_once|parcel.run_id"), transaction.atomic():
        Parcel.objects.create(run=laid_out, name="right 0", piece=1, of=1, sealed=b"")
