"""How often what may be done: one table for every address. allauth counts, and has limits of its own beside these
for single mail addresses and codes (`ACCOUNT_RATE_LIMITS`)."""

import math
import time
from typing import NamedTuple

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from ui import typed

NEVER = {
    "safety:help": "somebody may need it now",
    "safety:exit": "somebody may have to leave now",
    "safety:exit_explained": "it is read before it is needed",
    "safety:shared_device": "it is read before it is needed",
    "home:healthy": "asked by the machine itself",
}
"""What is never refused, and why."""

PAGES = "300/m/ip"
"""All other pages that one sees without signing in, together."""

FORMS = "600/h/user"
"""All other forms of somebody who is signed in, together."""

VISITORS = {
    "account_login": "30/m/ip",
    "account_signup": "20/m/ip",
    "account_confirm_login_code": "30/m/ip",
    "account_email_verification_sent": "30/m/ip",
    "mfa_authenticate": "30/m/ip",
    "mfa_login_webauthn": "30/m/ip",
}

MEMBERS = {
    "account_email": "20/h/user",
    "account_email_verification_sent": "30/h/user",
    "accounts:join_program": "30/h/user",
    "accounts:leave": "30/h/user",
    "accounts:pause": "30/h/user",
    "home:concern": "30/h/user",
    "home:copy": "10/h/user",
    "home:erase": "10/h/user",
    "home:erase_now": "10/h/user",
    "home:concern_about": "30/h/user",
    "home:keep_apart": "60/h/user",
    "home:keep_address_apart": "20/h/user",
    "matching:ask": "20/h/user",
    "matching:answer": "60/h/user",
    "matching:withdraw": "20/h/user",
    "matching:look_again": "30/h/user",
    "mentorship:messages": "120/h/user",
    "mentorship:write": "60/h/user",
    "mentorship:sign": "60/h/user",
    "mentorship:end": "30/h/user",
    "mentorship:meetings": "60/h/user",
    "mentorship:cancel": "60/h/user",
    "admin:accounts_membership_move": "300/h/user",
    "admin:consent_opening_open": "60/h/user",
    "admin:matching_matchrun_publish": "60/h/user",
    "admin:matching_proposal_add": "300/h/user",
    "admin:matching_proposal_lock": "300/h/user",
    "admin:matching_proposal_publish": "300/h/user",
    "admin:matching_proposal_aside": "300/h/user",
    "admin:safety_concern_handled": "300/h/user",
}
"""What reaches somebody else, and what asks much of us."""


class Limit(NamedTuple):
    action: str
    rate: str


def limit_of(name: str, method: str, *, signed_in: bool) -> Limit | None:
    """What counts for an address. Who is signed in reads as much as they like."""
    if name in NEVER:
        return None
    if not signed_in:
        return Limit(name, VISITORS[name]) if method == "POST" and name in VISITORS else Limit("pages", PAGES)
    if method in {"GET", "HEAD", "OPTIONS"}:
        return None
    return Limit(name, MEMBERS[name]) if name in MEMBERS else Limit("forms", FORMS)


def seconds_to_wait(request: HttpRequest) -> int:
    """0: go on, and this time is counted. A cache that is down keeps nobody out."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    limit = limit_of(name, request.method or "", signed_in=request.user.is_authenticated)
    try:
        return _counted(request, limit) if limit else 0
    except RedisError:
        return 0


def too_fast(request: HttpRequest, seconds: int = 60) -> HttpResponse:
    """The same for everybody. What was typed can be sent again from there."""
    response = typed.kept(
        request,
        "429.html",
        status=429,
        minutes=math.ceil(seconds / 60),
        fields=typed.fields(request),
        path=request.path,
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def _counted(request: HttpRequest, limit: Limit) -> int:
    told = {"app": "kindred", "action": limit.action}
    if ratelimit.consume(request, config={limit.action: limit.rate}, limit_get=True, **told):
        return 0
    rate = ratelimit.parse_rate(limit.rate)
    oldest = (cache.get(ratelimit.get_cache_key(request, rate=rate, **told)) or [time.time()])[-1]
    return max(1, math.ceil(oldest + rate.duration - time.time()))
