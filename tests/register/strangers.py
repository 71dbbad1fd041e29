"""What somebody might add without a line in the register: one for each way of adding it, there while it lasts."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.contrib import admin
from django.db import connection, models, transaction
from django.db.models import options
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from accounts.models import User
from config import urls
from config.celery import app as celery
from home import inventory


@contextmanager
def a_column() -> Iterator[None]:
    """A model has one field more."""
    field = models.CharField(max_length=1)
    field.set_attributes_from_name("diagnosis")
    fields = (*User._meta.local_concrete_fields, field)
    with patch.object(options.Options, "local_concrete_fields", _only_of(User, fields)):
        yield


def _only_of(model: type[models.Model], fields: tuple[Any, ...]) -> property:
    real = options.Options.__dict__["local_concrete_fields"]
    return property(lambda meta: fields if meta is model._meta else real.func(meta))


@contextmanager
def a_column_of_the_database() -> Iterator[None]:
    """A column that no model knows of, made by hand."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_user ADD COLUMN diagnosis varchar(9) NULL")
        yield
        transaction.set_rollback(True)


@contextmanager
def a_route(name: str | None) -> Iterator[None]:
    stranger = path("strange/", lambda request: HttpResponse(""), name=name)
    with override_settings(ROOT_URLCONF=(*urls.urlpatterns, stranger)):
        yield


@contextmanager
def a_mail() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "notices").mkdir()
        (Path(folder) / "notices" / "farewell.txt").write_text("Farewell")
        engine: dict[str, Any] = settings.TEMPLATES[0]
        with override_settings(TEMPLATES=[{**engine, "DIRS": [*engine["DIRS"], folder]}]):
            yield


@contextmanager
def a_task() -> Iterator[None]:
    @celery.task(name="matching.tasks.gossip")
    def gossip() -> None: ...

    celery.finalize()
    yield
    celery.tasks.unregister("matching.tasks.gossip")


@contextmanager
def a_module(words: str) -> Iterator[None]:
    """A module of ours in which this stands."""
    ours = inventory.ours()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "gossip.py"
        file.write_text(words)
        with patch.object(inventory, "ours", lambda: {**ours, "home.gossip": file}):
            yield


def an_admin_column(option: str) -> AbstractContextManager[Any]:
    part = admin.site._registry[User]
    return patch.object(part, option, (*getattr(part, option), "last_login"))


STRANGERS: dict[str, tuple[Callable[[], AbstractContextManager[Any]], str]] = {
    "a column": (a_column, "table accounts_user: diagnosis"),
    "a route": (partial(a_route, "gossip"), "route gossip"),
    "a route without a name": (partial(a_route, None), "route strange/"),
    "a mail template": (a_mail, "mail notices/farewell.txt"),
    "a task": (a_task, "task matching.tasks.gossip"),
    "a log line": (partial(a_module, "logger.info('%s wrote', name)"), "log home.gossip: %s wrote"),
    "a log line with a level": (partial(a_module, "log.log(20, 'gone')"), "log home.gossip: gone"),
    "a log line of another logger": (
        partial(a_module, "logging.getLogger('x').exception('no')"), "log home.gossip: no",
    ),
    "a log line of one's own": (partial(a_module, "self.logger.warning('oh')"), "log home.gossip: oh"),
    "a log line that is made up": (partial(a_module, "logger.info(words)"), "log home.gossip: words"),
    "a cache key": (partial(a_module, "cache.set('list', 1)"), "cache home.gossip: list"),
    "a cache key with a value in it": (
        partial(a_module, "cache.add(key=f'list:{pk}', value=1)"), "cache home.gossip: f'list:{pk}'",
    ),
    "a key of another cache": (partial(a_module, "caches['default'].get('seen')"), "cache home.gossip: seen"),
    "a page that is kept": (partial(a_module, "cache_page(60)(view)"), "cache home.gossip: 60"),
    "a file": (partial(a_module, "def take(request):\n    return FileResponse(x)"), "download home.gossip: take"),
    "a file by its header": (
        partial(a_module, "class Take:\n    def get(self):\n        r['Content-Disposition'] = 'attachment'"),
        "download home.gossip: Take.get",
    ),
    "a column of an admin list": (partial(an_admin_column, "list_display"), "admin accounts.User: last_login"),
    "a search in the admin": (partial(an_admin_column, "search_fields"), "admin accounts.User: last_login"),
    "a filter in the admin": (partial(an_admin_column, "list_filter"), "admin accounts.User: last_login"),
    "a field of an admin page": (partial(an_admin_column, "fields"), "admin accounts.User: last_login"),
}  # fmt: skip
"""How it comes, and what is said of it."""
