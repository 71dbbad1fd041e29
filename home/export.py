"""Everything of one person, as the register says: each of its columns that an export holds, of each row that is theirs.

Nothing of anybody else. Another person stands in it as nobody (None); their words in a row of both are left out. What
two people wrote together counts as one's own once one wrote or signed it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Field, Model, Q
from django.db.models.fields.related import RelatedField

from accounts.models import Membership, User
from consent import gate
from consent.letters import open_letter
from consent.models import Answer, LedgerEntry, Wish
from home import register
from home.register import Entry
from matching.models import Proposal
from mentorship.models import Meeting, Signature, Version
from mentorship.words import terms_of

KEPT = {"yes", "opened"}
BY_BARE_ID: dict[type[Model], str] = {LedgerEntry: "membership_id"}
"""Rows that outlive the person know them by an id that is no foreign key."""


class Unowned(ValueError):
    """The register lets a column be exported, and does not say whose it is, or how it is opened."""


@dataclass(frozen=True)
class Cell:
    column: str
    value: Any


@dataclass(frozen=True)
class Table:
    """The rows of one kind; `model` knows its words."""

    name: str
    about: str
    model: type[Model]
    rows: list[tuple[Model, list[Cell]]]


@dataclass(frozen=True)
class Owner:
    """Whose export it is."""

    user: User

    @cached_property
    def members(self) -> dict[UUID, Membership]:
        rows = Membership.objects.filter(user=self.user).select_related("program")
        return {member.pk: member for member in rows.order_by("applied_at", "id")}

    @cached_property
    def wishes(self) -> dict[UUID, str]:
        return {
            pk: wish.value for member in self.members.values() for wish in gate.own_wishes(member) for pk in [wish.id]
        }

    @cached_property
    def signed(self) -> set[UUID]:
        return set(Signature.objects.filter(membership__in=self.members).values_list("version_id", flat=True))


def of(user: User) -> Iterator[Table]:
    """In the order of the register: a query for each table, and a few for what is opened."""
    owner = Owner(user)
    for model, columns in exported().items():
        rows = model._base_manager.filter(belongs_to(model, columns[0].whose, owner)).order_by("pk").distinct()
        cells = [(row, [Cell(entry.column, _value(row, entry, owner)) for entry in columns]) for row in rows]
        yield Table(model._meta.model_name or "", _about(columns[0].table), model, cells)


def exported() -> dict[type[Model], list[Entry]]:
    """Of each table, the columns that an export holds."""
    models = {model._meta.db_table: model for model in apps.get_models()}
    found: dict[type[Model], list[Entry]] = {}
    for entry in register.columns():
        if entry.export in KEPT:
            found.setdefault(models[entry.table], []).append(entry)
    return found


def belongs_to(model: type[Model], whose: tuple[str, ...], owner: Owner) -> Q:
    """Raises Unowned where the register leads to nobody."""
    found = Q()
    for path in whose:
        found |= _led_along(model, path, owner)
    if not found:
        raise Unowned(f"{model._meta.db_table}: whose it is stands nowhere.")
    return found


def opener(entry: Entry) -> "Callable[[Any, Owner], Any]":
    try:
        return OPENERS[entry.table, entry.column]
    except KeyError:
        raise Unowned(f"{entry}: nobody knows how it is opened for its owner.") from None


def _led_along(model: type[Model], path: str, owner: Owner) -> Q:
    if BY_BARE_ID.get(model) == path:
        return Q(**{f"{path}__in": list(owner.members)})
    if model is User and path == "pk":
        return Q(pk=owner.user.pk)
    if _end_of(model, path) is not User:
        raise Unowned(f"{model._meta.db_table}: {path!r} does not lead to a person.")
    return Q(**{path: owner.user})


def _end_of(model: Any, path: str) -> Any:
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model


def _value(row: Model, entry: Entry, owner: Owner) -> Any:
    if entry.export == "opened":
        return opener(entry)(row, owner)
    field = field_of(row, entry.column)
    value = getattr(row, field.attname)
    if isinstance(field, RelatedField):
        return _referred_to(field.related_model, value, owner)
    if (type(row), entry.column) == (LedgerEntry, "membership_id"):
        return _referred_to(Membership, value, owner)
    return value


def field_of(row: Model, column: str) -> "Field[Any, Any]":
    return next(field for field in row._meta.concrete_fields if field.column == column)


def _referred_to(model: Any, value: Any, owner: Owner) -> Any:
    """Oneself, a program, a row of one's own; anybody else is nobody."""
    if model is User:
        return value if value == owner.user.pk else None
    if model is Membership:
        return value if value in owner.members else None
    return value


def _about(table: str) -> str:
    return str(register.load().said["table"][table]["about"])


def _answer(row: Answer, owner: Owner) -> Any:
    return gate.own_value(row)


def _wish(row: Wish, owner: Owner) -> str:
    return owner.wishes[row.pk]


def _letter(row: Any, owner: Owner) -> Any:
    return open_letter(row.pk, bytes(row.sealed))


def _meeting(row: Meeting, owner: Owner) -> str | None:
    return str(open_letter(row.pk, bytes(row.sealed))) if row.planned_by_id in owner.members else None


def _version(row: Version, owner: Owner) -> dict[str, Any]:
    """The joint words, once they are one's own; one's own part, and never the other's."""
    terms = dict(terms_of(row))
    parts: Any = terms.pop("parts")
    own = next((text for pk, text in parts.items() if UUID(pk) in owner.members), "")
    said = row.written_by_id in owner.members or row.pk in owner.signed
    return (terms if said else {}) | {"part": own}


def _note(row: Proposal, owner: Owner) -> str | None:
    return str(open_letter(row.pk, bytes(row.note), "note")) if row.mentee_id in owner.members else None


def _passing(row: Proposal, owner: Owner) -> str | None:
    return str(open_letter(row.pk, bytes(row.passing), "passing")) if row.mentor_id in owner.members else None


OPENERS: dict[tuple[str, str], Callable[[Any, Owner], Any]] = {
    ("consent_answer", "sealed"): _answer,
    ("consent_wish", "sealed"): _wish,
    ("safety_concern", "sealed"): _letter,
    ("mentorship_version", "sealed"): _version,
    ("mentorship_meeting", "sealed"): _meeting,
    ("mentorship_message", "sealed"): _letter,
    ("notices_manner", "sealed"): _letter,
    ("matching_proposal", "note"): _note,
    ("matching_proposal", "passing"): _passing,
}
