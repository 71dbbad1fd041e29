"""The admin. Who is not staff is sent to its sign-in page, which is missing for whoever is signed in already."""

from collections.abc import Iterator

from tests.routes.table import Route


def staff(outcome: str) -> str:
    return f"staff: {outcome}; rest: sign-in"


def operator(outcome: str, others: str = "missing") -> str:
    return f"superuser: {outcome}; coordinator other_program_coordinator: {others}; rest: sign-in"


def own(outcome: str, others: str = "missing") -> str:
    """Of a program: its coordinator's and the operator's, and not there for the coordinator of another."""
    return f"coordinator superuser: {outcome}; other_program_coordinator: {others}; rest: sign-in"


def by_role(outcome: str) -> str:
    """Its coordinator's alone: whoever runs the service is not one by that."""
    return f"coordinator: {outcome}; other_program_coordinator superuser: missing; rest: sign-in"


def begun(outcome: str) -> str:
    return f"coordinator superuser: {outcome}; other_program_coordinator: ok; rest: sign-in"


NOBODYS = staff("missing")
LOST = ">admin:index"
"""Where Django's own pages lead whoever asks for a row that is not there, or not theirs."""


def model(name: str, of: str, *, everyone: str = "", change: str, write: str, data: str = "") -> Iterator[Route]:
    """The six addresses that every model has. Rows of a program: nothing is added or deleted by hand."""
    app, _, kind = name.partition("_")
    lists = everyone or staff("ok")
    yield Route(f"admin:{name}_changelist", get=lists, post=lists)
    yield Route(f"admin:{name}_change", of, get=change, post=write, data=data)
    yield Route(f"coordination/{app}/{kind}/{{}}/", of, get=staff(f">admin:{name}_change"),
                post=staff(f">admin:{name}_change"))  # fmt: skip


def of_program(
    name: str, of: str, *, change: str = "", write: str = "", add: str = NOBODYS, data: str = ""
) -> Iterator[Route]:
    yield from model(name, of, change=change or own("ok"), write=write or own("ok"), data=data)
    yield Route(f"admin:{name}_add", get=add, post=add)
    yield Route(f"admin:{name}_history", of, get=own("ok", LOST), post=own("ok", LOST))
    yield Route(f"admin:{name}_delete", of, get=NOBODYS, post=NOBODYS)


def of_operator(name: str, of: str, *, write: str, delete: str = NOBODYS, data: str = "") -> Iterator[Route]:
    """What the operator alone looks after. For the others no row is there."""
    yield from model(name, of, everyone=operator("ok"), change=operator("ok"), write=write, data=data)
    yield Route(f"admin:{name}_add", get=NOBODYS, post=NOBODYS)
    yield Route(f"admin:{name}_history", of, get=operator("ok", LOST), post=operator("ok", LOST))
    yield Route(f"admin:{name}_delete", of, get=delete, post=delete)


def button(name: str, of: str, *, back: str, data: str = "", get: str = NOBODYS) -> Route:
    return Route(f"admin:{name}", of, get=get, post=own(f">admin:{back}"), data=data)


RUN, PROPOSAL = "matching_matchrun_change", "matching_proposal_change"

PROGRAM = (
    "name=New&about=&terms=&is_open=on&agreements_per_mentee=5&ask_days=9&remind_days=3&vocabulary={{}}&help_lines=[]"
)

