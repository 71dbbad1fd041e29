"""Every stored column is declared: held against the models and against the tables that are really there."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import BinaryField

from home import register

pytestmark = pytest.mark.django_db


def declared() -> set[tuple[str, str]]:
    return {(entry.table, entry.column) for entry in register.columns()}


def stored() -> set[tuple[str, str]]:
    look = connection.introspection
    with connection.cursor() as cursor:
        tables = [table.name for table in look.get_table_list(cursor) if table.type == "t"]
        return {(table, column.name) for table in tables for column in look.get_table_description(cursor, table)}


def test_what_is_stored_is_what_is_declared():
    assert declared() == stored()


def test_no_column_is_declared_twice():
    twice = Counter((entry.table, entry.column) for entry in register.columns())

    assert [column for column, times in twice.items() if times > 1] == []


def test_sealed_is_what_holds_sealed_bytes():
    models = apps.get_models(include_auto_created=True)
    sealed = {
        (model._meta.db_table, field.column)
        for model in models
        for field in model._meta.local_concrete_fields
        if isinstance(field, BinaryField)
    }

    assert {(entry.table, entry.column) for entry in register.columns() if entry.klass == "sealed"} == sealed
