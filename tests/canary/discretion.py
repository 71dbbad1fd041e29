"""What is read over shoulders, in histories, on lock screens and in server logs: titles, addresses, cookies, file
names, calendar entries, subjects, senders. No word of ours that is sealed, no name, no address of anybody, and nothing
that outs."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

from notices import lexicon
from tests.routes.visit import Answer

TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.DOTALL)
LINKED = re.compile(rb"""(?:href|action|src|hx-get|hx-post|content)=["']([^"']*)["']""")
COOKIES = {"sid", "form", "lang"}
DRAWN = re.compile(r"^(?:__Host-)?(?:sid|form)=.*")
"""Cookies whose value is drawn by lot: any three letters turn up in one some day."""
OURS = re.compile(
    r"\b(?:gender\w*|orientation|sexual\w*|pronouns?|coming[ -]?out|closet\w*|transition(?!-)\w*|drag|rainbow|"
    r"ident(?!if)\w*|faith|religio\w*|disab\w*)\b",
    re.IGNORECASE,
)
"""What people write about other things, too, but would mean here what they think it means."""


def open_to_all_eyes(answer: Answer) -> Iterator[tuple[str, str]]:
    """Kind and words of whatever of an answer others may see."""
    for title in TITLE.findall(answer.body):
        yield "title", unescape(title.decode())
    for address in LINKED.findall(answer.body):
        yield "address", unquote(unescape(address.decode()))
    if "Location" in answer.headers:
        yield "address", unquote(answer.headers["Location"])
    if "Content-Disposition" in answer.headers:
        yield "file name", unquote(answer.headers["Content-Disposition"])
    if answer.headers.get("Content-Type", "").startswith("text/calendar"):
        yield "calendar", answer.body.decode()
    for name, value in answer.cookies.items():
        yield "cookie", f"{name}={unquote(value)}"


def outing(words: str) -> list[str]:
    said = DRAWN.sub("", words)
    return lexicon.outing(said) + OURS.findall(said)