ROUTES = (
    Route("admin:index", get=staff("ok"), post=staff("ok")),
    Route("admin:login", get="staff: >admin:index; anonymous: sign-in; rest: missing",
          post="staff: ok; anonymous: sign-in; rest: missing"),
    Route("admin:logout", get="staff: no; anonymous rest: >admin:index",
          post="staff: >home; anonymous rest: >admin:index"),
    Route("admin:autocomplete", get=NOBODYS, post=staff("no")),
    Route("admin:jsi18n", get=staff("ok"), post=staff("no")),
    Route("admin:view_on_site", "1 mentee", get=NOBODYS, post=NOBODYS),
    Route("admin:app_list", "consent", get=staff("ok"), post=staff("ok")),
    Route("coordination/(?P<url>.*)$", get=NOBODYS, post=NOBODYS),
    *of_operator("mfa_authenticator", "authenticator", write=NOBODYS, delete=operator("ok")),
    *of_operator("accounts_user", "mentee's_account", write=operator(">admin:accounts_user_changelist"),
                 data="is_active=on"),
    *of_program("accounts_program", "program", change=own("ok", LOST), add=operator("ok"),
                write=own(">admin:accounts_program_changelist", LOST), data=PROGRAM),
    *of_program("accounts_membership", "mentee"),
    button("accounts_membership_step", "mentee", back="accounts_membership_change", data="kind=reference&note=hello"),
    button("accounts_membership_move", "mentee", back="accounts_membership_change", data="to=paused&note=hello"),
    *of_program("safety_concern", "concern"),
    Route("admin:safety_concern_change", "concern_about_coordinator", get=operator("ok"), post=operator("ok")),
    Route("admin:safety_concern_handled", "concern_about_coordinator", get=NOBODYS,
          post=operator(">admin:safety_concern_changelist")),
    button("safety_concern_handled", "concern", back="safety_concern_changelist"),
    *of_program("mentorship_agreement", "agreement", change=own("ok", LOST), write=NOBODYS),
    *of_program("matching_shortlist", "mentee's_list", change=own("ok", LOST), write=NOBODYS),
    *of_program("matching_matchrun", "run", add=staff("ok")),
    # Both forms offer only what is one's own: the page comes back, and nothing has begun.
    Route("admin:matching_matchrun_add", get=staff("ok"), post=begun(f">admin:{RUN}"),
          data="program={program}&objective=best_fit"),
    Route("admin:matching_proposal_add", get=staff("ok"), post=begun(f">admin:{PROPOSAL}"),
          data="mentee={other_mentee}&mentor={mentor}"),
    Route("admin:matching_matchrun_progress", "run", get=own("ok"), post=own("ok")),
    button("matching_matchrun_cancel", "run", back=RUN),
    button("matching_matchrun_publish", "run", back=RUN, get=own("ok")),
    button("matching_matchrun_again", "run", back=RUN),
    button("matching_matchrun_ask", "run", back="matching_matchrun_asked", get=own("ok"),
           data="mentee={mentee}&mentor={former_mentor}"),
    Route("admin:matching_matchrun_asked", "run question", get=own("ok"), post=own("ok")),
    *of_program("matching_proposal", "ask", add=staff("ok")),
    Route("admin:matching_proposal_change", "passed", get=own("ok"), post=own("ok")),
    Route("admin:matching_proposal_change", "draft", get=own("ok"), post=own("ok")),
    *(button(f"matching_proposal_{verb}", "draft", back=RUN) for verb in ("lock", "unlock", "aside", "publish")),
    *(button(f"matching_proposal_{verb}", "ask", back=PROPOSAL) for verb in ("lock", "unlock", "aside", "publish")),
    *of_program("consent_opening", "opening"),
    Route("admin:consent_opening_open", "mentee", get=by_role("ok"), post=by_role(">admin:consent_opening_change"),
          data="reason=hello"),
    *of_program("consent_secondyes", "second_yes", add=staff("ok")),
    Route("admin:consent_secondyes_change", "yes_to_open", get=own("ok"), post=own("ok")),
    Route("admin:consent_secondyes_add", get=staff("ok"), post=staff("ok"), data="program={program}&reason=hello"),
    button("consent_secondyes_answer", "yes_to_open", back="consent_secondyes_change", data="answer=yes"),
    button("consent_secondyes_take", "second_yes", back="consent_secondyes_change"),
)  # fmt: skip
