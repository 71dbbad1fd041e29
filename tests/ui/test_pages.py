"""What is around every page, and what is shown when there is nothing to show."""

from pathlib import Path

import brotli
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse

from ui import context, views

pytestmark = pytest.mark.urls("tests.ui.urls")
FIRST_VIEW = [
    "css/tokens.css",
    "css/base.css",
    "css/components.css",
    "css/forms.css",
    "js/exit.js",
    "js/page.js",
    "icons/sprite.svg",
    "icons/favicon.svg",
    "fonts/atkinson-next-latin.woff2",
    "django_htmx/htmx-2.min.js",
]


def chrome(path: str, person) -> dict:
    request = RequestFactory().get(path)
    request.user = person
    request.resolver_match = None
    return context.chrome(request)


def test_a_visitor_is_offered_to_sign_in_and_to_join() -> None:
    assert [str(entry.label) for entry in chrome("/", AnonymousUser())["nav"]] == ["Sign in", "Join"]


@pytest.mark.django_db
def test_the_navigation_asks_nothing_of_the_database(coordinator, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        entries = chrome("/", coordinator.user)["nav"]

    assert str(entries[0].label) == "Home"


def test_every_place_of_the_navigation_exists(settings) -> None:
    settings.ROOT_URLCONF = "config.urls"

    for place in [*context.FOR_VISITORS, *context.FOR_MEMBERS, *context.FOR_COORDINATORS]:
        assert reverse(place.name)


@pytest.mark.django_db
def test_the_page_shown_is_marked_in_the_navigation() -> None:
    html = Client().get("/account/signup/").content.decode()

    assert html.count('aria-current="page"') == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/gallery/", "/account/login/", "/nowhere/", "/show/500/", "/show/400/"])
def test_every_page_has_the_way_out_and_help(path: str) -> None:
    html = Client().get(path).content.decode()

    assert html.count('href="/safety/exit/"') == 2
    assert 'href="/safety/help/"' in html
    assert 'href="/safety/exit_explained/"' in html


@pytest.mark.django_db
def test_titles_are_neutral_and_end_in_the_neutral_name(settings) -> None:
    settings.SITE_NAME = "Notebook"
    html = Client().get("/account/signup/").content.decode()

    assert "<title>Join · Notebook</title>" in html


@pytest.mark.django_db
def test_forbidden_and_missing_are_the_same_bytes() -> None:
    missing, forbidden = Client().get("/nowhere/"), Client().get("/forbidden/")

    assert (missing.status_code, forbidden.status_code) == (404, 404)
    assert missing.content == forbidden.content


def test_the_page_for_broken_things_needs_no_database_and_no_request() -> None:
    """No database mark: a query would fail this test."""
    answer = views.server_error(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert b"Something broke on our side" in answer.content


def test_a_stale_form_is_told_kindly() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "robin@example.org"})

    assert answer.status_code == 403
    assert b"This page was open for too long" in answer.content


@pytest.mark.parametrize(("origin", "given_back"), [("http://testserver", 1), ("https://elsewhere.example", 0)])
def test_a_stale_form_gives_back_what_was_typed_to_a_page_of_ours_alone(origin: str, given_back: int) -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/account/login/", {"login": "what I wrote"}, headers={"Origin": origin})

    assert (answer.status_code, answer.content.count(b">what I wrote</textarea>")) == (403, given_back)


@pytest.mark.django_db
def test_what_is_collected_has_every_file_that_css_names(settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", verbosity=0, interactive=False)

    assert list(tmp_path.glob("fonts/atkinson-next-latin.*.woff2"))


@pytest.mark.django_db
def test_a_first_view_is_at_most_sixty_kilobytes(mentee, capsys) -> None:
    """Everything that a signed-in person's first page loads, as it goes over the wire."""
    from django.contrib.staticfiles import finders

    client = Client()
    client.force_login(mentee.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    total = len(brotli.compress(client.get("/account/2fa/").content))
    for name in FIRST_VIEW:
        raw = Path(finders.find(name)).read_bytes()
        total += len(raw) if name.endswith(".woff2") else len(brotli.compress(raw))

    with capsys.disabled():
        print(f"first view: {total / 1000:.1f} kB over the wire in {len(FIRST_VIEW) + 1} answers")
    assert total <= 60_000
