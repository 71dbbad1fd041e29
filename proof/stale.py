"""T8: nothing is read, shown, sent or written on the strength of what no longer holds.

Somebody does something (a page, a list, a run, mail, an ask, a yes), and between two of its statements somebody else
blocks, is suspended, leaves, or takes back what they said. Wherever it happens outside a transaction, afterwards nobody
reads more than they may, and what was written holds. Inside one it cannot happen: writers wait for one another."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from random import Random
from typing import Any
from unittest import mock

from allauth.account.auth_backends import AuthenticationBackend
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.actions import memberships
from accounts.models import Membership, Program, Role, Standing, User
from consent import gate
from consent.actions import answers
from consent.purposes import Purpose, Reach
from home.actions import blocks
from matching import queries
from matching.actions import moves, runs, shortlists
from matching.models import MatchRun, Proposal
from matching.pool import Pool
from mentorship.models import Agreement
from notices import letters
from notices.actions import outbox
from notices.models import Notice
from proof.goal import Defect, Goal, Look, Size
from tests import cast
from tests.canary.tokens import Tokens
from tests.defects import planted
from tests.matching.conftest import propose, suggest
from tests.routes.visit import rolled_back

INTERLEAVINGS = {Size.FULL: 1_000, Size.SHORT: 60}
FACET = "values"
"""What the two have in common, and what is taken back."""
DAYS = timedelta(days=9)
WHY = [{"facet": FACET, "kind": "shared", "whose": "both"}]
State = Proposal.State
Case = tuple[str, str, str]
"""What is between the two, what is being done, what happens meanwhile."""
Place = Callable[[int], int]
"""Before which of so many statements."""


@dataclass
class World:
    """A mentee, a mentor and what is between them; every word that they said is planted."""

    program: Program
    coordinator: Membership
    mentee: Membership
    mentor: Membership
    tokens: Tokens = field(default_factory=Tokens)
    proposal: Proposal | None = None
    agreement: Agreement | None = None
    run: MatchRun | None = None

    def said(self, member: Membership) -> set[str]:
        return {token.word for token in self.tokens.planted.values() if token.of == member.role}

    def client(self, member: Membership) -> Any:
        return cast.signed_in(member.user)


def built() -> World:
    program = cast.make_program()
    people = [cast.make_member(program, role, name) for role, name in
              ((Role.COORDINATOR, "Mika"), (Role.MENTEE, "Robin"), (Role.MENTOR, "Sam"))]  # fmt: skip
    world = World(program, *people)
    for member in (world.mentee, world.mentor):
        cast.give(member, "languages", cast.chosen("en"))
        cast.give(member, "about", world.tokens.plant("answer", member.role, "about"))
        for facet, chosen in ((FACET, ["honesty", "courage"]), ("gender", [])):
            own = world.tokens.plant("answer", member.role, facet)
            cast.give(member, facet, {"chosen": chosen, "described": own})
    return world


def _listed(world: World) -> None:
    suggest(world.mentee, world.mentor)


def _asked(world: World) -> None:
    _listed(world)
    world.proposal = propose(world.mentee, world.mentor, now=timezone.now())
    _with_reasons(world, due_at=world.proposal.due_at + DAYS)


def _offered(world: World) -> None:
    _listed(world)
    world.proposal = propose(world.mentee, world.mentor, origin="run", now=timezone.now())
    _with_reasons(world, due_at=world.proposal.due_at + DAYS)


def _drafted(world: World) -> None:
    settings = {"objective": "most_then_fit", "include_waiting": False, "week": "2026-03-02"}
    about = {"state": "done", "seed": 7, "settings": settings, "finished_at": timezone.now()}
    world.run = MatchRun.objects.create(program=world.program, started_by=world.coordinator.user, **about)
    world.proposal = propose(world.mentee, world.mentor, origin="run", state="draft")
    _with_reasons(world)


def _with_reasons(world: World, **fields: Any) -> None:
    about = {"reasons": WHY, "run": world.run, "fit": 0.5, **fields}
    Proposal.objects.filter(mentee=world.mentee, mentor=world.mentor).update(**about)


def _together(world: World) -> None:
    world.agreement = cast.agree(world.mentee, world.mentor)


BETWEEN = {"listed": _listed, "asked": _asked, "offered": _offered, "drafted": _drafted, "together": _together}


def _read(world: World) -> None:
    for _path, _answer in _pages_of(world, world.mentee):
        pass


def _compute(world: World) -> None:
    shortlists.want(mentee=world.mentee, now=timezone.now())
    shortlists.compute(program_id=world.program.pk)


def _match(world: World) -> None:
    run = runs.start(program=world.program, by=world.coordinator.user, now=timezone.now(), seed=7, include_waiting=True)
    runs.execute(run_id=run.pk)
    world.run = run


def _publish(world: World) -> None:
    path = reverse("admin:matching_matchrun_publish", args=[world.run.pk])
    world.client(world.coordinator).post(path)


def _ask(world: World) -> None:
    path = reverse("matching:ask", args=[world.mentee.pk, world.mentor.pk])
    world.client(world.mentee).post(path, {"note": "Hello"})


def _answer(world: World) -> None:
    path = reverse("matching:answer", args=[world.proposal.pk])
    for member in (world.mentee, world.mentor):
        world.client(member).post(path, {"answer": "yes"})


def _write(world: World) -> None:
    path = reverse("mentorship:messages", args=[world.agreement.pk])
    world.client(world.mentee).post(path, {"text": "Hello"})


def _send(world: World) -> None:
    outbox.queue(to=world.mentor.user, kind=Notice.Kind.MESSAGE, now=timezone.now())
    _deliver()


def _deliver() -> None:
    for pk in Notice.objects.filter(state=Notice.State.WAITING).values_list("pk", flat=True):
        outbox.deliver(pk=pk, now=timezone.now())


STEPS: dict[str, Callable[[World], None]] = {
    "reads": _read, "a list": _compute, "a run": _match, "publishes": _publish, "asks": _ask, "answers": _answer,
    "writes": _write, "mail": _send,
}  # fmt: skip
POSSIBLE = {
    "listed": ("reads", "a list", "a run", "asks", "mail"),
    "asked": ("reads", "a list", "a run", "answers", "mail"),
    "offered": ("reads", "a list", "answers", "mail"),
    "drafted": ("reads", "a run", "publishes"),
    "together": ("reads", "a list", "writes", "mail"),
}


def _block(world: World, by: Membership, other: Membership) -> None:
    blocks.keep_apart(by=by.user, other=other.user, now=timezone.now())


def _move(world: World, to: Standing, by: Membership) -> None:
    mentor = Membership.objects.get(pk=world.mentor.pk)
    memberships.move(membership=mentor, to=to, by=by.user, now=timezone.now())


def _shut(world: World) -> None:
    User.objects.filter(pk=world.mentor.user_id).update(is_active=False)


def _only_me(world: World) -> None:
    answers.set_reach(membership=world.mentor, facet=FACET, reach=Reach.ONLY_ME, language="en", now=timezone.now())


SHUT = "the mentor is shut out"
EVENTS: dict[str, Callable[[World], None]] = {
    "the mentee blocks": lambda world: _block(world, world.mentee, world.mentor),
    "the mentor blocks": lambda world: _block(world, world.mentor, world.mentee),
    "the mentor is paused": lambda world: _move(world, Standing.PAUSED, world.coordinator),
    "the mentor leaves": lambda world: _move(world, Standing.LEFT, world.mentor),
    SHUT: _shut,
    "only me": _only_me,
    "taken back": lambda world: answers.forget(membership=world.mentor, facet=FACET, now=timezone.now()),
    "rather not": lambda world: answers.not_say(membership=world.mentor, facet=FACET, now=timezone.now()),
    "all to oneself": lambda world: answers.keep_to_self(membership=world.mentor, now=timezone.now()),
}
BLOCKED = ("the mentee blocks", "the mentor blocks")
KEPT = ("only me", "taken back", "rather not", "all to oneself")
CASES = [(between, step, event) for between, steps in POSSIBLE.items() for step, event in product(steps, EVENTS)]
TELLING = [
    ("listed", "reads", "only me"), ("listed", "reads", "the mentee blocks"), ("listed", "a run", "the mentee blocks"),
    ("listed", "a run", "all to oneself"), ("asked", "reads", "the mentor blocks"), ("listed", "reads", SHUT),
    ("drafted", "publishes", "the mentor is paused"), ("listed", "mail", SHUT), ("listed", "asks", SHUT),
]  # fmt: skip


def look(size: Size, seed: int) -> Look:
    random, wrong, cells = Random(seed), list[str](), 0
    cases = _cases(size, random)
    with override_settings(PACE=0), rolled_back(), _quiet():
        world = built()
        for case, place in cases:
            cells += 1
            wrong += [f"{', '.join(case)}: {said}" for said in _interleaved(world, *case, place)]
    return Look(cells, wrong)


def _cases(size: Size, random: Random) -> list[tuple[Case, Place]]:
    """Each of them as often as the others, in any order, anywhere; at least, the telling ones at both ends."""
    if size == Size.LEAST:
        return list(product(TELLING, (lambda seen: 0, lambda seen: seen - 1)))
    number = INTERLEAVINGS[size]
    drawn = [case for _round in range(number // len(CASES) + 1) for case in random.sample(CASES, len(CASES))]
    return [(case, lambda seen: random.randrange(seen + 1)) for case in drawn[:number]]


@contextmanager
def _quiet() -> Iterator[None]:
    """Refusals are what is wanted here; they need not be written down a thousand times."""
    with mock.patch.object(logging.getLogger("django.request"), "disabled", True):
        yield


def _interleaved(world: World, between: str, step: str, event: str, place: Place) -> list[str]:
    """The same step twice: once to count its statements, once with the event before one of them."""
    with rolled_back():
        happening = Happening(lambda: None, at=-1)
        BETWEEN[between](world)
        with happening:
            STEPS[step](world)
    with rolled_back():
        mail.outbox = []
        BETWEEN[between](world)
        happening = Happening(lambda: EVENTS[event](world), at=place(happening.seen))
        with happening:
            STEPS[step](world)
        found = list(_afterwards(world, event, happening.began()))
    world.proposal = world.agreement = world.run = None
    return found


class Happening:
    """Lets something happen before the `at`-th statement that stands outside a transaction; after the last one, if
    there are not so many."""

    def __init__(self, event: Callable[[], None], at: int) -> None:
        self.event, self.at, self.seen, self.busy = event, at, 0, False
        self.before: dict[uuid.UUID, str] | None = None

    def __enter__(self) -> "Happening":
        self.depth = len(connection.savepoint_ids)
        self.wrapper = connection.execute_wrapper(self._watch)
        self.wrapper.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.wrapper.__exit__(None, None, None)
        if self.at >= 0 and self.before is None:
            self._happen()

    def _watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        outside = len(connection.savepoint_ids) == self.depth and not sql.startswith(("RELEASE", "ROLLBACK"))
        if outside and not self.busy:
            if self.seen == self.at:
                self._happen()
            self.seen += 1
        return execute(sql, params, many, context)

    def _happen(self) -> None:
        self.busy = True
        self.before = dict(Proposal.objects.values_list("pk", "state"))
        self.event()
        self.busy = False

    def began(self) -> list[Proposal]:
        """What was made, or went out to both, after the event."""
        assert self.before is not None
        going = Proposal.objects.filter(state__in=State.open())
        return [row for row in going if self.before.get(row.pk) not in {row.state, State.PUBLISHED}]


def _afterwards(world: World, event: str, began: list[Proposal]) -> Iterator[str]:
    if event in BLOCKED:
        yield from _apart(world)
    elif event in KEPT:
        yield from _not_told(world, event, began)
    else:
        yield from _not_met(world, began)
    if event == SHUT:
        yield from _outside(world)


def _apart(world: World) -> Iterator[str]:
    """Neither reads the other, and nothing between them is open."""
    for reader, other in ((world.mentee, world.mentor), (world.mentor, world.mentee)):
        yield from _reads(world, reader, world.said(other))
    if Proposal.objects.filter(mentee=world.mentee, mentor=world.mentor, state__in=State.open()).exists():
        yield "something is open between them"
    if Agreement.objects.filter(state__in=Agreement.State.holding()).exists():
        yield "an agreement goes on"


def _not_told(world: World, event: str, began: list[Proposal]) -> Iterator[str]:
    """Nobody reads what was taken back, and nothing was written on the strength of it."""
    taken = {
        token.word
        for token in world.tokens.planted.values()
        if token.of == world.mentor.role and (token.detail == FACET or event == "all to oneself")
    }
    for reader in (world.mentee, world.coordinator):
        yield from _reads(world, reader, taken)
    for purpose in Purpose:
        if FACET in gate.read(purpose, [world.mentor])[world.mentor.pk]:
            yield f"the gate opens it for {purpose.label}"
    if any(why["facet"] == FACET for draft in began if draft.state == State.DRAFT for why in draft.reasons):
        yield "a run paired them because of it"


def _not_met(world: World, began: list[Proposal]) -> Iterator[str]:
    """Nobody new meets somebody who is away; what went on before goes on."""
    path = reverse("matching:mentor", args=[world.mentee.pk, world.mentor.pk])
    if world.client(world.mentee).get(path).status_code != 404:
        yield "the mentor's page is there"
    own = reverse("matching:shortlist", args=[world.mentee.pk])
    if _words_in(world, world.client(world.mentee).get(own)) & world.said(world.mentor):
        yield "the mentor stands on the list"
    yield from (f"something began between them: {row.origin}, {row.state}" for row in began)


def _outside(world: World) -> Iterator[str]:
    """Whoever may not sign in reads nothing, and is met by nobody new."""
    yield from _reads(world, world.mentor, world.said(world.mentee) | world.said(world.mentor))
    for path, answer in _pages_of(world, world.mentor):
        if answer.status_code not in {302, 404}:
            yield f"{path} answers with {answer.status_code}"

    yield from _written_to(world)


def _written_to(world: World) -> Iterator[str]:
    """No letter leaves any more."""
    sent = len(mail.outbox)
    outbox.queue(to=world.mentor.user, kind=Notice.Kind.MESSAGE, now=timezone.now())
    _deliver()
    if any(world.mentor.user.email in letter.to for letter in mail.outbox[sent:]):
        yield "a letter was sent to somebody who was shut out"


def _reads(world: World, reader: Membership, words: set[str]) -> Iterator[str]:
    for path, answer in _pages_of(world, reader):
        for word in _words_in(world, answer) & words:
            yield f"{reader.role} reads {world.tokens.planted[word]} at {path}"


def _words_in(world: World, answer: HttpResponse) -> set[str]:
    return {token.word for token in world.tokens.found_in(answer.content)}


def _pages_of(world: World, reader: Membership) -> Iterator[tuple[str, HttpResponse]]:
    client = world.client(reader)
    for path in _paths(world, reader):
        yield path, client.get(path)


def _paths(world: World, reader: Membership) -> Iterator[str]:
    proposals = Proposal.objects.filter(program=world.program).values_list("pk", flat=True)
    if reader.role == Role.COORDINATOR:
        yield from (reverse("admin:matching_matchrun_change", args=[run.pk]) for run in MatchRun.objects.all())
        yield from (reverse("admin:matching_proposal_change", args=[pk]) for pk in proposals)
        return
    if reader.role == Role.MENTEE:
        yield reverse("matching:shortlist", args=[reader.pk])
        yield reverse("matching:mentor", args=[reader.pk, world.mentor.pk])
    yield reverse("matching:asks")
    yield from (reverse("matching:proposal", args=[pk]) for pk in proposals)
    if world.agreement:
        yield reverse("mentorship:agreement", args=[world.agreement.pk])


def _a_list_that_stays() -> AbstractContextManager[Any]:
    """Whoever once stood on a list is shown."""
    return mock.patch.object(queries, "available", lambda mentee, suggestions: list(suggestions))


def _a_run_that_looks_once() -> AbstractContextManager[Any]:
    def divide(pool: Any, fresh: Any, found: Any) -> tuple[list[Any], list[Any]]:
        return list(found), []

    return mock.patch.object(runs, "_divide", divide)


def _a_run_that_believes_what_was_said() -> AbstractContextManager[Any]:
    return mock.patch.object(Pool, "still_says", return_value=True)


def _a_block_that_parts_nobody() -> AbstractContextManager[Any]:
    return mock.patch.object(blocks, "_part")


def _a_session_that_outlives_the_account() -> AbstractContextManager[Any]:
    return mock.patch.object(AuthenticationBackend, "user_can_authenticate", return_value=True)


def _letters_to_everybody() -> AbstractContextManager[Any]:
    return mock.patch.object(letters, "address_of", lambda notice: notice.to.email if notice.to else notice.address)


def _pairs_published_unseen() -> AbstractContextManager[Any]:
    return mock.patch.object(moves, "can_meet", return_value=True)


GOAL = Goal(
    "T8",
    "0 stale accesses after block, suspension, withdrawal",
    look,
    (
        Defect("a gate without grants", planted.a_gate_without_grants),
        Defect("a list that stays as it was", _a_list_that_stays),
        Defect("a run that looks once", _a_run_that_looks_once),
        Defect("a run that believes what was said before", _a_run_that_believes_what_was_said),
        Defect("a block that parts nobody", _a_block_that_parts_nobody),
        Defect("a session that outlives the account", _a_session_that_outlives_the_account),
        Defect("letters to whoever was shut out", _letters_to_everybody),
        Defect("pairs published without a look", _pairs_published_unseen),
    ),
)
