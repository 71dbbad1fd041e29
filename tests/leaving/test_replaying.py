"""A back-up from before somebody was erased does not bring them back."""

import os
import sqlite3
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import Membership, User
from consent.models import Answer
from home import erased
from home.actions import erasures
from home.models import Tally
from mentorship.models import Agreement
from tests.canary import channels
from tests.cast import agree, give, make_member, make_program

A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def own_memory(settings, tmp_path: Path) -> Path:
    settings.ERASURES = tmp_path / "erasures"
    return settings.ERASURES


def test_what_is_remembered_is_a_keyed_digest_and_nothing_else(own_memory, now):
    person = uuid4()
    erased.remember(person, now)

    (file,) = own_memory.iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == ("2026-03-02", 0o600)
    assert (len(file.read_text().split()), person.hex in file.read_text()) == (1, False)
    assert [erased.is_among(one, erased.remembered()) for one in (person, uuid4())] == [True, False]


def test_it_is_recognised_after_the_key_was_changed(settings, now):
    person = uuid4()
    erased.remember(person, now)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"

    assert erased.is_among(person, erased.remembered())


def test_control_without_the_old_key_it_is_not(settings, now):
    person = uuid4()
    erased.remember(person, now)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", []

    assert not erased.is_among(person, erased.remembered())


def test_a_line_that_was_cut_off_spoils_no_other(own_memory, now):
    first, second = uuid4(), uuid4()
    erased.remember(first, now)
    with (own_memory / "2026-03-02").open("a") as file:
        file.write("0123abc")
    erased.remember(second, now)

    assert [erased.is_among(one, erased.remembered()) for one in (first, second)] == [True, True]


@pytest.mark.parametrize(("days", "left"), [(90, 1), (91, 0)])
def test_it_is_kept_for_as_long_as_back_ups_are(own_memory, now, settings, days, left):
    erased.remember(uuid4(), now)

    erased.forget_old(now + days * A_DAY)

    assert (settings.BACKUP_DAYS, len(list(own_memory.iterdir()))) == (90, left)


def test_nobody_is_erased_who_cannot_be_remembered(mentee, settings, tmp_path, now):
    (tmp_path / "a file").write_text("in the way")
    settings.ERASURES = tmp_path / "a file"
    row = erasures.ask(user=mentee.user, now=now, at_once=True)

    with pytest.raises(OSError, match="a file"):
        erasures.carry_out(pk=row.pk, now=now)
    assert User.objects.filter(pk=mentee.user_id).exists()


def test_replaying_where_nobody_is_back_does_nothing(mentee, mentor, capsys):
    call_command("replay_erasures")

    assert (capsys.readouterr().out, User.objects.count(), Tally.objects.count()) == ("", 2, 0)


def place(now) -> tuple[list[bytes], User, User]:
    """Somebody with everything there is about them, and somebody who is with them; what to look for afterwards."""
    program = make_program()
    one, other = (make_member(program, role, name) for role, name in (("mentee", "Zerlina"), ("mentor", "Ash")))
    agree(one, other)
    give(one, "about", "words")
    words = ["Zerlina", one.user.email, str(one.user_id), one.user_id.hex, str(one.pk), one.pk.hex]
    return [word.encode() for word in words], one.user, other.user


def hits(words: list[bytes]) -> list[str]:
    return sorted({table for table, content in channels.tables() for word in words if word in content})


def leave_and_come_back(now, back_up, put_back) -> list[list[str]]:
    """Where something of somebody is found: before, once erased, once an older back-up is there, once replayed."""
    words, user, other = place(now)
    back_up()
    found = [hits(words)]
    erasures.erase(user=user, now=now)
    found.append(hits(words))
    put_back()
    found.append(hits(words))
    call_command("replay_erasures")
    found.append(hits(words))
    assert (Agreement.objects.get().mentor.user, Answer.objects.count()) == (other, 0)
    assert Membership.objects.filter(user=other).count() == 1
    return found


@pytest.mark.django_db(transaction=True)
def test_an_older_back_up_is_cleaned_before_anybody_is_served(tmp_path, now):
    """A copy of the file on SQLite, a dump on PostgreSQL."""
    ways = {"sqlite": of_a_file, "postgresql": of_a_server}[connection.vendor](tmp_path / "copy")

    before, gone, back, replayed = leave_and_come_back(now, *ways)

    assert {"accounts_user", "accounts_membership", "consent_answer"} <= set(before)
    assert (gone, back, replayed) == ([], before, [])


def of_a_file(copy: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    def back_up() -> None:
        connection.ensure_connection()
        connection.connection.backup(sqlite3.connect(copy))

    def put_back() -> None:
        sqlite3.connect(copy).backup(connection.connection)

    return back_up, put_back


def of_a_server(dump: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    told = connection.settings_dict
    name = str(told["NAME"])

    def run(program: str, *arguments: str) -> None:
        connection.close()
        where = ["--host", told["HOST"], "--port", told["PORT"], "--username", told["USER"]]
        environment = {**os.environ, "PGPASSWORD": told["PASSWORD"]}
        subprocess.run([program, *where, *arguments], check=True, env=environment)

    return (
        lambda: run("pg_dump", "--format", "custom", "--file", str(dump), name),
        lambda: run("pg_restore", "--clean", "--if-exists", "--dbname", name, str(dump)),
    )
