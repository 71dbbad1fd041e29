"""What the methods get that no form of ours uses: a rule for each kind of address, and the few that follow none."""

OTHERS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
LED_AWAY = {"sign-in", "welcome"}
STAFF_ONLY = "staff: {}; rest: sign-in"
VISITORS = "anonymous: {}; newcomer rest: >home"
OUT = "anonymous: {}; newcomer rest: {}"
OWN = "newcomer rest: {}"


def by_rule(name: str, method: str, got: str, sent: str) -> str:
    """`got` and `sent` are what the same person gets for GET and for POST."""
    if name.startswith(("admin:", "coordination/")):
        return got  # whatever sends nothing in is a look
    if name.startswith(("account_", "mfa_")):
        return _of_class(method, got, sent)
    return got if got == sent and got in LED_AWAY else "no"


def _of_class(method: str, got: str, sent: str) -> str:
    """allauth's pages are Django's class-based views, and the decision to lead somebody on comes before the method."""
    if method in {"HEAD", "PUT"}:
        return got if method == "HEAD" else sent
    if got == sent and (got.startswith(">") or got in {"missing", *LED_AWAY}):
        return got
    return "ok" if method == "OPTIONS" else "no"


OTHERWISE = {
    "account_login": {"PUT": VISITORS.format("ok")},
    "account_signup": {"PUT": VISITORS.format("ok")},
    "account_email": {"PUT": OWN.format(">account_email")},
    "account_logout": {
        "PUT": "all: no",
        **dict.fromkeys(("PATCH", "DELETE"), OUT.format("no", "no")),
        "OPTIONS": "all: ok",
    },
    "mfa_remove_webauthn": {**dict.fromkeys(("PUT", "PATCH"), OWN.format("no")), "OPTIONS": OWN.format("ok")},
    "mfa_edit_webauthn": {**dict.fromkeys(("PATCH", "DELETE"), OWN.format("no")), "OPTIONS": OWN.format("ok")},
    "mfa_login_webauthn": {
        **dict.fromkeys(("PATCH", "DELETE"), VISITORS.format("no")),
        "OPTIONS": VISITORS.format("ok"),
    },
    "admin:login": {
        method: f"staff: {outcome}; anonymous: sign-in; rest: missing"
        for method, outcome in (("HEAD", "ok"), ("PUT", "ok"), ("PATCH", "no"), ("DELETE", "no"), ("OPTIONS", "ok"))
    },
    "admin:logout": {"OPTIONS": "staff: ok; anonymous rest: >admin:index"},
    "admin:autocomplete": {
        **dict.fromkeys(("PUT", "PATCH", "DELETE"), STAFF_ONLY.format("no")),
        "OPTIONS": STAFF_ONLY.format("ok"),
    },
    "admin:jsi18n": dict.fromkeys(("PUT", "PATCH", "DELETE"), STAFF_ONLY.format("no")),
}
"""By address, as in table.py: what Django and allauth answer themselves."""
