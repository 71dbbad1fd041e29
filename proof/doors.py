"""The doors at which somebody types in an address, walked through as a visitor would, step by step."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.test.client import ClientHandler

from tests.cast import make_user

DOMAIN = "secrecy.example"
LOGIN, CODE, SIGNUP, PROOF, EMAIL = (
    f"/account/{path}/" for path in ("login", "login/code/confirm", "signup", "confirm-email", "email")
)
RANDOM = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|"challenge": ?"[^"]+"|/[0-9a-f-]{36}/|<time .*?</time>')
CLOCKED = {"Date", "Expires", "Last-Modified", "Set-Cookie", "Content-Length"}
WRONG = {"code": "WRNG-CODE"}
HANDLER = ClientHandler(enforce_csrf_checks=False)
_number = count()

Ask = Callable[[], Any]
Steps = Iterator[tuple[str, Ask]]


@dataclass(frozen=True)
class Step:
    label: str
    seconds: float
    told: object
    """What a browser gets, but for what is random, the clock, and what was typed in."""


@dataclass(frozen=True)
class Door:
    name: str
    steps: Callable[[Client, str], Steps]
    signed_in: bool = False
    timed: int = 0
    """How many of its first steps are told apart by a clock, too."""


def fresh(kind: str = "nobody") -> str:
    """An address that nobody has typed in yet, always of the same length."""
    return f"a{next(_number):07}.{kind[:4]:x<4}@{DOMAIN}"


def walk(door: Door, address: str, first: int = 99, between: Callable[[], None] = lambda: None) -> list[Step]:
    cache.clear()  # limits count by place, too, and all of this comes from one
    window = Client(raise_request_exception=False)
    window.handler = HANDLER
    asker = fresh("asks")
    if door.signed_in:
        window.force_login(make_user("Asking", email=asker))
    taken = []
    for _, (label, ask) in zip(range(first), door.steps(window, address), strict=False):
        begun = time.perf_counter()
        answer = ask()
        taken.append(Step(label, time.perf_counter() - begun, as_told(answer, address, asker)))
        between()
    return taken


def as_told(answer: Any, address: str, asker: str) -> object:
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in CLOCKED)
    cookies = [(name, {**morsel, "expires": ""}, bool(morsel.value)) for name, morsel in answer.cookies.items()]
    body = RANDOM.sub(b"", answer.content.replace(address.encode(), b"ADDRESS").replace(asker.encode(), b"ASKER"))
    return answer.status_code, headers, cookies, body


def _with_a_code(window: Client, ask: Ask, page: str) -> Steps:
    yield "the address", ask
    yield "the page for the code", lambda: window.get(page)
    yield "a wrong code", lambda: window.post(page, WRONG)
    yield "once more, please", lambda: window.post(page, {"action": "resend"})
    for number in range(2, 6):
        yield f"wrong code {number}", lambda: window.post(page, WRONG)
    for path in (page, LOGIN, SIGNUP, "/", "/account/2fa/webauthn/login/"):
        yield f"then {path}", lambda path=path: window.get(path)  # type: ignore[misc]


def _sign_in(window: Client, address: str) -> Steps:
    yield from _with_a_code(window, lambda: window.post(LOGIN, {"login": address}), CODE)


def _sign_up(window: Client, address: str) -> Steps:
    yield from _with_a_code(window, lambda: window.post(SIGNUP, {"email": address}), PROOF)


def _change(window: Client, address: str) -> Steps:
    yield from _with_a_code(window, lambda: window.post(EMAIL, {"action_add": "", "email": address}), PROOF)
    for action in ("action_send", "action_primary", "action_remove"):
        yield action, lambda action=action: window.post(EMAIL, {action: "1", "email": address})  # type: ignore[misc]
        yield f"after {action}", lambda: window.get(EMAIL)


def _passkey(window: Client, address: str) -> Steps:
    """Takes no address; but the session may remember one that was typed in before."""
    yield "an address before", lambda: window.post(LOGIN, {"login": address})
    yield "the question to a passkey", lambda: window.get("/account/2fa/webauthn/login/")
    yield "a passkey that is none", lambda: window.post("/account/2fa/webauthn/login/", {"credential": "{}"})


def _keep_apart(window: Client, address: str) -> Steps:
    yield "the address", lambda: window.post("/apart/address/", {"address": address})
    yield "the list", lambda: window.get("/blocks/")
    yield "once more", lambda: window.post("/apart/address/", {"address": address})
    yield "the list again", lambda: window.get("/blocks/")
    yield "home", lambda: window.get("/")


def _too_often(window: Client, address: str) -> Steps:
    for number in range(6):
        yield f"sign in {number}", lambda: window.post(LOGIN, {"login": address})
        yield f"sign up {number}", lambda: window.post(SIGNUP, {"email": address})


def _not_there(window: Client, address: str) -> Steps:
    """There are no passwords to reset, and nobody is invited by address."""
    said = {"email": address, "login": address}
    for path in ("password/reset", "password/reset/done", "password/set", "invite", "invitations", "signup/passkey"):
        yield path, lambda path=path: window.post(f"/account/{path}/", said)  # type: ignore[misc]


DOORS = (
    Door("sign in", _sign_in, timed=3),
    Door("sign up", _sign_up, timed=3),
    Door("change of address", _change, signed_in=True, timed=3),
    Door("keep an address apart", _keep_apart, signed_in=True, timed=2),
    Door("passkey", _passkey),
    Door("asking too often", _too_often),
    Door("reset and invite", _not_there),
)
