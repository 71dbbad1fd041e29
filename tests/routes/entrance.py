"""Signing in, signing out, addresses and second factors: the pages of allauth that are reachable.

Everybody has them, for themselves alone; `newcomer` too, for they come before saying hello."""

from tests.routes.table import Route

FOR_VISITORS = "anonymous: ok; newcomer rest: >home"
OWN = "newcomer rest: ok"
ALLY = "ally: {}; newcomer rest: missing"
"""Only the ally has an authenticator app."""

ROUTES = (
    Route("account_login", get=FOR_VISITORS, post="anonymous: >account_confirm_login_code; newcomer rest: >home",
          data="login=nobody@example.org"),
    Route("account_request_login_code", get="all: >account_login", post="all: >account_login"),
    Route("account_confirm_login_code", get="anonymous: >account_request_login_code; newcomer rest: >home",
          post="anonymous: >account_request_login_code; newcomer rest: >home", data="code=123456"),
    Route("account_logout", get="anonymous: >home; newcomer rest: ok", post="all: >home"),
    Route("account_inactive", get="all: ok", post="all: no"),
    Route("account_signup", get=FOR_VISITORS, post="anonymous: >account_email_verification_sent; newcomer rest: >home",
          data="email=new@example.org"),
    Route("account_email", get=OWN, post="newcomer rest: >account_email_verification_sent",
          data="action_add=&email=new@example.org"),
    Route("account_email_verification_sent", get="anonymous: >account_login; newcomer rest: >account_email",
          post="anonymous: >account_login; newcomer rest: >account_email", data="code=123456"),
    Route("mfa_index", get=OWN, post="newcomer rest: no"),
    Route("mfa_authenticate", get="anonymous: >account_login; newcomer rest: >home",
          post="anonymous: >account_login; newcomer rest: >home", data="code=123456"),
    Route("mfa_reauthenticate", get=ALLY.format("ok"), post=ALLY.format("ok"), data="code=123456"),
    Route("mfa_activate_totp", get=f"ally: >mfa_deactivate_totp; {OWN}", post=f"ally: >mfa_deactivate_totp; {OWN}",
          data="code=123456"),
    Route("mfa_deactivate_totp", get=ALLY.format("ok"), post=ALLY.format(">mfa_index")),
    Route("mfa_view_recovery_codes", get="newcomer rest: missing", post="newcomer rest: no"),
    Route("mfa_generate_recovery_codes", get=OWN, post=f"ally: >mfa_view_recovery_codes; {OWN}"),
    Route("mfa_download_recovery_codes", get="newcomer rest: missing", post="newcomer rest: missing"),
    Route("mfa_list_webauthn", get=OWN, post="newcomer rest: no"),
    Route("mfa_add_webauthn", get=OWN, post=OWN, data="name=key"),
    Route("mfa_remove_webauthn", "authenticator", get="newcomer rest: missing", post="newcomer rest: missing"),
    Route("mfa_edit_webauthn", "authenticator", get="newcomer rest: missing", post="newcomer rest: missing"),
    Route("mfa_reauthenticate_webauthn", get=ALLY.format(">mfa_reauthenticate"),
          post=ALLY.format(">mfa_reauthenticate")),
    Route("mfa_login_webauthn", get="anonymous: >account_login; newcomer rest: >home",
          post="anonymous: >account_login; newcomer rest: >home"),
)  # fmt: skip
