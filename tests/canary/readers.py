"""Who may read which planted word, and on which page: all of it, and nothing else.

A line names the readers, the page (a row of the table of routes) and what they read there. What is found must be what
is declared: a word too many is a leak, a word too few is a promise that does not work."""

from collections.abc import Iterator

from consent.purposes import Reach
from consent.vocabulary import load
from tests.canary.tokens import Token
from tests.routes.scene import ELSEWHERE, REACHES, ROLES, Scene, reach_of

SEALED = ("answer", "wish", "terms", "meeting", "message", "note", "passing", "concern", "own words")
PLAIN = ("opening", "screening", "second yes")
"""For the eyes of few as well, but columns that anybody with the database may read."""

HERE = set(ROLES) - ELSEWHERE
KNOWN: dict[str, set[str]] = {
    "mentee": {"mentor", "matched_mentor", "coordinator"},
    "other_mentee": {"mentor", "matched_mentor", "former_mentor", "blocked_mentor", "coordinator"},
    "mentor": {"mentee", "other_mentee"},
    "matched_mentor": {"mentee", "other_mentee"},
    "former_mentor": {"other_mentee"},
    "coordinator": HERE,
    "other_program_coordinator": ELSEWHERE | {"mentor"},
    "superuser": set(ROLES),
}
"""Whose name each may read besides their own. An end takes names away; `mentor` has left the other program."""

Finding = tuple[str, str, Token]
Line = tuple[str, str, set[Token]]


def declared(scene: Scene) -> set[Finding]:
    lines = [*_own(scene), *_before_a_yes(scene), *_together(scene), *_afterwards(scene), *_coordination(scene)]
    return {(who, page, token) for people, page, words in lines for who in people.split() for token in words}


def answers(scene: Scene, of: str, least: Reach = Reach.ONLY_ME) -> set[Token]:
    """Those of somebody that travel at least so far."""
    far_enough = set(REACHES[REACHES.index(least) :])
    given = (token for token in scene.tokens.planted.values() if (token.kind, token.of) == ("answer", of))
    return {token for token in given if reach_of(token.detail, scene.turn) in far_enough}


def words(scene: Scene, kind: str, of: str, detail: str = "") -> set[Token]:
    there = (token for token in scene.tokens.of_kind(kind) if token.of == of)
    return {token for token in there if token.detail.startswith(detail)}


def answer_at(scene: Scene, of: str, place: int) -> set[Token]:
    facet = load().facets[place - 1].key
    return {token for token in answers(scene, of) if token.detail == facet}


def _own(scene: Scene) -> Iterator[Line]:
    """Everybody reads what they said themselves."""
    for who, role in ROLES.items():
        if role != "coordinator":
            yield who, f"consent:answers {who}", answers(scene, who)
    for who, place in (("mentee", 3), ("mentee", 15), ("mentee", 16), ("mentor", 16)):
        yield who, f"consent:facet {who} {place}", answer_at(scene, who, place)
    for who in ("mentee", "mentor"):
        yield who, f"consent:wishes {who}", words(scene, "wish", who)
    yield "other_mentee", "consent:ledger other_mentee", words(scene, "opening", "other_mentee")
    yield "other_mentee", "consent:ledger other_mentee", words(scene, "second yes", "other_mentee")
    for who in ("mentee", "other_mentee"):
        yield who, f"consent:ledger {who}", words(scene, "second yes", "everybody")
    yield "matched_mentor", "notices:manner", words(scene, "own words", "matched_mentor")
    yield (
        "matched_mentor",
        "mentorship:calendar agreement meeting",
        words(scene, "own words", "matched_mentor", "entry"),
    )


def _before_a_yes(scene: Scene) -> Iterator[Line]:
    """What travels to people one is suggested to, while something is under way; notes to the two they are between."""

    def open_to(who: str) -> set[Token]:
        return answers(scene, who, Reach.SUGGESTED)

    for page in ("matching:mentor mentee mentor", "POST matching:ask mentee mentor"):
        yield "mentee", page, open_to("mentor")
    yield "other_mentee", "matching:mentor other_mentee blocked_mentor", open_to("blocked_mentor")
    for page in ("matching:proposal ask", "POST matching:answer ask"):
        yield "mentee", page, open_to("mentor") | words(scene, "note", "ask")
        yield "mentor", page, open_to("mentee") | words(scene, "note", "ask")
    yield "other_mentee", "matching:proposal offer", open_to("former_mentor")
    yield "former_mentor", "matching:proposal offer", open_to("other_mentee")
    yield "other_mentee", "matching:proposal passed", words(scene, "note", "passed")


def _together(scene: Scene) -> Iterator[Line]:
    """Between two people: what each lets their match know, and what they write to and for each other."""
    for name, pair in (("agreement", ("mentee", "matched_mentor")), ("beginning", ("other_mentee", "matched_mentor"))):
        both, newest = " ".join(pair), "2" if name == "agreement" else "1"
        for reader, other in (pair, pair[::-1]):
            yield reader, f"mentorship:agreement {name}", answers(scene, other, Reach.MATCHED)
        for page in ("mentorship:sign", "mentorship:write"):
            yield both, f"{page} {name}", words(scene, "terms", name, newest)
        yield both, f"mentorship:messages {name}", words(scene, "message", name)
    yield "mentee matched_mentor", "mentorship:agreement agreement", words(scene, "terms", "agreement", "1")
    yield "mentee matched_mentor", "mentorship:meetings agreement", words(scene, "meeting", "meeting")
    starting = "other_mentee matched_mentor"
    for verb in ("", "POST "):
        yield starting, f"{verb}mentorship:meetings beginning", words(scene, "meeting", "other_meeting")
        yield starting, f"{verb}mentorship:write beginning", words(scene, "terms", "beginning")


def _afterwards(scene: Scene) -> Iterator[Line]:
    """When it has ended: what both signed, one's own part, and for a while what they wrote to each other."""
    signed = words(scene, "terms", "ended")
    for who, other in (("mentee", "mentor"), ("former_mentor", "mentee")):
        yield who, "mentorship:agreement ended", signed - words(scene, "terms", "ended", f"1 part of {other}")
    for page in ("mentorship:messages ended", "POST mentorship:messages ended"):
        yield "mentee former_mentor", page, words(scene, "message", "ended")


def _coordination(scene: Scene) -> Iterator[Line]:
    """Concerns, reasons for passing on, notes of screening; and answers only through a live opening of one's own."""
    here = "coordinator superuser"
    for verb in ("", "POST "):
        yield here, f"{verb}admin:safety_concern_change concern", words(scene, "concern", "concern")
        about_her = words(scene, "concern", "concern_about_coordinator")
        yield "superuser", f"{verb}admin:safety_concern_change concern_about_coordinator", about_her
        yield here, f"{verb}admin:matching_proposal_change passed", words(scene, "passing", "passed")
        yield here, f"{verb}admin:accounts_membership_change mentee", words(scene, "screening", "mentee")
        yield here, f"{verb}admin:consent_opening_changelist", words(scene, "opening", "other_mentee")
        page = f"{verb}admin:consent_opening_change opening"
        yield here, page, words(scene, "opening", "other_mentee")
        yield "coordinator", page, answers(scene, "other_mentee")
        yield here, f"{verb}admin:consent_secondyes_change second_yes", words(scene, "second yes", "everybody")
        yield here, f"{verb}admin:consent_secondyes_change yes_to_open", words(scene, "second yes", "other_mentee")
