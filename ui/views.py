"""What is shown when there is nothing to show."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseBadRequest(render_to_string("400.html"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For forbidden and missing alike: the two must not be told apart."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without context processors: whatever broke must not break this page, too."""
    return HttpResponseServerError(render_to_string("500.html"))
