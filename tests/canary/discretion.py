"""What is read over shoulders, in histories, on lock screens and in server logs: titles, addresses, cookies, file
names, subjects, senders. No word of ours that is sealed, no name, no address of anybody, and nothing that outs."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

from tests.routes.visit import Answer

TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.DOTALL)
LINKED = re.compile(rb"""(?:href|action|src|hx-get|hx-post|content)=["']([^"']*)["']""")
COOKIES = {"sid", "form", "lang"}
OUTS = re.compile(
    r"\b(?:queer\w*|lgbt\w*|gay\w*|lesbian\w*|bi(?:sexual\w*)?|trans(?!lat|port|action|fer|ition-)\w*|non-?binary|intersex\w*|"
    r"asexual\w*|pan(?:sexual\w*)|homo\w*|gender\w*|orientation|sexual\w*|pronouns?|pride|coming[ -]?out|closet\w*|"
    r"drag|hrt|ident\w*|faith|disab\w*|hiv|rainbow)\b",
    re.IGNORECASE,
)


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
    for name, value in answer.cookies.items():
        yield "cookie", f"{name}={unquote(value)}"


def outing(words: str) -> list[str]:
    return OUTS.findall(words)
