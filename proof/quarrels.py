"""Statements that PostgreSQL refuses, each with a word in it, and what its log says of them."""

import atexit
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

import psycopg
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from proof import postgres
from proof.goal import Look

SESSION: list[str] = []
"""Settings of the session besides: what a defect plants."""

REFUSED = (
    "SELECT CAST({} AS uuid)",
    "SELECT CAST({} AS integer)",
    "SELECT CAST({} AS timestamptz)",
    "SELECT CAST({} AS jsonb)",
    "SELECT CAST(repeat({}, 9) AS varchar(9)) || CAST({} AS inet)",
    "DO 'BEGIN RAISE EXCEPTION ''%'', ''' || {} || '''; END'",
    "SELECT * FROM {}",
)
"""Values of the wrong kind, a trigger that quotes, a statement that cannot be read."""


@cache
def migrated() -> postgres.Server:
    """One for all looks of this process, with our tables, ended with it."""
    stack = ExitStack()
    atexit.register(stack.close)
    running = stack.enter_context(postgres.server())
    here = {**connection.settings_dict, "ENGINE": "django.db.backends.postgresql", "NAME": "kindred", "USER": "kindred"}
    here |= {"HOST": "127.0.0.1", "PORT": running.port, "PASSWORD": "", "OPTIONS": {}}
    connections.databases["quarrels"] = here
    call_command("migrate", database="quarrels", verbosity=0)
    connections["quarrels"].close()
    return running


def look(word: str) -> Look:
    running = migrated()
    before = running.log.stat().st_size
    with running.connect() as link:
        for setting in SESSION:
            link.execute(f"SET {setting}")
        refused = sum(_is_refused(link, statement) for statement in statements(link, word))
        tried = len([*statements(link, word)])
    log = running.log.read_bytes()[before:]
    wrong = [f"PostgreSQL's log: {line}" for line in log.decode().splitlines() if word in line]
    wrong += ["PostgreSQL refused hardly anything"] * (refused < tried / 2)
    return Look(refused, wrong)


def statements(link: psycopg.Connection, word: str) -> Iterator[sql.Composed]:
    """A row of nothing but this word for every table, twice for those that take it; and what can never be."""
    for table, columns in _columns(link).items():
        values = sql.SQL(", ").join(_value(kind, word) for _name, kind in columns)
        names = sql.SQL(", ").join(sql.Identifier(name) for name, _kind in columns)
        row = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, values)
        yield from (row, row)
    for text in REFUSED:
        yield sql.SQL(text).format(*[sql.Literal(word)] * text.count("{}"))


def _columns(link: psycopg.Connection) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    asked = (
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
        "AND data_type IN ('text', 'character varying', 'bytea', 'jsonb') ORDER BY 1, 2"
    )
    for table, column, kind in link.execute(asked):
        found.setdefault(table, []).append((column, kind))
    return found


def _value(kind: str, word: str) -> sql.Composable:
    return sql.Literal({"jsonb": f'"{word}"', "bytea": word.encode()}.get(kind, word))


def _is_refused(link: psycopg.Connection, statement: sql.Composed) -> bool:
    try:
        link.execute(statement)
    except psycopg.Error:
        return True
    return False


@contextmanager
def told(setting: str) -> Iterator[None]:
    """A server that is set up otherwise than docker-compose.yml says."""
    SESSION.append(setting)
    try:
        yield
    finally:
        SESSION.remove(setting)
