"""A planted word is read by those who may read it, and found by nobody else, at any address."""

import pytest

from tests.canary.crawl import broken_promises, finds, leaks, pages
from tests.canary.tokens import Tokens, packings
from tests.routes.stage import visits  # noqa: F401
from tests.routes.tables import ROUTES
from tests.routes.visit import Visits

pytestmark = pytest.mark.django_db


def test_nobody_reads_what_is_not_for_them(visits: Visits):  # noqa: F811
    assert leaks(visits, finds(visits, pages(visits, ROUTES))) == []


def test_everybody_finds_what_is_for_them(visits: Visits):  # noqa: F811
    assert broken_promises(visits, finds(visits, pages(visits, ROUTES))) == []


def test_a_word_is_found_however_it_is_packed():
    tokens = Tokens()
    word = tokens.plant("answer", "mentee")

    assert [packed for packed in packings(word) if not tokens.found_in(packed + b"</p>")] == []
