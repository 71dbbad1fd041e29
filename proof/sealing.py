"""T19: a plain dump of the database holds nothing that anybody said, and changing the key loses nothing."""

import base64
import os
import shutil
import subprocess
from array import array
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import override_settings

from accounts.actions import trail
from consent import gate, letters
from consent.models import Answer
from consent.parcels import seal_parcel
from consent.sealing import Keyring, Unopenable, keyring
from home.management.commands import reseal
from matching.models import Parcel
from notices.models import Notice
from proof.goal import Defect, Goal, Look, Size
from tests.canary.readers import SEALED
from tests.routes.scene import SECRET, Scene, build
from tests.routes.visit import rolled_back

DEPLOYMENTS = {Size.FULL: 20, Size.SHORT: 2, Size.LEAST: 1}
"""Each with everybody in it and every word in it new."""
OLD, NEW = (f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in ("k1", "k2"))
COLUMNS = reseal.COLUMNS
"""Those that there are, whatever a defect does to the command. tests/consent holds them against the models."""
MODEL = "model"
Held = dict[tuple[str, str], bytes | str | None]


def look(size: Size, seed: int) -> Look:
    cells, wrong = 0, list[str]()
    with override_settings(ANSWER_KEYS=[OLD]):
        for _number in range(DEPLOYMENTS[size]):
            with deployed() as scene:
                for found in (_dumped(scene), _rotated(scene)):
                    cells, wrong = cells + found.cells, wrong + found.wrong
    return Look(cells, wrong)


@contextmanager
def deployed() -> Iterator[Scene]:
    """A database as it runs. pg_dump is another visitor and sees only what was committed."""
    if connection.vendor == "postgresql":
        try:
            yield _furnished()
        finally:
            call_command("flush", interactive=False, verbosity=0)
    else:
        with rolled_back():
            yield _furnished()


def _furnished() -> Scene:
    """With something in every sealed column and on the trail."""
    scene = build()
    mentee, run = scene.members["mentee"], scene["run"]
    words = array("f", scene.tokens.plant("answer", "mentee", "numbers").encode().ljust(400))
    numbers = gate.seal_numbers(mentee.pk, "about", MODEL, words)
    Answer.objects.filter(membership=mentee, facet="about").update(numbers=numbers, model=MODEL)
    content = scene.tokens.plant("answer", "mentor", "parcel").encode()
    Parcel.objects.create(run=run, name="pool", piece=1, of=1, sealed=seal_parcel(run.pk, "pool 1/1", content))
    code = Notice(address="kay@example.org", kind=Notice.Kind.ACCOUNT, due_at=scene.now)
    code.sealed = letters.seal_letter(code.pk, {"subject": "", "body": scene.tokens.plant("message", "nobody")})
    code.save(force_insert=True)
    for member in scene.members.values():
        trail.record(act=trail.Act.CHECKED, by=member.user, row=member, program=member.program, now=scene.now)
    return scene


def _dumped(scene: Scene) -> Look:
    """Every planted word that lies sealed is looked for in the dump, in clear, in hex and in base64."""
    dump = dumped()
    found = scene.tokens.found_in(dump)
    sealed = scene.tokens.of_kind(*SEALED)
    wrong = [f"in the dump: {token}" for token in sorted(map(str, found & sealed))]
    wrong += ["in the dump: the secret of a second step"] * (SECRET in dump)
    if not scene.tokens.of_kind("name") <= found:
        wrong.append("names are missing from the dump: it was not read")
    return Look(len(sealed) + 1, wrong)


def dumped() -> str:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        return "\n".join(connection.connection.iterdump())
    where = connection.settings_dict
    command = [_pg_dump(), "--no-owner", "--username", where["USER"], "--host", where["HOST"] or "127.0.0.1"]
    command += ["--port", where["PORT"] or "5432", where["NAME"]]
    word = {**os.environ, "PGPASSWORD": where["PASSWORD"]}
    return subprocess.run(command, env=word, capture_output=True, text=True, check=True).stdout


