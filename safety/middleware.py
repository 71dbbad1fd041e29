"""A session that is over is told of, once and kindly, and takes nothing along that was typed."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from ui import typed

Next = Callable[[HttpRequest], HttpResponse]
ENDED = "ended"
"""In the address of the sign-in page: it says there why one was led to it."""


class Sessions:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_over = _is_over(request)
        response = self.get_response(request)
        return _told(request, response) if is_over else response


def _is_over(request: HttpRequest) -> bool:
    """The browser still holds the key of a session that is not there any more, or whose person may not sign in now."""
    if request.user.is_authenticated or not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        return False
    if SESSION_KEY in request.session:
        request.session.flush()
    return request.session.session_key is None


def _told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    sign_in = resolve_url(settings.LOGIN_URL)
    if response.status_code != 302 or not response["Location"].startswith(f"{sign_in}?"):
        return response
    if request.method == "POST" and typed.sentences(request):
        return typed.kept(request, "safety/ended.html", status=403, address=sign_in)
    response["Location"] += f"&{ENDED}=1"
    return response
