"""One deployment for all tests of this folder that need one."""

import os
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.infra.deployment import Deployment, deployed, mailbox


def own_redis(url: str) -> str:
    """Its worker lives as long as the session: at the broker of the other tests it would answer their bells. (The
    lower half of Redis' 16 databases is theirs: tests/settings.py.)"""
    parts = urlsplit(url)
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 8}").geturl()


@pytest.fixture(scope="session")
def letters_and_deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[str], Deployment]]:
    server, name = os.environ["KINDRED_DATABASE_URL"], f"kindred_deployed_{os.getpid()}"
    database = re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", server)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            folder = tmp_path_factory.mktemp("deployed")
            broker, cache = (own_redis(os.environ[f"KINDRED_{name}_URL"]) for name in ("BROKER", "CACHE"))
            with mailbox() as (mail_port, letters), deployed(folder, database, broker, cache, mail_port) as deployment:
                yield letters, deployment
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def deployment(letters_and_deployment: tuple[list[str], Deployment]) -> Deployment:
    return letters_and_deployment[1]


@pytest.fixture
def letters(letters_and_deployment: tuple[list[str], Deployment]) -> list[str]:
    return letters_and_deployment[0]
