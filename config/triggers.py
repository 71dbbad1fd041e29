"""Promises that reach over several tables, kept by the database itself (SQLite and PostgreSQL)."""

from typing import Any

from django.db.migrations.operations.base import Operation


class Refuse(Operation):
    """Refuse a write on `table` while `when` holds: a boolean over NEW and OLD, in SQL that both databases read.

    The text of the refusal is the name of the trigger, written as a sentence, and no value from the row.
    `serialise` is an expression over NEW: on PostgreSQL, writes with the same value wait for one another,
    so that two transactions cannot each overlook the other's row. SQLite writes one at a time anyway."""

    reversible = True

    def __init__(self, name: str, table: str, event: str, when: str, serialise: str = "") -> None:
        self.name, self.table, self.event, self.when, self.serialise = name, table, event, when, serialise

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        fields = {"name": self.name, "table": self.table, "event": self.event, "when": self.when}
        return type(self).__name__, [], {**fields, "serialise": self.serialise}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW WHEN {self.when} "
                f"BEGIN SELECT RAISE(ABORT, '{self.name}'); END",
                params=None,
            )
            return
        row = "OLD" if self.event.startswith("DELETE") else "NEW"
        wait = f"PERFORM pg_advisory_xact_lock(hashtextextended({self.serialise}, 0)); " if self.serialise else ""
        schema_editor.execute(
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {wait}"
            f"IF {self.when} THEN RAISE EXCEPTION '{self.name}' USING ERRCODE = 'check_violation'; END IF; "
            f"RETURN {row}; END $$",
            params=None,
        )
        schema_editor.execute(
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
            params=None,
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {self.name}")
        else:
            schema_editor.execute(f"DROP TRIGGER {self.name} ON {self.table}")
            schema_editor.execute(f"DROP FUNCTION {self.name}()")

    def describe(self) -> str:
        return f"Refuse: {self.name}"
