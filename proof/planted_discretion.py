"""Words that out, planted in one channel at a time, in four languages."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest import mock

from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from accounts.middleware import PrivateResponses
from home import adapter
from notices import calendar, letters, lexicon
from notices.actions import outbox
from proof.goal import Defect

Planted = AbstractContextManager[Any]
ANSWER, COMPOSE, RENDER = PrivateResponses.__call__, letters.compose, adapter.render_to_string


def _answered(change: Callable[[HttpResponse], object]) -> Planted:
    def answer(self: PrivateResponses, request: HttpRequest) -> HttpResponse:
        response = ANSWER(self, request)
        change(response)
        return response

    return mock.patch.object(PrivateResponses, "__call__", answer)


def _replaced(old: str, new: str) -> Planted:
    def replace(response: HttpResponse) -> None:
        response.content = re.sub(old.encode(), new.encode(), response.content)

    return _answered(replace)


def _sent(**fields: Any) -> Planted:
    """Past the one who counts recipients at the door."""

    def composed(notice: Any) -> EmailMessage:
        letter = COMPOSE(notice)
        vars(letter).update(fields)
        return letter

    planted = ExitStack()
    planted.enter_context(mock.patch.object(letters, "compose", composed))
    planted.enter_context(mock.patch.object(outbox, "_hand_over", EmailMessage.send))
    return planted


def a_subject() -> Planted:
    return _sent(subject="Your Pride group has an update")


def a_subject_of_account_mail() -> Planted:
    def render(name: str, *words: Any) -> str:
        return "Tu código, red transgénero" if name.endswith("_subject.txt") else RENDER(name, *words)

    return mock.patch.object(adapter, "render_to_string", render)


def a_beginning_of_mail() -> Planted:
    return _sent(body="Hallo,\n\nin deiner Lesbengruppe gibt es etwas Neues.")


def a_sender() -> Planted:
    return override_settings(DISCREET_NAME="Queer Circle")


def a_sender_with_our_name() -> Planted:
    return override_settings(SITE_NAME="Réseau LGBT+")


def a_header() -> Planted:
    return _sent(extra_headers={"List-Id": "gay-mentors.example.org"})


def two_recipients() -> Planted:
    return _sent(bcc=["somebody.else@example.org"])


def a_calendar_title() -> Planted:
    return mock.patch("mentorship.views.title_of", return_value="Rencontre lesbienne")


def a_calendar_maker() -> Planted:
    return mock.patch.object(calendar, "_", return_value="Trans mentoring")


def a_page_title() -> Planted:
    return _replaced("<title>", "<title>Trans people · ")


def an_address_in_a_page() -> Planted:
    return _replaced('href="/', 'href="/pronouns/')


def an_address_led_to() -> Planted:
    def lead(response: HttpResponse) -> None:
        if "Location" in response.headers:
            response.headers["Location"] += "?topic=non-binary"

    return _answered(lead)


def a_cookie() -> Planted:
    return _answered(lambda response: response.set_cookie("lang", "queer"))


def a_cookie_of_another_name() -> Planted:
    return _answered(lambda response: response.set_cookie("visited", "1"))


def a_file_name() -> Planted:
    def name(response: HttpResponse) -> None:
        if "Content-Disposition" in response.headers:
            response.headers["Content-Disposition"] = 'attachment; filename="trans_mentoring.ics"'

    return _answered(name)


def a_lexicon_of_bare_beginnings() -> Planted:
    bare = re.compile(r"\b(?:trans|bi|homo|pan|lesb|queer|pride|gay|lgbt)\w*")
    return mock.patch.object(lexicon, "_pattern", return_value=bare)


DEFECTS = tuple(
    Defect(plant.__name__.replace("_", " "), plant)
    for plant in (
        a_subject, a_subject_of_account_mail, a_beginning_of_mail, a_sender, a_sender_with_our_name, a_header,
        two_recipients, a_calendar_title, a_calendar_maker, a_page_title, an_address_in_a_page, an_address_led_to,
        a_cookie, a_cookie_of_another_name, a_file_name, a_lexicon_of_bare_beginnings,
    )
)  # fmt: skip
