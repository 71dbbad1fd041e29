"""The tables that are really there, as the database tells of them."""

from django.db import connection

from home import retention
from home.register import Register
from home.retention import Limit


def stored() -> set[str]:
    look = connection.introspection
    with connection.cursor() as cursor:
        tables = [table.name for table in look.get_table_list(cursor) if table.type == "t"]
        return {f"{table}: {column.name}" for table in tables for column in look.get_table_description(cursor, table)}


def declared(register: Register) -> set[str]:
    """Where Redis is the cache, it is no table."""
    elsewhere = set() if retention.is_a_table() else {Limit._meta.db_table}
    return {entry.key for entry in register.of("table") if entry.table not in elsewhere}
