"""The pages of members, app by app."""

from tests.routes.table import Route

ALL_STAY_OUT = "rest: missing"
TERMS = (
    "goals=hello&cadence=hello&channel=hello&confidentiality=hello&limits=hello&ending=hello&part=hello"
    "&review_on=2999-01-01"
)
MEETING = "day=2999-01-01&time=10:00&minutes=60&text=hello"
BASICS = "name_to_use=New&time_zone=Europe/Lisbon&language=en"


def only(people: str, outcome: str = "ok") -> str:
    return f"{people}: {outcome}; rest: missing"


def met(who: str, by: str) -> tuple[Route, ...]:
    """What one may do about somebody whom one has met here, and nobody else may."""
    return (
        Route("home:keep_apart", who, get=only(by), post=only(by, ">home")),
        Route("home:concern_about", who, get=only(by), post=only(by, ">home"), data="words=hello"),
    )


def never_met(who: str) -> tuple[Route, ...]:
    return (
        Route("home:keep_apart", who, get=ALL_STAY_OUT, post=ALL_STAY_OUT),
        Route("home:concern_about", who, get=ALL_STAY_OUT, post=ALL_STAY_OUT, data="words=hello"),
    )


def told(who: str) -> Route:
    return Route("home:concern", who, get=only(who), post=only(who, ">home"), data="words=hello")


def membership(who: str) -> tuple[Route, ...]:
    back = only(who, ">accounts:membership")
    return (
        Route("accounts:membership", who, get=only(who)),
        Route("accounts:pause", who, post=back),
        Route("accounts:resume", who, post=back),
        Route("accounts:leave", who, get=only(who), post=only(who, ">home")),
    )


HOME = (
    Route("home", get="anonymous rest: ok", post="anonymous rest: no"),
    Route("home:privacy", get="all: ok", post="all: no"),
    Route("home:healthy", get="all: ok", post="all: no"),
    Route("home:dev_mail", get="anonymous rest: missing", post="anonymous rest: no"),
    *met("mentor", by="mentee other_mentee"),
    *met("matched_mentor", by="mentee other_mentee"),
    *met("former_mentor", by="mentee other_mentee"),
    *met("blocked_mentor", by="mentee other_mentee"),
    *met("mentee", by="mentor matched_mentor former_mentor"),
    *met("other_mentee", by="mentor matched_mentor former_mentor"),
    *never_met("ally"),
    *never_met("coordinator"),
    *never_met("other_program_mentor"),
    *never_met("stranger"),
    told("mentee"),
    told("applicant"),
    told("ally"),
    told("coordinator"),
    # Who has a second step shows it; the others sign in once more. What is asked for then is in tests/leaving.
    *(
        Route(f"home:{name}", get="rest: ok", post="ally: >mfa_reauthenticate; rest: ok")
        for name in ("copy", "erase", "erase_now")
    ),
    Route("home:stay", post="rest: >home:erase"),
    Route("home:keep_address_apart", post="rest: >safety:blocks", data="address=somebody@example.org"),
)

ACCOUNTS = (
    Route("accounts:me", get="rest: ok", post="rest: >accounts:me", data=BASICS),
    Route("accounts:welcome", get="newcomer: ok; rest: >home", post="newcomer: >notices:first; rest: >home",
          data=f"{BASICS}&adult=on"),
    Route("notices:first", get="rest: ok", post="rest: >accounts:join", data="discreet=no"),
    Route("notices:manner", get="rest: ok", post="rest: >notices:manner",
          data="discreet=no&often=daily&daily_at=07:30&quiet_from=22:00&quiet_until=07:00&line=hello&entry=hello"),
    Route("accounts:join", get="rest: ok"),
    # Who is a mentor there already reads so above the form.
    Route("accounts:join_program", "program", get="rest: ok",
          post="mentor matched_mentor former_mentor blocked_mentor paused_mentor: ok; rest: >consent:answers",
          data="role=mentor&agreed=on"),
    Route("accounts:join_program", "closed_program", get=ALL_STAY_OUT, post=ALL_STAY_OUT, data="role=mentor&agreed=on"),
    *membership("mentee"),
    *membership("paused_mentor"),
    *membership("applicant"),
    *membership("coordinator"),
    Route("accounts:membership", "left", get=ALL_STAY_OUT),
    Route("accounts:leave", "left", get=ALL_STAY_OUT, post=ALL_STAY_OUT),
)  # fmt: skip

