"""Every page there is, opened in a real browser by whoever may see it."""

from collections.abc import Callable

import pytest

from tests.pages.check import faults, open_page
from tests.pages.openers import KINDS, pages_of
from tests.pages.scene import MORE
from tests.routes.scene import Scene
from tests.routes.table import Route
from tests.ui.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Visitor]


def found_by(who: str, pages: list[Route], arrive: Arrive, scene: Scene) -> dict[str, list[object]]:
    window = arrive(who)
    found = {f"{route.label} as {who}": open_page(window, route.path(scene), scene.tokens) for route in pages}
    return {label: wrong for label, wrong in found.items() if wrong}


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_can_be_used_by_everybody_and_tells_nothing(kind: str, arrive: Arrive, scene: Scene):
    found = [found_by(who, pages_of(who), arrive, scene) for who in dict.fromkeys(KINDS[kind])]

    assert [wrong for wrong in found if wrong] == []


def test_so_can_pages_that_wait_or_are_empty_or_failed(arrive: Arrive, scene: Scene):
    found = [found_by(who, pages, arrive, scene) for who, pages in MORE.items()]

    assert [wrong for wrong in found if wrong] == []


def test_a_bad_page_would_be_found(arrive: Arrive, scene: Scene):
    window = arrive()
    window.go("/account/login/")
    window.page.evaluate(SPOIL, scene.users["mentee"].name_to_use)

    found = " ".join(str(fault) for fault in faults(window, None, scene.tokens))

    assert [words for words in SPOILED if words not in found] == []


SPOIL = """name => {
  const main = document.querySelector("main");
  main.insertAdjacentHTML("beforeend", '<h1 style="color: red">Again</h1><input type="text">');
  main.append(Object.assign(new Image(), {src: "http://elsewhere.invalid/", alt: ""}));
  document.querySelector("a.exit").remove();
  document.documentElement.lang = "";
  document.title = `${name}'s transition`;
  document.querySelector(".footer").style.width = "2000px";
}"""
SPOILED = (
    "'label'", "2 first headings", "asked elsewhere", "style-src", "no way out", "no language", "telling title",
    "without the neutral name", "phone: ", "desk: ",
)  # fmt: skip
