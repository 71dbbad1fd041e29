"""Every stored column is declared: held against the tables that are really there."""

import pytest
from django.apps import apps
from django.db.models import BinaryField

from home import inventory, register
from tests.register import strangers
from tests.register.stored import declared, stored

pytestmark = pytest.mark.django_db


def test_what_is_stored_is_what_is_declared():
    assert inventory.compared("table", declared(register.load()), stored()) == []


def test_control_a_column_that_is_no_field_is_found():
    with strangers.a_column_of_the_database():
        found = inventory.compared("table", declared(register.load()), stored())

    assert found == ["table accounts_user: diagnosis: there is no line for it in home/register.toml"]


def test_sealed_is_what_holds_sealed_bytes():
    models = apps.get_models(include_auto_created=True)
    sealed = {
        f"{model._meta.db_table}: {field.column}"
        for model in models
        for field in model._meta.local_concrete_fields
        if isinstance(field, BinaryField)
    }

    assert {entry.key for entry in register.columns() if entry.klass == "sealed"} == sealed
