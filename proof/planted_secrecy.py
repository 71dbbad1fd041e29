"""What would tell that an account exists, planted one at a time."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from accounts import pace
from accounts.middleware import PrivateResponses
from accounts.models import User
from home.adapter import Adapter
from notices.actions import outbox
from proof.goal import Defect
from safety.actions import blocks

Planted = AbstractContextManager[Any]
SLOW = 0.4
"""Seconds: as long as a mail system may take, and more than a busy machine hides."""
ANSWER, SEND = PrivateResponses.__call__, Adapter.send_mail


def _is_known(address: str) -> bool:
    return User.objects.filter(email=address).exists()


def _typed(request: HttpRequest) -> str:
    return request.POST.get("login") or request.POST.get("email") or request.POST.get("address") or ""


def _answered_otherwise(change: Any) -> Planted:
    """Whoever types in a known address gets another answer."""

    def answer(self: PrivateResponses, request: HttpRequest) -> HttpResponse:
        known = request.method == "POST" and _is_known(_typed(request))
        response = ANSWER(self, request)
        if known:
            change(response)
        return response

    return mock.patch.object(PrivateResponses, "__call__", answer)


def enumeration_is_not_prevented() -> Planted:
    return override_settings(ACCOUNT_PREVENT_ENUMERATION=False)


def a_sentence_for_the_known() -> Planted:
    """“Welcome back” on the pages after a known address was typed in."""

    def answer(self: PrivateResponses, request: HttpRequest) -> HttpResponse:
        response = ANSWER(self, request)
        if (request.session.get("account_login") or {}).get("user_pk"):
            response.content = response.content.replace(b"</h1>", b", welcome back</h1>")
        return response

    return mock.patch.object(PrivateResponses, "__call__", answer)


def a_cookie_for_the_known() -> Planted:
    return _answered_otherwise(lambda response: response.set_cookie("seen", "1"))


def a_header_for_the_known() -> Planted:
    return _answered_otherwise(lambda response: response.headers.__setitem__("X-Found", "1"))


def another_status_for_the_known() -> Planted:
    return _answered_otherwise(lambda response: setattr(response, "status_code", 303))


def a_second_mail_for_the_known() -> Planted:
    def send(self: Adapter, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        for _ in range(1 + _is_known(email)):
            SEND(self, template_prefix, email, context)

    return mock.patch.object(Adapter, "send_mail", send)


def no_mail_for_the_unknown() -> Planted:
    return override_settings(ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS=False)


def another_subject_for_the_unknown() -> Planted:
    queue_mail = outbox.queue_mail

    def queue(*, address: str, subject: str, **words: Any) -> Any:
        return queue_mail(address=address, subject=subject if _is_known(address) else "Hello", **words)

    return mock.patch.object(outbox, "queue_mail", queue)


@contextmanager
def mail_that_is_sent_at_once_and_fails() -> Iterator[None]:
    """For the known while they wait: where the mail system is away, their page is an error."""

    def send(self: Adapter, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        SEND(self, template_prefix, email, context)
        if _is_known(email):
            outbox.EmailMessage("Your code", "", None, [email]).send()

    with mock.patch.object(Adapter, "send_mail", send):
        yield


@contextmanager
def no_pace_and_slow_mail_for_the_known() -> Iterator[None]:
    with override_settings(PACE=0), _slow_for_the_known(SLOW):
        yield


def a_pace_that_the_known_overrun() -> Planted:
    """What takes longer than the pace is answered when it is done."""
    return _slow_for_the_known(settings.PACE + SLOW, rest=lambda taken, beat: max(0.0, beat - taken))


@contextmanager
def an_unpaced_search_for_whom_to_keep_apart() -> Iterator[None]:
    people_at = blocks.people_at

    def slowly(address: str) -> list[User]:
        found = people_at(address)
        time.sleep(SLOW * bool(found))
        return found

    with override_settings(PACE=0), mock.patch.object(blocks, "people_at", slowly):
        yield


@contextmanager
def _slow_for_the_known(seconds: float, rest: Any = None) -> Iterator[None]:
    def send(self: Adapter, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        SEND(self, template_prefix, email, context)
        time.sleep(seconds * _is_known(email))

    with mock.patch.object(Adapter, "send_mail", send), mock.patch.object(pace, "rest", rest or pace.rest):
        yield


DEFECTS = (
    Defect("enumeration is not prevented", enumeration_is_not_prevented),
    Defect("a sentence more on pages of the known", a_sentence_for_the_known),
    Defect("a cookie more for the known", a_cookie_for_the_known),
    Defect("a header more for the known", a_header_for_the_known),
    Defect("another status for the known", another_status_for_the_known),
    Defect("a second mail for the known", a_second_mail_for_the_known),
    Defect("no mail for the unknown", no_mail_for_the_unknown),
    Defect("another subject for the unknown", another_subject_for_the_unknown),
    Defect("mail sent at once that fails for the known", mail_that_is_sent_at_once_and_fails),
    Defect("no pace, and slower mail for the known", no_pace_and_slow_mail_for_the_known),
    Defect("a pace that the known overrun", a_pace_that_the_known_overrun),
    Defect("no pace where an address is kept apart", an_unpaced_search_for_whom_to_keep_apart),
)
