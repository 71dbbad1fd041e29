"""T1: a word that exists nowhere else stands in every field in which people write; whoever may read it finds it, and it
is found nowhere else: no page, header, cookie, file, letter, log line, message, cache entry, session or table."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from django.core import mail
from django.test import Client

from config import celery
from notices import tasks
from proof import drawn
from proof.goal import Defect, Goal, Look, Size
from tests.canary import channels, checks
from tests.canary.crawl import Read, everything, pages, shown
from tests.canary.discretion import open_to_all_eyes
from tests.canary.readers import KNOWN, PLAIN, SEALED, Finding, declared
from tests.canary.tokens import Token
from tests.defects import leaking, planted
from tests.routes.scene import ANONYMOUS, PEOPLE, REACHES, Scene
from tests.routes.stage import staged, turned
from tests.routes.table import Route
from tests.routes.tables import ROUTES
from tests.routes.visit import Answer, Visits, rolled_back

FIELDS = 40
TELLING = (
    "admin:mentorship_agreement_change agreement",
    "matching:look_again mentee",
    "matching:mentor mentee mentor",
    "matching:proposal ask",
    "mentorship:agreement agreement",
)
LIES_IN = {
    "name": {"accounts_user"},
    "address": {"accounts_user", "account_emailaddress"},
    "opening": {"consent_opening"},
    "screening": {"accounts_screeningstep"},
    "second yes": {"consent_secondyes"},
}
"""Where those words lie in clear that are not sealed."""


def look(size: Size, seed: int) -> Look:
    with staged() as scene:
        found = [fields(scene), *(on_pages(scene, number, size) for number in turns(size, seed))]
        with rolled_back():
            found += [elsewhere(scene, size) for elsewhere in ELSEWHERE]
    return Look(sum(one.cells for one in found), [line for one in found for line in one.wrong])


def turns(size: Size, seed: int) -> list[int]:
    """At each turn every answer travels as far as another reach lets it; after four each has had each."""
    return [*range(len(REACHES))] if size is Size.FULL else [seed % len(REACHES) if size is Size.SHORT else 0]


def fields(scene: Scene) -> Look:
    kinds = {
        (token.kind, token.detail.split(" part of ")[0].lstrip("0123456789 "))
        for token in scene.tokens.planted.values()
    }
    return Look(len(kinds), [] if len(kinds) >= FIELDS else [f"only {len(kinds)} fields hold a planted word"])


@dataclass
class Crawled:
    """What everybody came upon, at every page that was read."""

    asked: int = 0
    found: set[Finding] = field(default_factory=set)
    people: dict[str, set[Token]] = field(default_factory=lambda: {who: set() for who in PEOPLE})
    """Names and addresses, wherever they were read."""
    seen_by_others: set[str] = field(default_factory=set)

    def read(self, scene: Scene, who: str, page: str, answer: Answer) -> None:
        self.asked += 1
        tokens = scene.tokens.found_in(everything(answer))
        self.found |= {(who, page, token) for token in tokens if token.kind in {*SEALED, *PLAIN}}
        self.people[who] |= {token for token in tokens if token.kind in {"name", "address"}}
        self.seen_by_others |= {f"{kind} at {page} tells {token}" for kind, token in open_to_others(who, answer, scene)}


def on_pages(scene: Scene, number: int, size: Size) -> Look:
    """Everybody at every door, page by page."""
    routes = list(ROUTES) if size is Size.SHORT else drawn.routes(size, 0, TELLING)
    crawled = Crawled()
    with turned(scene, number):
        for together in drawn.by_name(routes):
            for who, page, answer in read(Visits(scene), together, size):
                crawled.read(scene, who, page, answer)
        wrong = [*crawled.seen_by_others, *misread(crawled.found, declared(scene), routes)]
    wrong += told_of_people(crawled.people, everywhere=size is not Size.LEAST)
    return Look(crawled.asked * len(scene.tokens.planted), sorted(wrong))


def misread(found: set[Finding], may: set[Finding], routes: Collection[Route]) -> Iterator[str]:
    pages_read = {f"{verb}{route.label}" for route in routes for verb in ("", "POST ")}
    yield from (f"{who} reads {token} at {page}" for who, page, token in found - may)
    yield from (f"{who} misses {token} at {page}" for who, page, token in may - found if page in pages_read)


def open_to_others(who: str, answer: Answer, scene: Scene) -> Iterator[tuple[str, Token]]:
    """What others may see of it tells nothing but the words that the reader chose for just that."""
    for kind, words in open_to_all_eyes(answer):
        yield from (
            (kind, token) for token in scene.tokens.found_in(words) if (token.kind, token.of) != ("own words", who)
        )


def read(visits: Visits, routes: list[Route], size: Size) -> Read:
    return shown(visits, routes) if size is Size.SHORT else pages(visits, routes)


def told_of_people(known: dict[str, set[Token]], *, everywhere: bool) -> Iterator[str]:
    for who, tokens in known.items():
        own = {(kind, who) for kind in ("name", "address")} if who != ANONYMOUS else set()
        may = own | {("name", other) for other in KNOWN.get(who, set())}
        if who == "superuser":
            may |= {("address", other) for other in PEOPLE}
        there = {(token.kind, token.of) for token in tokens}
        yield from (f"{who} comes upon the {kind} of {other}" for kind, other in there - may)
        missing = may - there if everywhere and who != "superuser" else set()
        yield from (f"{who} nowhere finds the {kind} of {other}" for kind, other in missing)


def in_what_is_kept(scene: Scene, size: Size) -> Look:
    """Sessions and the cache, after each form that somebody sent in."""
    people = ("mentee", "mentor", "coordinator") if size is Size.FULL else ("mentee",)
    found: set[str] = set()
    asked = 0
    for who in people:
        for _ in checks.say_everything(scene, who):
            asked += 2
            found |= {f"a session holds {token}" for token in scene.tokens.found_in(channels.sessions())}
            found |= {f"the cache holds {token}" for token in scene.tokens.found_in(channels.cached())}
    return Look(asked * len(scene.tokens.planted), sorted(found))


def in_messages(scene: Scene, size: Size) -> Look:
    """What is handed to workers, after each form that anybody may send in."""
    celery._silent_until = 0.0
    messages = checks.send_in_everything(scene, ROUTES if size is Size.FULL else drawn.routes(Size.LEAST, 0, TELLING))
    try:
        found = checks.told_to_workers(scene, messages)
    finally:
        checks.take_back_messages()
    silent = [] if messages else ["nothing was said to workers, so nothing was heard"]
    return Look(len(messages) * len(scene.tokens.planted), _so("a message to workers", found) + silent)


def in_mail(scene: Scene, size: Size) -> Look:
    known = scene.users["mentee"].email
    for path, data in (("/account/login/", {"login": known}), ("/account/signup/", {"email": known})):
        Client().post(path, data)
    tasks.sweep.apply(throw=True)
    checks.send_waiting_notices()
    silent = [] if len(mail.outbox) > 2 else ["hardly a letter was sent"]
    return Look(len(mail.outbox) * len(scene.tokens.planted), _so("a letter", checks.told_by_mail(scene)) + silent)


def in_logs(scene: Scene, size: Size) -> Look:
    """Every line at every level while people come by and workers work."""
    visits, routes = Visits(scene), ROUTES if size is Size.FULL else drawn.routes(Size.LEAST, 0, TELLING)
    with channels.logged() as lines:
        for _ in pages(visits, routes, ("mentee", "coordinator", "stranger")):
            pass
        with rolled_back():
            checks.work_off(scene)
    silent = [] if lines else ["nothing was logged, so nothing was read"]
    return Look(len(lines) * len(scene.tokens.planted), _so("a log", checks.told_in_log(scene, lines)) + silent)


def in_tables(scene: Scene, size: Size) -> Look:
    """After everything that workers do: sealed words nowhere, the others where they belong and nowhere else."""
    checks.work_off(scene)
    lies: dict[str, set[str]] = {kind: set() for kind in (*SEALED, *LIES_IN)}
    searched = 0
    for table, data in channels.tables():
        searched += 1
        for token in scene.tokens.found_in(data):
            lies[token.kind].add(table)
    wrong = [
        f"{kind} lies in clear in {table}, and should {'' if table in LIES_IN.get(kind, set()) else 'not '}"
        for kind, there in lies.items()
        for table in sorted(there ^ LIES_IN.get(kind, set()))
    ]
    return Look(searched * len(scene.tokens.planted), wrong)


ELSEWHERE: tuple[Callable[[Scene, Size], Look], ...] = (in_what_is_kept, in_messages, in_mail, in_logs, in_tables)


def _so(place: str, found: list[str]) -> list[str]:
    return [f"{place} tells {token}" for token in found]


GOAL = Goal(
    "T1",
    f"0 planted words of {FIELDS} fields and more where they do not belong, 0 missing where they do, in every channel",
    look,
    (
        Defect("a gate without grants", planted.a_gate_without_grants),
        Defect("a gate without purpose", planted.a_gate_without_purpose),
        Defect("a gate that opens nothing", leaking.a_gate_that_opens_nothing),
        Defect("an agreement for everybody", planted.an_agreement_for_everybody),
        Defect("an admin that opens letters", planted.an_admin_that_opens_letters),
        Defect("words that lie in clear", leaking.words_in_clear),
        Defect("mail with a name", leaking.mail_with_a_name),
        Defect("mail to two at once", leaking.mail_to_two_at_once),
        Defect("a message to workers with a name", leaking.a_message_with_a_name),
        Defect("limits that are counted under digests of addresses", leaking.limits_under_plain_digests),
        Defect("a log that greets", leaking.a_log_that_greets),
        Defect("a header with the digest of an address", leaking.a_header_with_a_digest),
        Defect("a cookie with a name", leaking.a_cookie_with_a_name),
        Defect("a session that remembers what was sent", leaking.a_session_that_remembers),
        Defect("a cache that remembers what was sent", leaking.a_cache_that_remembers),
    ),
)
