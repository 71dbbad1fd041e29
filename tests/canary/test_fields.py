"""Nobody who looks through a browser's memory of forms, or at the source of a page, learns what was asked there."""

import pytest

from tests.canary.crawl import pages
from tests.canary.fields import fields_of, remembered, telling
from tests.routes.stage import visits  # noqa: F401
from tests.routes.tables import ROUTES
from tests.routes.visit import Visits

pytestmark = pytest.mark.django_db
MEMBERS = [route for route in ROUTES if not route.name.startswith("admin:") and "/" not in route.name]
SPOILED = b'<form><input name="gender"><label for="id_pronouns"></label><input type="text" name="a"></form>'


def test_no_field_says_by_its_name_what_it_is_about(visits: Visits):  # noqa: F811
    found = {f"{page}: {word}" for _who, page, answer in pages(visits, MEMBERS) for word in telling(answer.body)}

    assert sorted(found) == []


def test_no_browser_remembers_what_was_typed(visits: Visits):  # noqa: F811
    found = {f"{page}: {name}" for _who, page, answer in pages(visits, MEMBERS) for name in remembered(answer)}

    assert sorted(found) == []


def test_control_such_fields_are_found():
    assert sorted(telling(SPOILED)) == ["gender in gender", "pronouns in ('', 'id_pronouns')"]
    assert [field.name for field in fields_of(SPOILED) if field.remembered] == ["gender", "a"]


def test_control_a_form_that_remembers_nothing_is_known():
    assert [field.remembered for field in fields_of(b'<form autocomplete="off"><input name="a"></form>')] == [False]
