"""Rows of every class a day short of their time, on the day and a day past it, before and after the job."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import models

from home import register, retention
from home.retention import Limit
from tests.register.rows import ROWS, SPARED, Row

AGES = {-1: True, 0: False, 1: False}
"""Days past the time of a row, and whether it is still there."""
LONG = timedelta(days=5_000)


def kinds() -> dict[tuple[str, str], Row]:
    """Those that there are: where the cache is no table, nobody has to delete from it."""
    return {key: make for key, make in ROWS.items() if key[1] != Limit._meta.db_table or retention.is_a_table()}


def aged(now: datetime) -> Iterator[tuple[str, models.Model, bool]]:
    """Rows as they are now: what each is, and whether it must stay."""
    kept = register.load().retentions
    for (name, table), make in kinds().items():
        for past, stays in AGES.items():
            at = now - timedelta(days=kept[name].days + past)
            yield f"{name}: {table} {past:+} days", make(at), stays
    for what, make in SPARED.items():
        yield what, make(now - LONG), True


def wrong(now: datetime) -> tuple[int, list[str]]:
    """How many rows were looked at, and of which the job let go too early, or did not let go."""
    rows = list(aged(now))
    retention.forget(now=now)
    return len(rows), [
        f"{what} is {'gone' if stays else 'still there'}" for what, row, stays in rows if is_there(row) != stays
    ]


def is_there(row: models.Model) -> bool:
    return type(row)._base_manager.filter(pk=row.pk).exists()


def without_a_row() -> list[str]:
    """Rules of the register that no row here tries."""
    dated = {
        (kept.name, rule.table) for kept in register.load().retentions.values() for rule in kept.rules if rule.clock
    }
    return [f"{name}: {table}" for name, table in sorted(dated ^ set(ROWS))]
