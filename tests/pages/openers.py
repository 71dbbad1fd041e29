"""Which pages there are, and who opens each: drawn from the table in tests/routes, so that whoever adds an address and
says there who gets its page has it looked at here, too."""

from tests.routes.scene import ANONYMOUS, NEWCOMER, PEOPLE
from tests.routes.table import GROUPS, Route
from tests.routes.tables import ROUTES

NOT_WHOLE = {
    "consent:receipt_file": "a file of what one allowed",
    "home:healthy": "one word for a health check",
    "mentorship:calendar": "a file for a calendar",
    "admin:jsi18n": "words for a script",
    "admin:matching_matchrun_progress": "a part of the page of a run, which is opened",
}
"""What answers a GET with something else than a page."""

NEVER_A_PAGE = {
    "account_request_login_code": "leads to signing in",
    "admin:login": "leads to signing in",
    "admin:logout": "leads away from where nobody may be",
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "a question to a passkey, for a script",
    "mfa_reauthenticate_webauthn": "a question to a passkey, for a script",
    "safety:exit": "leads away",
    "safety:security_txt": "a file, where the operator says whom to write to",
}
"""What nobody of the scene gets a page from, and why. Pages between two steps are no part of this: test_on_the_way.py
goes there."""

KINDS = {
    "mentees": ("mentee", "other_mentee", "applicant", "stranger"),
    "mentors": ("matched_mentor", *GROUPS["mentors"]),
    "others": ("ally",),
    "staff": ("coordinator", "superuser", "other_program_coordinator"),
    ANONYMOUS: (ANONYMOUS,),
    NEWCOMER: (NEWCOMER,),
}
"""Whoever is of one kind is shown the same page; the first who may see it opens it."""


def openers(route: Route) -> list[str]:
    welcome = {who for who, outcome in route.expected("GET").items() if outcome == "ok"}
    found = [next(who for who in kind if who in welcome) for kind in KINDS.values() if welcome & set(kind)]
    if route.name.startswith(("account_", "mfa_")):  # the same for whoever it is
        return found[:1]
    if route.name.endswith("_changelist"):  # and one with nothing in it
        found += welcome & {"other_program_coordinator"}
    return [who for who in found if who != NEWCOMER] or found


def pages_of(who: str) -> list[Route]:
    """The pages that this person opens for everybody of their kind."""
    return [route for route in ROUTES if route.name not in NOT_WHOLE and who in openers(route)]


def names_without_a_page() -> set[str]:
    """Addresses that take a GET and from which nobody of the scene gets a page at once. In coordination, what even the
    operator finds missing is a page that was taken away; elsewhere it may be one that asks for more."""
    opened = {route.name for route in ROUTES if openers(route)}
    asked = {route.name for route in ROUTES if not _is_closed(route)}
    return {name for name in asked - opened if "/" not in name}


def _is_closed(route: Route) -> bool:
    outcomes = route.expected("GET")
    by_kind = set(outcomes.values()) - {"sign-in", "welcome"}
    return by_kind == {"no"} or (route.name.startswith("admin:") and outcomes["superuser"] == "missing")


OPENERS = [who for who in PEOPLE if pages_of(who)]
