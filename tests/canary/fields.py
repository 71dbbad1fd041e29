"""What a form leaves behind in a browser: names of its fields, and what was typed into those that are remembered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from tests.canary.discretion import outing
from tests.routes.visit import Answer

APART = re.compile(r"[\W_]+")
TYPED = {"text", "search", "url", "number", "date", "time"}
"""What a browser remembers by itself. It remembers nothing of what is written in several lines."""
FIELDS = {"input", "select", "textarea", "button", "datalist", "fieldset", "label", "output"}


@dataclass(frozen=True)
class Field:
    name: str
    ids: tuple[str, ...]
    remembered: bool


class Forms(HTMLParser):
    """Every field of a page; a form may say for all of its own that nothing is to be remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[Field] = []
        self._quiet = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._quiet = said.get("autocomplete") == "off"
        if tag in FIELDS:
            kept = tag == "input" and said.get("type", "text") in TYPED and not self._quiet
            remembered = kept and said.get("autocomplete") not in {"off", "one-time-code"}
            self.fields.append(Field(said.get("name", ""), (said.get("id", ""), said.get("for", "")), remembered))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._quiet = False


def fields_of(page: bytes) -> list[Field]:
    forms = Forms()
    forms.feed(page.decode(errors="replace"))
    return forms.fields


def telling(page: bytes) -> Iterator[str]:
    """Fields by whose name one could tell what somebody was asked."""
    for field in fields_of(page):
        yield from (
            f"{word} in {field.name or field.ids}"
            for word in outing(APART.sub(" ", " ".join((field.name, *field.ids))))
        )


def remembered(answer: Answer) -> Iterator[str]:
    yield from (field.name for field in fields_of(answer.body) if field.remembered)
