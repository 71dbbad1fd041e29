"""What somebody typed into a form that cannot be taken now is given back to them, and kept nowhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

OURS = "csrfmiddlewaretoken"


def sentences(request: HttpRequest) -> list[str]:
    """What would be a pity to type again: more than one word."""
    return [value for _name, value in fields(request) if len(value.split()) > 1]


def fields(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.POST.lists() if name != OURS for value in values]


def kept(request: HttpRequest, template: str, *, status: int, **words: object) -> HttpResponse:
    """The same page for everybody, but for what they typed themselves; Back does not show it again."""
    found = {"sentences": sentences(request), "signed_in": True, **words}
    return render(request, template, found, status=status)
