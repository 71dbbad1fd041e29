"""Ways in which a fault may tell whose words it met, opened one at a time."""

import io
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.utils.log import AdminEmailHandler

from config import logs, urls

Defect = AbstractContextManager[Any]


def a_log_that_quotes_arguments() -> Defect:
    """Celery hands the text of an exception over as an argument of its line."""
    return mock.patch.object(logs, "wordless", lambda arguments: arguments)


def a_log_that_names_addresses() -> Defect:
    """As Django's own lines do."""
    return mock.patch.object(logs.Formatter, "format", logging.Formatter.format)


@contextmanager
def a_handler_of_its_own() -> Iterator[None]:
    """A logger that somebody set up beside the settings."""
    with added(logging.StreamHandler(stream=io.StringIO())):
        yield


@contextmanager
def added(handler: logging.Handler) -> Iterator[None]:
    logging.getLogger("django").addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger("django").removeHandler(handler)


@contextmanager
def a_trace_that_is_printed() -> Iterator[None]:
    def trace(**_: Any) -> None:
        traceback.print_exc()

    got_request_exception.connect(trace, weak=False)
    try:
        yield
    finally:
        got_request_exception.disconnect(trace)


def a_fault_page_that_explains() -> Defect:
    def server_error(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(sys.exc_info()[1]), status=500)

    return mock.patch.object(urls, "handler500", server_error)


def a_refusal_that_quotes() -> Defect:
    def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
        return HttpResponse(str(exception), status=404)

    return mock.patch.multiple(urls, handler404=not_found, handler403=not_found, handler400=not_found)


def debugging_left_on() -> Defect:
    return override_settings(DEBUG=True)


@contextmanager
def traces_by_mail() -> Iterator[None]:
    """As Django's own settings mail them."""
    with added(AdminEmailHandler()), override_settings(ADMINS=[("Operator", "operator@example.org")]):
        yield
