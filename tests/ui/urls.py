"""The smallest site around the pages that ui owns, with every component on one page."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from tests.ui import gallery


def stop(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


class Kept(HttpResponse):
    """Without the word on caching: some browsers keep pages for their Back button whatever they are told."""

    def items(self):
        return [(name, value) for name, value in super().items() if name != "Cache-Control"]


def kept(request: HttpRequest) -> HttpResponse:
    """A page of one's own, gone once the session is; without its guard if that is asked for."""
    if not request.user.is_authenticated:
        raise Http404
    content = gallery.page(request).content
    return Kept(content.replace(b"data-private", b"data-nothing") if "unguarded" in request.GET else content)


def show(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, f"{name}.html", status=200)


def blank(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse("<!doctype html><html lang=en><title>Elsewhere</title><h1>Elsewhere</h1>")


def names(*words: str) -> list:
    return [path(f"{word}/", blank, name=word) for word in words]


urlpatterns = [
    path("", gallery.page, name="home"),
    path("gallery/", gallery.page),
    path("stop/", stop),
    path("forbidden/", forbid),
    path("kept/", kept),
    path("show/<path:name>/", show),
    path("exit/", blank, name="left"),
    path("account/", include("allauth.urls")),
    path("coordination/", admin.site.urls),
    path("safety/", include((names("exit", "help", "exit_explained", "shared_device", "devices"), "safety"))),
    path("home/", include((names("privacy"), "home"))),
    path("matching/", include((names("suggestions"), "matching"))),
    path("mentorship/", include((names("list"), "mentorship"))),
    path("consent/", include((names("answers_home"), "consent"))),
    path("accounts/", include((names("me"), "accounts"))),
]
handler403 = handler404 = "ui.views.not_found"
handler400, handler500 = "ui.views.bad_request", "ui.views.server_error"
