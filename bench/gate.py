"""How long it takes to open and read what a large program let travel: 120,000 people, 8 answers each, for MATCH.

`python -m bench.gate` on SQLite, and on PostgreSQL too where KINDRED_DATABASE_URL names a server. QUICK=1 is a tenth of
it. The database is made for this and dropped afterwards; filling it is not part of the time."""

import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bench.peers.run import peak

PEOPLE = 12_000 if os.environ.get("QUICK") else 120_000
LIMIT = 12.0
BATCH = 5_000
FACETS = ("values", "goals", "about", "topics", "skills", "languages", "availability", "formats")
INSIDE = "--inside"


def main() -> int:
    if INSIDE in sys.argv:
        return measure()
    with tempfile.TemporaryDirectory(prefix="kindred-bench-") as folder:
        codes = [inside(folder, "")]
        server = os.environ.get("KINDRED_DATABASE_URL", "")
        if server:
            with database_of_its_own(server) as url:
                codes.append(inside(folder, url))
        else:
            print("gate: PostgreSQL was not measured; KINDRED_DATABASE_URL names no server")
    return max(codes)


def inside(folder: str, url: str) -> int:
    settings = {"KINDRED_DATA": folder, "KINDRED_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run([sys.executable, "-m", "bench.gate", INSIDE], env={**os.environ, **settings}).returncode


@contextmanager
def database_of_its_own(server: str) -> Iterator[str]:
    import psycopg

    name = f"kindred_bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def measure() -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    program = fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what a server does by itself some minutes after such a growth
    from accounts.models import Membership
    from consent import gate
    from consent.purposes import Purpose

    people = Membership.objects.filter(program=program)
    gate.read(Purpose.MATCH, people.filter(pk__in=people.order_by("pk").values("pk")[:100]))  # warm
    before, start, worked = peak(), time.perf_counter(), time.process_time()
    answers = gate.read(Purpose.MATCH, people)
    count = sum(value is not None for facets in answers.values() for value in facets.values())
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    print(
        f"gate: {connection.vendor}: {len(answers):,} people, {count:,} answers opened and read in {seconds:.1f} s "
        f"({worked:.1f} s of it at work), {peak() - before:,.0f} MB more; allowed {LIMIT:.0f} s"
    )
    return int(seconds > LIMIT or count != PEOPLE * len(FACETS))


def fill() -> Any:
    from accounts.models import Membership, Program, Role, Standing, User

    program = Program.objects.create(name="Bench")
    here = {"program": program, "role": Role.MENTEE, "standing": Standing.APPROVED}
    for start in range(0, PEOPLE, BATCH):
        users = [User(email=f"{number}@example.org") for number in range(start, min(start + BATCH, PEOPLE))]
        members = [Membership(user=user, **here) for user in users]
        User.objects.bulk_create(users)
        Membership.objects.bulk_create(members)
        answer(members, random.Random(start))
    grant("match", FACETS)
    grant("matched", FACETS[:5])
    grant("suggested", FACETS[:3])
    return program


def answer(members: list, rng: random.Random) -> None:
    """Past the models, which would take ten times as long."""
    from django.db import connection
    from django.utils import timezone

    from consent.gate import seal_answer
    from consent.models import Answer

    identify = partial(Answer._meta.pk.get_db_prep_value, connection=connection)
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    rows = [
        (identify(uuid.uuid4()), owner, facet, "given", seal_answer(member.pk, facet, value(facet, rng)), now, b"", "")
        for member in members
        for owner in [identify(member.pk)]
        for facet in FACETS
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO consent_answer (id, membership_id, facet, kind, sealed, saved_at, numbers, model) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )


def grant(purpose: str, facets: tuple[str, ...]) -> None:
    from django.db import connection

    slots = ", ".join(["%s"] * len(facets))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consent_grant (answer_id, purpose, granted_at, notice, language) "
            f"SELECT id, %s, saved_at, 'bench', 'en' FROM consent_answer WHERE facet IN ({slots})",
            [purpose, *facets],
        )


def value(facet: str, rng: random.Random) -> object:
    if facet == "about":
        return " ".join(rng.choice(WORDS) for _ in range(40))
    if facet == "availability":
        return [{"day": day, "start": "18:00", "end": "20:30"} for day in sorted(rng.sample(range(7), 3))]
    return {"chosen": sorted(rng.sample(WORDS, 4)), "described": ""}


WORDS = [f"word{number:02}" for number in range(24)]

if __name__ == "__main__":
    sys.exit(main())
