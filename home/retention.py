"""Deletes what is past its time, as the register says: every class by its days, every row by its own clock.

Nothing is remembered between two runs, and each batch is a transaction: whoever is killed is followed by the next."""

from collections import Counter
from datetime import datetime, timedelta

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from home import register
from home.register import Retention, Rule

BATCH = 500


class Limit(models.Model):
    """A row of the cache where that is a table: Django makes it without a model."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField()

    class Meta:
        apps = Apps()
        app_label = "home"
        db_table = "cache"

    def __str__(self) -> str:
        return "A limit"


def forget(*, now: datetime) -> Counter[str]:
    """How many rows went, by class. What the database refuses stops no other class, and is raised at the end."""
    gone: Counter[str] = Counter()
    refused = []
    for kept, rule in rules():
        try:
            while batch := _forget(kept, rule, now):
                gone[kept.name] += batch
        except DatabaseError as error:
            refused.append(error)
    if refused:
        raise ExceptionGroup("some classes could not be deleted", refused)
    return gone


def rules() -> list[tuple[Retention, Rule]]:
    """In the order of the register: what a row leaves behind comes after the row."""
    found = [(kept, rule) for kept in register.load().retentions.values() for rule in kept.rules]
    return [(kept, rule) for kept, rule in found if rule.table != Limit._meta.db_table or is_a_table()]


def is_a_table() -> bool:
    """The cache, that is; elsewhere it lets go of what has ended by itself."""
    return settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"


def tables() -> dict[str, type[models.Model]]:
    found: list[type[models.Model]] = [*apps.get_models(include_auto_created=True), Limit]
    return {model._meta.db_table: model for model in found}


def due(kept: Retention, rule: Rule, now: datetime) -> QuerySet:
    """The rows whose time is over: to the instant, so to the day."""
    rows = tables()[rule.table]._base_manager.filter(**rule.when)
    if rule.points:
        target = tables()[rule.to]._base_manager.filter(pk=OuterRef(rule.points))
        return rows.filter(~Exists(target))
    first, *others = map(F, rule.clock)
    last = Coalesce(first, *others) if others else first
    return rows.alias(last=last).filter(last__lte=now - timedelta(days=kept.days or 0))


@transaction.atomic
def _forget(kept: Retention, rule: Rule, now: datetime) -> int:
    """One batch, with all that hangs on its rows. They are locked first, so that whoever comes back at this very moment
    is either seen or waits."""
    rows = due(kept, rule, now).select_for_update(of=("self",)).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    tables()[rule.table]._base_manager.filter(pk__in=ids).delete()
    return len(ids)


def unreached() -> list[str]:
    """Columns that say they are kept for some days while no rule deletes their row: neither one on their table, nor one
    on a row that theirs hangs on."""
    told = register.load()
    by_class = {kept.name: {rule.table for rule in kept.rules} for kept in told.retentions.values() if kept.rules}
    return [
        f"{entry.key} ({entry.retention})"
        for entry in told.of("table")
        if (ruled := by_class.get(entry.retention)) and not ruled & {entry.table, *hangs_on(entry.table)}
    ]


def hangs_on(table: str) -> set[str]:
    """The tables whose rows take the rows of this one along, at any distance."""
    found: set[str] = set()
    ahead = [table]
    while ahead:
        fields = tables()[ahead.pop()]._meta.local_concrete_fields
        above = {_target(field) for field in fields} - {""} - found
        found |= above
        ahead += above
    return found


def _target(field: models.Field) -> str:
    if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE:
        return field.remote_field.model._meta.db_table
    return ""
