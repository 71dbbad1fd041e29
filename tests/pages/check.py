"""What must hold of every page, whoever opens it and wherever it stands."""

from typing import Any

from django.conf import settings
from playwright.sync_api import Response

from tests.canary.discretion import outing
from tests.canary.tokens import Tokens
from tests.ui.conftest import Visitor

PHONE, DESK = {"width": 375, "height": 812}, {"width": 1280, "height": 900}
READ = """() => ({
  title: document.title,
  headings: document.querySelectorAll("h1").length,
  language: document.documentElement.lang,
  exit: document.querySelector("a.exit[data-exit]")?.checkVisibility() ?? false,
})"""
TOO_WIDE = "() => document.documentElement.scrollWidth - innerWidth"


def faults(visitor: Visitor, response: Response | None, tokens: Tokens) -> list[Any]:
    """All that is wrong with the page that the visitor looks at: first on a phone by day, then at a desk by night."""
    visitor.page.set_viewport_size(PHONE)
    visitor.page.emulate_media(color_scheme="light")
    found = [*_of_the_answer(response), *_of_the_words(visitor, tokens), *_of_the_look(visitor, "phone")]
    visitor.page.set_viewport_size(DESK)
    visitor.page.emulate_media(color_scheme="dark")
    found += _of_the_look(visitor, "desk")
    found += [f"asked elsewhere: {url}" for url in visitor.strangers]
    found += [f"complained: {words}" for words in visitor.complaints]
    visitor.strangers.clear()
    visitor.complaints.clear()
    return found


def open_page(visitor: Visitor, path: str, tokens: Tokens) -> list[Any]:
    response = visitor.page.goto(f"{visitor.origin}{path}")
    led_to = visitor.page.url.removeprefix(visitor.origin)
    return [f"led to {led_to}"] * (led_to != path) + faults(visitor, response, tokens)


def _of_the_answer(response: Response | None) -> list[str]:
    return [f"status {response.status}"] if response and response.status != 200 else []


def _of_the_words(visitor: Visitor, tokens: Tokens) -> list[str]:
    read = visitor.page.evaluate(READ)
    title = read["title"]
    wrong = {
        f"title without the neutral name: {title}": not title.endswith(f" · {settings.SITE_NAME}"),
        f"telling title: {title}": bool(outing(title) or tokens.found_in(title) or "Harbour" in title),
        f"{read['headings']} first headings": read["headings"] != 1,
        "no language": not read["language"],
        "no way out": not read["exit"],
    }
    return [words for words, is_wrong in wrong.items() if is_wrong]


def _of_the_look(visitor: Visitor, where: str) -> list[Any]:
    wider = visitor.page.evaluate(TOO_WIDE)
    return [(where, *found) for found in visitor.violations()] + [f"{where}: {wider} px too wide"] * (wider > 0)