CONSENT = (
    Route("consent:answers_home", get="staff: ok; rest: >consent:answers"),
    *(
        Route("consent:answers", who, get=only(who))
        for who in ("mentee", "other_mentee", "applicant", "mentor", "matched_mentor", "former_mentor",
                    "blocked_mentor", "paused_mentor", "ally", "stranger", "other_program_mentor")
    ),
    Route("consent:answers", "left", get=only("mentor")),
    Route("consent:answers", "coordinator", get=ALL_STAY_OUT),
    Route("consent:facet", "mentee 3", get=only("mentee"), post=only("mentee", ">consent:answers"),
          data="a=hello&r=matched&v={version}&do=save"),
    Route("consent:facet", "mentee 15", get=only("mentee"), post=only("mentee"), data="a=0&do=save"),
    Route("consent:facet", "mentee 16", get=only("mentee"), post=only("mentee", ">consent:answers"), data="do=not"),
    Route("consent:facet", "mentor 16", get=only("mentor"), post=only("mentor", ">consent:answers"), data="do=skip"),
    Route("consent:facet", "mentee 99", get=ALL_STAY_OUT, post=ALL_STAY_OUT, data="do=skip"),
    Route("consent:reach", "mentee 3", post=only("mentee", ">consent:answers"), data="r=only_me"),
    Route("consent:forget", "mentee 3", get=only("mentee"), post=only("mentee", ">consent:answers")),
    Route("consent:keep", "mentee", get=only("mentee"), post=only("mentee", ">consent:answers")),
    Route("consent:done", "mentee", get=only("mentee")),
    Route("consent:wishes", "mentee", get=only("mentee")),
    Route("consent:wishes", "mentor", get=only("mentor")),
    Route("consent:wish", "mentee 1", get=only("mentee"), post=only("mentee", ">consent:wishes"), data="a=0&s=nice"),
    Route("consent:remove_wish", "mentee mentee's_wish", post=only("mentee", ">consent:wishes")),
    Route("consent:remove_wish", "mentee mentor's_wish", post=ALL_STAY_OUT),
    Route("consent:ledger", "mentee", get=only("mentee")),
    Route("consent:ledger", "other_mentee", get=only("other_mentee")),
    Route("consent:seen", get="staff: ok; mentor: ok; rest: >consent:ledger"),
    *(
        Route(name, who, get=only(who))
        for name in ("consent:receipt", "consent:receipt_file")
        for who in ("mentee", "other_mentee", "ally")
    ),
    *(
        Route("consent:learning", who, data="v={version}&do=yes", get=only(who),
              post=only(who, ">consent:learning"))
        for who in ("mentee", "mentor")
    ),
    Route("consent:learning", "ally", get=ALL_STAY_OUT, post=ALL_STAY_OUT, data="v={version}&do=yes"),
)  # fmt: skip

SAFETY = (
    Route("safety:help", get="all: ok", post="all: no"),
    Route("safety:security_txt", get="all: missing", post="all: no"),
    Route("safety:exit", get="all: away", post="all: away"),
    Route("safety:exit_explained", get="all: ok", post="all: no"),
    Route("safety:shared_device", get="all: ok", post="all: no"),
    Route("safety:devices", get="rest: ok"),
    Route("safety:end_sessions", post="rest: >safety:devices", data="do=others"),
    Route("safety:end_sessions", post="rest: >home", data="do=all"),
    Route("safety:end_session", "mentee's_session", post=only("mentee", ">home")),
    Route("safety:blocks", get="rest: ok"),
    Route("safety:unblock", "block", post=only("mentee", ">safety:blocks")),
)


def pair(name: str, of: str, sides: str, *, get: str = "ok", post: str = "", data: str = "") -> Route:
    """A page of two people, which is there for nobody else."""
    shown = {"get": only(sides, get)} if get else {}
    return Route(name, of, **shown, post=only(sides, post) if post else "rest: no", data=data)


def proposal(of: str, sides: str, after: str = ">matching:proposal") -> tuple[Route, ...]:
    """One that is not the reader's own ask to take back."""
    return (
        pair("matching:proposal", of, sides),
        pair("matching:answer", of, sides, get="", post=after, data="answer=yes&reason=hello"),
        pair("matching:withdraw", of, sides, get=">matching:proposal", post=">matching:asks"),
    )


