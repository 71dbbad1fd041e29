"""What is shown when there is nothing to show."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from ui import typed


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseBadRequest(render_to_string("400.html"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For forbidden and missing alike: the two must not be told apart."""
    return render(request, "404.html", status=404)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Words are given back to a page of ours alone: another site must not put its own before somebody."""
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    shown: dict[str, object] = {} if is_ours else {"sentences": []}
    return typed.kept(request, "403_csrf.html", status=403, **shown)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without context processors: whatever broke must not break this page, too."""
    return HttpResponseServerError(render_to_string("500.html"))
