"""T15: the copy of everything holds all that is one's own and nothing of anybody else, over the whole cast.

A copy is read as it is downloaded: the ZIP, what lies in it, every word. Besides words, every column that the register
says an export holds must stand in each row, and no id of anybody else may."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

from django.db.models import Q

from accounts.models import Membership, User
from consent import gate
from home import copies, export, register
from mentorship.models import Message, Version
from mentorship.words import terms_of
from proof.goal import Defect, Goal, Look, Size
from proof.own import crowd, owned
from safety.models import Concern
from tests.canary.tokens import Token
from tests.routes.scene import ANONYMOUS, PEOPLE, Scene, build
from tests.routes.visit import rolled_back

PAIRS = {Size.FULL: 400, Size.SHORT: 30, Size.LEAST: 3}
READERS = {Size.LEAST: ("mentee", "other_mentee", "mentor", "matched_mentor")}
EVERYBODY = tuple(who for who in PEOPLE if who != ANONYMOUS)


def look(size: Size, seed: int) -> Look:
    with rolled_back():
        scene = build()
        crowd(scene, seed, PAIRS[size])
        readers = READERS.get(size, EVERYBODY)
        whose = owned(scene)
        wrong = [line for who in readers for line in wrong_with(scene, who, whose[who])]
        words = len(scene.tokens.planted) * len(copies.FILES)
        return Look(len(readers) * (words + len(scene.users) + columns()), wrong)


def wrong_with(scene: Scene, who: str, mine: set[Token]) -> Iterator[str]:
    files = taken_by(scene.users[who], scene)
    for name, content in files.items():
        found = scene.tokens.found_in(content)
        yield from (f"{who} misses {token} in {name}" for token in _as_said(mine, name) - found)
        yield from (f"{who} takes {token} along in {name}" for token in found - mine)
        yield from (f"{who} takes an id of {other} along in {name}" for other in others_in(scene, who, content))
    yield from (f"{who} misses the column {name}" for name in columns_missing(json.loads(files[copies.DATA])))


def taken_by(user: User, scene: Scene) -> dict[str, str]:
    archive = zipfile.ZipFile(io.BytesIO(copies.zipped(User.objects.get(pk=user.pk), scene.now)))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def others_in(scene: Scene, who: str, content: str) -> list[str]:
    ids = {other: {str(user.pk)} for other, user in scene.users.items()}
    for other, member in scene.members.items():
        ids[other].add(str(member.pk))
    return [other for other, theirs in ids.items() if other != who and any(pk in content for pk in theirs)]


def columns_missing(data: dict[str, Any]) -> list[str]:
    """Of the tables as a whole, and of each of their rows."""
    kept = {name: [set(row) for row in table["rows"]] for name, table in data["kept"].items()}
    wanted = [entry for entry in register.columns() if entry.export != "no"]
    return [str(one) for one in wanted if any(one.column not in row for row in kept.get(_called(one.table), [set()]))]


def columns() -> int:
    return sum(entry.export != "no" for entry in register.columns())


def _called(table: str) -> str:
    models = {model._meta.db_table: model for model in export.apps.get_models()}
    return str(models[table]._meta.model_name)


def _as_said(tokens: set[Token], name: str) -> set[Token]:
    """Hours are planted as a page writes them; the file for machines has them in parts."""
    return tokens if name == copies.PAGE else {token for token in tokens if token.detail != "availability"}


# What would be wrong, planted ----------------------------------------------------------------------------------------

Planted = AbstractContextManager[Any]
led_along, referred_to, exported = export._led_along, export._referred_to, export.exported


def _widened(model: type, *further: str) -> Planted:
    """The rows of `model` are taken along further ways, too."""

    def led(of: Any, path: str, owner: export.Owner) -> Q:
        found = led_along(of, path, owner)
        for way in further if of is model else ():
            found |= Q(**{way: owner.user})
        return found

    return mock.patch.object(export, "_led_along", led)


def whole_threads() -> Planted:
    return _widened(Message, "agreement__mentee__user", "agreement__mentor__user")


def concerns_about_oneself() -> Planted:
    return _widened(Concern, "about")


def both_parts() -> Planted:
    def both(row: Version, owner: export.Owner) -> dict[str, Any]:
        return {"part": " ".join(terms_of(row)["parts"].values())}

    return mock.patch.dict(export.OPENERS, {("mentorship_version", "sealed"): both})


def the_other_by_name() -> Planted:
    """Where nobody should stand, the name of the other does."""

    def named(model: Any, value: Any, owner: export.Owner) -> Any:
        found = Membership.objects.filter(pk=value).first() if model is Membership else None
        return str(found.user) if found else referred_to(model, value, owner)

    return mock.patch.object(export, "_referred_to", named)


def ids_of_others() -> Planted:
    return mock.patch.object(export, "_referred_to", lambda model, value, owner: value)


def answers_left_shut() -> Planted:
    return mock.patch.object(gate, "own_value", return_value=None)


def a_table_left_out() -> Planted:
    def some() -> Any:
        return {model: columns for model, columns in exported().items() if model is not Message}

    return mock.patch.object(export, "exported", some)


def a_column_left_out() -> Planted:
    def some() -> Any:
        return {model: [one for one in said if one.column != "purpose"] for model, said in exported().items()}

    return mock.patch.object(export, "exported", some)


PLANTED: dict[str, Callable[[], Planted]] = {
    "whole threads, with what the other wrote": whole_threads,
    "concerns that others raised about oneself": concerns_about_oneself,
    "both parts of an agreement": both_parts,
    "the other by name": the_other_by_name,
    "ids of others": ids_of_others,
    "answers that nobody opened": answers_left_shut,
    "a table left out": a_table_left_out,
    "a column left out": a_column_left_out,
}

GOAL = Goal(
    key="T15",
    sentence="the copy of everything: 100 % own, 0 foreign",
    look=look,
    defects=tuple(Defect(name, plant) for name, plant in PLANTED.items()),
)