MATCHING = (
    Route("matching:suggestions",
          get="mentees: >matching:shortlist; mentors: >matching:asks; applicant ally staff: ok"),
    *(Route("matching:shortlist", who, get=only(who)) for who in ("mentee", "other_mentee", "stranger")),
    *(Route("matching:shortlist", who, get=ALL_STAY_OUT) for who in ("mentor", "applicant")),
    Route("matching:look_again", "mentee", post=only("mentee", ">matching:shortlist")),
    Route("matching:mentor", "mentee mentor", get=only("mentee")),
    Route("matching:mentor", "other_mentee blocked_mentor", get=only("other_mentee")),
    *(
        Route(f"matching:{name}", f"mentee {who}", data="note=hello", **{method: ALL_STAY_OUT})
        for name, method in (("mentor", "get"), ("ask", "post"))
        for who in ("blocked_mentor", "paused_mentor", "matched_mentor", "other_program_mentor", "ally")
    ),
    # One ask at a time: the page says so.
    Route("matching:ask", "mentee mentor", post=only("mentee"), data="note=hello"),
    Route("matching:ask", "other_mentee blocked_mentor", post=only("other_mentee", ">matching:proposal"),
          data="note=hello"),
    Route("matching:asks", get="rest: ok"),
    pair("matching:proposal", "ask", "mentee mentor"),
    Route("matching:answer", "ask", data="answer=yes",
          post="mentor: >mentorship:agreement; mentee: >matching:proposal; rest: missing"),
    Route("matching:answer", "ask", data="answer=perhaps", post=only("mentee mentor")),
    Route("matching:withdraw", "ask", get="mentee: ok; mentor: >matching:proposal; rest: missing",
          post=only("mentee mentor", ">matching:asks")),
    *proposal("offer", "other_mentee former_mentor"),
    *proposal("passed", "other_mentee mentor"),
    Route("matching:proposal", "draft", get=ALL_STAY_OUT),
    Route("matching:answer", "draft", post=ALL_STAY_OUT, data="answer=yes&reason=hello"),
    Route("matching:withdraw", "draft", get=ALL_STAY_OUT, post=ALL_STAY_OUT),
)  # fmt: skip

BOTH, STARTING, FORMER = "mentee matched_mentor", "other_mentee matched_mentor", "mentee former_mentor"


def over(name: str, of: str = "ended", data: str = "", get: str = ALL_STAY_OUT) -> Route:
    return Route(f"mentorship:{name}", of, get=get, post=ALL_STAY_OUT, data=data)


MENTORSHIP = (
    Route("mentorship:list", get="rest: ok"),
    pair("mentorship:places", "mentor", "mentor", post=">mentorship:places", data="capacity=7"),
    Route("mentorship:places", "mentee", get=ALL_STAY_OUT, post=ALL_STAY_OUT, data="capacity=7"),
    pair("mentorship:agreement", "agreement", BOTH),
    pair("mentorship:agreement", "beginning", STARTING),
    pair("mentorship:agreement", "ended", FORMER),
    pair("mentorship:write", "agreement", BOTH, post=">mentorship:sign", data=f"based_on=2&{TERMS}"),
    pair("mentorship:write", "beginning", STARTING, post="ok", data=f"based_on=0&{TERMS}"),
    over("write", data=f"based_on=1&{TERMS}"),
    pair("mentorship:sign", "agreement", BOTH, post=">mentorship:agreement", data="number=2"),
    pair("mentorship:sign", "beginning", STARTING, post=">mentorship:sign", data="number=7"),
    over("sign", data="number=1"),
    pair("mentorship:end", "agreement", BOTH, post=">mentorship:list"),
    over("end"),
    pair("mentorship:meetings", "agreement", BOTH, post=">mentorship:meetings", data=MEETING),
    pair("mentorship:meetings", "beginning", STARTING, post="ok", data=MEETING),
    over("meetings", data=MEETING),
    pair("mentorship:messages", "agreement", BOTH, post=">mentorship:messages", data="text=hello"),
    pair("mentorship:messages", "beginning", STARTING, post=">mentorship:messages", data="text=hello"),
    pair("mentorship:messages", "ended", FORMER, post="ok", data="text=hello"),
    pair("mentorship:cancel", "agreement meeting", BOTH, get="", post=">mentorship:meetings"),
    over("cancel", "agreement other_meeting", get="rest: no"),
    over("cancel", "ended past_meeting", get="rest: no"),
    pair("mentorship:calendar", "agreement meeting", BOTH),
    Route("mentorship:calendar", "agreement other_meeting", get=ALL_STAY_OUT),
    Route("mentorship:calendar", "ended past_meeting", get=ALL_STAY_OUT),
)

ROUTES = (*HOME, *ACCOUNTS, *CONSENT, *SAFETY, *MATCHING, *MENTORSHIP)
