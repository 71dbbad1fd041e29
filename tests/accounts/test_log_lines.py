"""No line of the log names somebody or holds an id that leads to them."""

import io
import logging
from contextlib import contextmanager

import pytest
from django.test import Client
from django.urls import reverse

from config.logs import Formatter
from notices import tasks
from tests.cast import make_user

ADDRESS = "heliotrope@example.org"


@pytest.fixture
def person(db, settings):
    settings.PACE = 0
    return make_user("Heliotrope", email=ADDRESS)


@contextmanager
def lines(formatter):
    """Everything that any logger says, whatever its level, as `formatter` writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request", "allauth", "celery", "kindred")]
    before = [logger.level for logger in loggers]
    loggers[0].addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        loggers[0].removeHandler(handler)
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def visit(person):
    """A sign-in, a form from nowhere, pages that are missing, an account that nobody has, and mail."""
    client, strict = Client(), Client(enforce_csrf_checks=True)
    client.post(reverse("account_login"), {"login": ADDRESS})
    client.post(reverse("account_signup"), {"email": ADDRESS})
    strict.post(reverse("account_login"), {"login": ADDRESS})
    strict.post(reverse("accounts:pause", args=[person.pk]))
    client.force_login(person)
    client.get(reverse("accounts:membership", args=[person.pk]))
    client.get(f"/nowhere/{ADDRESS}/")
    tasks.sweep()


def test_a_visit_leaves_no_name_no_address_and_no_id_in_the_log(person):
    with lines(Formatter()) as said:
        visit(person)

    assert "django.request" in said.getvalue()
    assert [word for word in (ADDRESS, "Heliotrope", str(person.pk)) if word in said.getvalue()] == []


def test_control_lines_as_django_writes_them_are_found_out(person):
    with lines(logging.Formatter()) as said:
        visit(person)

    assert (str(person.pk) in said.getvalue(), ADDRESS in said.getvalue()) == (True, True)
