"""What every answer tells a browser, whatever was asked: pages, parts, files, redirects, refusals and faults."""

from typing import NoReturn

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.test import Client
from django.urls import path

from config.urls import urlpatterns as ours
from tests.pages.headers import missing_from
from tests.routes.scene import PEOPLE, Scene
from tests.routes.stage import scene  # noqa: F401
from tests.routes.table import Route
from tests.routes.tables import ROUTES
from tests.routes.visit import knock

pytestmark = pytest.mark.django_db
SHEET = "/static/css/base.css"


def broken(request: HttpRequest) -> NoReturn:
    raise ZeroDivisionError


urlpatterns = [path("broken/", broken), *ours]


def one_for_each_outcome(route: Route, method: str) -> list[str]:
    """The first of the cast who gets a page, the first who is turned away, and so on."""
    outcomes = route.expected(method)
    return [next(who for who in PEOPLE if outcomes[who] == outcome) for outcome in sorted(set(outcomes.values()))]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_says_what_a_browser_may_do(method: str, scene: Scene):  # noqa: F811
    found = {}
    for route in ROUTES:
        where = route.path(scene)
        for who in one_for_each_outcome(route, method):
            answer = knock(scene, who, method, where, route.fields(scene) if method == "POST" else None)
            found[f"{route.label} as {who}"] = missing_from(where, answer.status, answer.headers)

    assert {label: wrong for label, wrong in found.items() if wrong} == {}


@pytest.fixture
def client(settings) -> Client:
    """With files served as in production, and faults answered rather than raised."""
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    settings.ROOT_URLCONF = "tests.pages.test_headers"
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


def test_so_do_files_refusals_and_faults(client: Client):
    answers = {
        200: client.get(SHEET),
        404: client.get("/static/css/nowhere.css"),
        403: client.post("/account/login/", {"login": "somebody@example.org"}),
        405: client.options("/healthy/"),
        400: client.get("/", headers={"Host": "elsewhere.example.org"}),
        500: client.get("/broken/"),
    }

    assert {status: answer.status_code for status, answer in answers.items()} == {status: status for status in answers}
    assert {status: headers_missing(answer) for status, answer in answers.items()} == {status: [] for status in answers}


def test_so_does_the_refusal_of_a_host_before_it_is_sent_on_to_https(client: Client, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/", headers={"Host": "elsewhere.example.org"})

    assert (answer.status_code, headers_missing(answer)) == (400, [])


def test_an_answer_that_says_too_little_would_be_found(client: Client, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith(XFrameOptionsMiddleware.__name__)]
    settings.SECURE_CONTENT_TYPE_NOSNIFF = False
    loose = {"DIRECTIVES": {"default-src": ["'self'", "'unsafe-inline'"]}}
    settings.CONTENT_SECURITY_POLICY = loose

    assert headers_missing(client.get("/help/")) == [
        "a policy",
        "a policy that is strict",
        "nobody frames it",
        "no sniffing",
    ]


def headers_missing(answer: HttpResponse) -> list[str]:
    return missing_from(answer.request["PATH_INFO"], answer.status_code, dict(answer.headers.items()))