def _pg_dump() -> str:
    places = sorted(str(found.parent) for found in Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    found = shutil.which("pg_dump", path=os.pathsep.join([*reversed(places), os.environ.get("PATH", "")]))
    if found is None:
        raise FileNotFoundError("pg_dump is not here; a dump of PostgreSQL cannot be shown without it.")
    return found


def _rotated(scene: Scene) -> Look:
    """A new key in front, everything sealed anew, the old key gone: what opened before opens to the same."""
    before = _held()
    head = trail.check().head
    with override_settings(ANSWER_KEYS=[NEW, OLD]):
        wrong = _reseal()
    with override_settings(ANSWER_KEYS=[NEW]):
        after, checked = _held(), trail.check(against=head)
    wrong += [f"shut from the beginning: {column} {pk}" for (column, pk), said in before.items() if said is None]
    wrong += [f"lost: {column} {pk}" for (column, pk), said in before.items() if after.get((column, pk)) != said]
    empty = {str(column) for column in COLUMNS} - {column for column, _pk in before}
    wrong += [f"nothing was there to lose: {column}" for column in sorted(empty)]
    return Look(len(before) + checked.acts, [*wrong, *checked.wrong])


def _reseal() -> list[str]:
    try:
        call_command("reseal", stdout=StringIO())
    except (CommandError, Unopenable) as error:
        return [f"the command ended with {type(error).__name__}: {error}"]
    return []


def _held() -> Held:
    """What every sealed value opens to under the keys of now; None where it does not."""
    held: Held = {}
    for column in COLUMNS:
        rows = apps.get_model(column.model)._base_manager.exclude(**{column.field: b""})
        for row in rows.values("pk", column.field, column.owner, *column.named_by):
            held[str(column), str(row["pk"])] = _opened(row, column)
    for factor in Authenticator.objects.filter(type=Authenticator.Type.TOTP):
        held["second factor", str(factor.pk)] = _decrypted(factor.data["secret"])
    return held


def _opened(row: dict[str, Any], column: reseal.Column) -> bytes | None:
    try:
        return keyring().open(bytes(row[column.field]), column.place_of(row))
    except Unopenable:
        return None


def _decrypted(secret: str) -> str | None:
    try:
        return get_adapter().decrypt(secret)
    except Unopenable:
        return None


def _in_clear() -> AbstractContextManager[Any]:
    return mock.patch.object(Keyring, "seal", lambda self, plain, place: plain)


def _in_base64() -> AbstractContextManager[Any]:
    """What looks sealed to who does not look closely."""
    return mock.patch.object(Keyring, "seal", lambda self, plain, place: b"k1:" + base64.b64encode(plain))


def _letters_in_clear() -> AbstractContextManager[Any]:
    return mock.patch.object(letters, "keyring", return_value=mock.Mock(seal=lambda plain, place: plain))


def _a_hint_beside() -> AbstractContextManager[Any]:
    """Sealed, and the first words in hex behind it, to be found again quickly."""
    seal = Keyring.seal
    return mock.patch.object(
        Keyring, "seal", lambda self, plain, place: seal(self, plain, place) + b"#" + plain[:40].hex().encode()
    )


def _a_forgotten_column() -> AbstractContextManager[Any]:
    kept = tuple(column for column in COLUMNS if column.model != "consent.Wish")
    return mock.patch.object(reseal, "COLUMNS", kept)


def _forgotten_second_factors() -> AbstractContextManager[Any]:
    return mock.patch.object(reseal, "reseal_second_factors", return_value=0)


def _a_forgotten_trail() -> AbstractContextManager[Any]:
    return mock.patch.object(trail, "reseal", return_value=iter(()))


def _sealed_for_another_place() -> AbstractContextManager[Any]:
    """Anew, and bound to nothing: it opens nowhere."""

    def reseal_row(column: reseal.Column, row: dict[str, Any]) -> str:
        opened = keyring().open(bytes(row[column.field]), column.place_of(row))
        rows = apps.get_model(column.model)._base_manager.filter(pk=row["pk"])
        return "anew" if rows.update(**{column.field: keyring().seal(opened, b"")}) else "changed"

    return mock.patch.object(reseal, "reseal_row", reseal_row)


GOAL = Goal(
    "T19",
    "0 identity answers in a plain database dump; key rotation loses 0",
    look,
    (
        Defect("answers in clear", _in_clear),
        Defect("answers in base64", _in_base64),
        Defect("letters in clear", _letters_in_clear),
        Defect("a hint beside what is sealed", _a_hint_beside),
        Defect("a column that reseal forgets", _a_forgotten_column),
        Defect("second factors that reseal forgets", _forgotten_second_factors),
        Defect("a trail that reseal forgets", _a_forgotten_trail),
        Defect("sealed anew for another place", _sealed_for_another_place),
    ),
)
