"""`manage.py reseal`: seals everything anew under the first of KINDRED_ANSWER_KEYS, so that older keys can go.

Restart everything with the new key in front first. It may be stopped and started again: what is under the first key is
left alone. A value that somebody changes meanwhile is not touched. A value that no key opens stays as it is and is
counted; the command then ends with an error."""

import base64
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.actions import trail
from consent.sealing import Unopenable, keyring, place


@dataclass(frozen=True)
class Column:
    """A sealed column, and what its values are bound to: the id in `owner`, and `name` with the row's columns in it."""

    model: str
    field: str = "sealed"
    owner: str = "pk"
    name: str = "letter"
    named_by: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.model}.{self.field}"

    def place_of(self, row: dict[str, Any]) -> bytes:
        return place(row[self.owner], self.name.format(**row))


COLUMNS = (
    Column("consent.Answer", owner="membership_id", name="{facet}", named_by=("facet",)),
    Column(
        "consent.Answer",
        field="numbers",
        owner="membership_id",
        name="numbers:{facet}:{model}",
        named_by=("facet", "model"),
    ),
    Column("consent.Wish", owner="membership_id", name="wish:{facet}", named_by=("facet",)),
    Column("safety.Concern"),
    Column("notices.Notice"),
    Column("notices.Manner"),
    Column("mentorship.Version"),
    Column("mentorship.Meeting"),
    Column("mentorship.Message"),
    Column("matching.Proposal", field="note", name="note"),
    Column("matching.Proposal", field="passing", name="passing"),
    Column("matching.Parcel", owner="run_id", name="{name} {piece}/{of}", named_by=("name", "piece", "of")),
)
PROGRESS_EVERY = 20_000


class Command(BaseCommand):
    help = "Seal everything anew under the first key, so that older keys can be removed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="rows per transaction (default 500)")

    def handle(self, *args: Any, batch: int, **options: Any) -> None:
        shut = changed = 0
        for column in COLUMNS:
            counted = self.reseal(column, batch)
            shut, changed = shut + counted["shut"], changed + counted["changed"]
            self.stdout.write(f"{column}: {counted['seen']:,} looked at, {counted['anew']:,} sealed anew")
        factors = reseal_second_factors()
        self.stdout.write(f"second factors: {factors:,} sealed anew")
        entries = Counter(trail.reseal())
        shut += entries["shut"]
        self.stdout.write(f"trail: {entries.total():,} looked at, {entries['anew']:,} sealed anew")
        if shut:
            raise CommandError(f"{shut:,} values open with none of the keys and stay as they are. Keep all keys.")
        if changed:
            raise CommandError(f"{changed:,} values were changed meanwhile. Run it once more to be sure of them.")
        self.stdout.write("Everything is under the first key. The others can be removed from KINDRED_ANSWER_KEYS.")

    def reseal(self, column: Column, batch: int) -> Counter[str]:
        counted: Counter[str] = Counter()
        for page in pages(column, batch):
            with transaction.atomic():
                counted.update(reseal_row(column, row) for row in page)
            counted["seen"] += len(page)
            if counted["seen"] % PROGRESS_EVERY < batch and counted["seen"] >= PROGRESS_EVERY:
                self.stdout.write(f"{column}: {counted['seen']:,} …")
        return counted


def pages(column: Column, batch: int) -> Iterator[list[dict[str, Any]]]:
    """The rows that hold something, by id, a page at a time; each page is read when the last one is done."""
    rows = apps.get_model(column.model)._base_manager.exclude(**{column.field: b""}).order_by("pk")
    wanted = dict.fromkeys(["pk", column.field, column.owner, *column.named_by])
    page = list(rows.values(*wanted)[:batch])
    while page:
        yield page
        page = list(rows.filter(pk__gt=page[-1]["pk"]).values(*wanted)[:batch])


def reseal_row(column: Column, row: dict[str, Any]) -> str:
    """What became of it: `kept`, `anew`, `shut` (no key opens it) or `changed` (by somebody else, meanwhile)."""
    ring, old, where = keyring(), bytes(row[column.field]), column.place_of(row)
    if ring.is_current(old):
        return "kept"
    try:
        new = ring.seal(ring.open(old, where), where)
    except Unopenable:
        return "shut"
    same = apps.get_model(column.model)._base_manager.filter(pk=row["pk"], **{column.field: old})
    return "anew" if same.update(**{column.field: new}) else "changed"


@transaction.atomic
def reseal_second_factors() -> int:
    """The secrets of authenticator apps and recovery codes; allauth keeps them as words inside JSON."""
    anew = 0
    for factor in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).select_for_update().order_by("pk"):
        data = {key: sealed_anew(value) for key, value in factor.data.items()}
        if data != factor.data:
            factor.data = data
            factor.save(update_fields=["data"])
            anew += 1
    return anew


def sealed_anew(value: Any) -> Any:
    if isinstance(value, list):
        return [sealed_anew(item) for item in value]
    if not isinstance(value, str) or keyring().is_current(base64.b64decode(value)):
        return value
    adapter = get_adapter()
    return adapter.encrypt(adapter.decrypt(value))
