"""What every request gets, whatever page it asks for."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from accounts import limits

Next = Callable[[HttpRequest], HttpResponse]

KEPT = ("/static/", "/healthy/")
"""What holds nothing of anybody and may be kept as whoever serves it says."""

ALWAYS_OPEN = ("/static/", "/healthy/", "/.well-known/", "/exit/", "/help/", "/privacy/", "/account/")
"""What nobody has to do anything for first: help, the way out, what is kept, and signing in or out."""

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class SecurityHeaders(SecurityMiddleware):
    """Django's own middleware adds them to what passes through it, and not where it refuses a host itself."""

    def process_request(self, request: HttpRequest) -> None:
        """Redirects and refusals are left to the other one."""


class PrivateResponses:
    """Nothing that a page shows is kept by a browser or a proxy."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(KEPT) or response.status_code >= 400:
            patch_cache_control(response, no_store=True, no_cache=True, must_revalidate=True, private=True, max_age=0)
            # It would tell the second in which the answer was made, and no-store says all that it could.
            response.headers.pop("Expires", None)
        return response


class WholePages:
    """Where a part of a page was asked for and the session has ended, the whole page goes to the sign-in page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        sign_in = resolve_url(settings.LOGIN_URL)
        leads_there = response.status_code == 302 and response["Location"].startswith(sign_in)
        if leads_there and "HX-Request" in request.headers:
            why = "?ended=1" if response["Location"].endswith("&ended=1") else ""
            return HttpResponse(headers={"HX-Redirect": f"{sign_in}{why}"})
        return response


class Reader:
    """Times are shown in the reader's zone, words in their language."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            with timezone.override(zoneinfo.ZoneInfo(settings.TIME_ZONE)):
                return self.get_response(request)
        zone, language = zoneinfo.ZoneInfo(request.user.time_zone), request.user.language
        with timezone.override(zone), translation.override(language):
            return self.get_response(request)


class StaffSecondFactor:
    """Staff need a second factor before anything else, where the deployment says so."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not settings.STAFF_SECOND_FACTOR or request.path.startswith(ALWAYS_OPEN):
            return self.get_response(request)
        if user.is_authenticated and user.is_staff and not is_mfa_enabled(user, SECOND_FACTORS):
            return redirect("mfa_index")
        return self.get_response(request)


class Limits:
    """Whoever does something too often is asked to wait, before anything of it is done."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *called: Any) -> HttpResponse | None:
        seconds = limits.seconds_to_wait(request)
        return limits.too_fast(request, seconds) if seconds else None


class Onboarding:
    """Who has not yet said to be an adult and how to be called is asked that first."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith((*ALWAYS_OPEN, "/me/welcome/")):
            return self.get_response(request)
        if request.user.is_authenticated and not request.user.is_settled:
            return redirect("accounts:welcome")
        return self.get_response(request)
