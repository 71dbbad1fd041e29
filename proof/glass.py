"""T18: nobody of the staff reads an answer without breaking the glass, by whatever door, filter or search; and whoever
breaks it leaves a line on the trail, a notice, and a reason on the person's own page."""

import logging
import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from random import Random
from typing import Any
from unittest import mock

from django.contrib import admin
from django.core.cache import cache
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts import access
from accounts.actions import trail
from accounts.admin import MembershipAdmin
from accounts.models import Membership, Role, TrailEntry
from consent import gate, vocabulary
from consent.models import Opening
from home.actions import lists, openings, second_yes
from home.actions.second_yes import What
from notices.actions import outbox
from notices.models import Notice
from proof.goal import Defect, Goal, Look, Size
from tests import cast
from tests.canary.crawl import everything
from tests.canary.tokens import Token
from tests.routes.scene import REACHES, Scene
from tests.routes.stage import staged, turned
from tests.routes.table import Route
from tests.routes.tables import ROUTES
from tests.routes.visit import CSRF, Visits, client_of, rolled_back

REFUSED = logging.getLogger("django.security.DisallowedModelAdminLookup")
STAFF = ("coordinator", "other_program_coordinator", "superuser")
OPENED = "admin:consent_opening_change opening"
"""The one page with answers on it: those of `other_mentee`, for the coordinator who opened them."""
TURNS = {Size.FULL: range(len(REACHES)), Size.SHORT: range(1), Size.LEAST: range(1)}
METHODS = {Size.FULL: ("GET", "POST"), Size.SHORT: ("GET", "POST"), Size.LEAST: ("GET",)}
SEARCHES = {Size.FULL: 40, Size.SHORT: 4, Size.LEAST: 1}
OPENINGS = {Size.FULL: 60, Size.SHORT: 15, Size.LEAST: 11}
ASKED = {Size.FULL: 20, Size.SHORT: 6, Size.LEAST: 2}
"""Of the probes."""
ASKING = {Size.FULL: STAFF, Size.SHORT: STAFF, Size.LEAST: STAFF[:1]}
TELLING = ("admin:accounts_membership_changelist", "admin:accounts_membership_change mentee", OPENED)
"""Pages on which the planted defects show."""
PROBES = (
    "answers__facet={facet}", "answers__isnull=False", "user__memberships__answers__isnull=False",
    "mentee__answers__isnull=False", "membership__answers__facet={facet}", "wishes__isnull=False",
    "answers__kind=given", "answers__kind__exact=given", "membership__answers__isnull=False",
    "mentee__answers__facet={facet}",
    "mentor__wishes__facet={facet}", "mentee__wishes__isnull=False", "wishes__facet__exact={facet}",
    "program__memberships__answers__facet={facet}", "memberships__answers__facet={facet}", "openings__isnull=False",
    "by__memberships__answers__facet={facet}", "blocks_made__isnull=False", "user__blocks_made__isnull=False",
    "second_yeses__isnull=False",
)  # fmt: skip
"""What an address could ask of a list about answers, wishes and blocks."""


def look(size: Size, seed: int) -> Look:
    random = Random(seed)
    with staged() as scene, mock.patch.object(REFUSED, "disabled", True):
        parts = [
            *(_pages(scene, turn, _routes(size), METHODS[size]) for turn in TURNS[size]),
            _searches(scene, random, SEARCHES[size], ASKING[size]),
            _filters(scene, random, PROBES[: ASKED[size]], ASKING[size]),
            _taken_list(scene),
            _without_the_role(scene),
            _openings(scene, OPENINGS[size]),
        ]
    return Look(sum(part.cells for part in parts), [line for part in parts for line in part.wrong])


def _routes(size: Size) -> list[Route]:
    own = [route for route in ROUTES if route.name.startswith(("admin:", "coordination/"))]
    return [route for route in own if size != Size.LEAST or route.label in TELLING]


def _pages(scene: Scene, turn: int, routes: Iterable[Route], methods: Iterable[str]) -> Look:
    """Every door of coordination, by every reach of every answer."""
    cells, wrong = 0, list[str]()
    with turned(scene, turn):
        visits = Visits(scene)
        for route in routes:
            for method in methods:
                for who in STAFF:
                    found = _said(scene, everything(visits.at(route, method, who)))
                    cells += 1
                    wrong += [
                        f"{who} reads {token} at {method} {route.label}" for token in found - _due(scene, route, who)
                    ]
    return Look(cells, wrong)


def _due(scene: Scene, route: Route, who: str) -> set[Token]:
    """What may be read there."""
    if who != "coordinator" or route.label != OPENED:
        return set()
    return {token for token in scene.tokens.of_kind("answer") if token.of == "other_mentee"}


def _said(scene: Scene, data: bytes | str) -> set[Token]:
    return scene.tokens.found_in(data) & scene.tokens.of_kind("answer", "wish")


def _searches(scene: Scene, random: Random, number: int, staff: Iterable[str]) -> Look:
    """Looking for an answer, a question or a choice finds what looking for nothing that exists finds."""
    said = sorted(token.word for token in scene.tokens.of_kind("answer", "wish"))
    facets = [facet.key for facet in vocabulary.load().facets]
    sought = ["gender", *random.sample(said, number), *random.sample(facets, min(number, len(facets)) - 1)]
    wrong, cells = list[str](), 0
    for name in _searchable():
        for who in staff:
            client, path = client_of(scene, who), reverse(f"admin:{name}_changelist")
            nothing = _without(client.get(path, {"q": "nobodyatall"}), "nobodyatall")
            for word in sought:
                cells += 1
                if _without(client.get(path, {"q": word}), word) != nothing:
                    wrong.append(f"{who} learns something of {name} by searching for {word}")
    return Look(cells, wrong)


def _filters(scene: Scene, random: Random, probes: Iterable[str], staff: Iterable[str]) -> Look:
    """An address that asks for more than a list offers gets no answer."""
    wrong, cells = list[str](), 0
    facet = random.choice([facet.key for facet in vocabulary.load().facets if facet.identity])
    for name in _names(admin.site._registry):
        for who in staff:
            client, path = client_of(scene, who), reverse(f"admin:{name}_changelist")
            for probe in probes:
                cells += 1
                answer = client.get(f"{path}?{probe.format(facet=facet)}")
                if answer.status_code not in {302, 400, 404}:
                    wrong.append(f"{who} may filter {name} by {probe}")
    return Look(cells, wrong)


def _names(models: Iterable[Any]) -> list[str]:
    return [f"{model._meta.app_label}_{model._meta.model_name}" for model in models]


def _searchable() -> list[str]:
    return _names(model for model, page in admin.site._registry.items() if page.search_fields)


def _without(response: HttpResponse, word: str) -> bytes:
    """The page as it is, but for the word where it says it back: in the field, and in its own links."""
    body = CSRF.sub(b"", response.content)
    for echo in (f'value="{word}"', f"q={word}", f"q%3D{word}"):
        body = body.replace(echo.encode(), b"")
    return body


def _taken_list(scene: Scene) -> Look:
    """What a coordinator may take away."""
    with rolled_back():
        program, now = scene["program"], timezone.now()
        colleague = _colleague(scene)
        row = second_yes.ask(what=What.LIST, program=program, by=scene.users["coordinator"], reason="A report", now=now)
        second_yes.answer(row=row, by=colleague.user, yes=True, now=now)
        path = reverse("admin:consent_secondyes_take", args=[row.pk])
        answer = client_of(scene, "coordinator").post(path)
    wrong = [f"in a list: {token}" for token in _said(scene, answer.content)]
    wrong += ["the list was not taken"] * (answer.get("Content-Type", "") != "text/csv; charset=utf-8")
    return Look(len(answer.content.splitlines()), wrong)


def _without_the_role(scene: Scene) -> Look:
    """Whoever runs the service has no way, nor has the coordinator of another program; an opening that somebody else
    made, or that is over, opens nothing."""
    wrong, cells = list[str](), 0
    for who in ("superuser", "other_program_coordinator"):
        for whose in ("mentee", "other_mentee", "mentor"):
            cells += 1
            path = reverse("admin:consent_opening_open", args=[scene.members[whose].pk])
            with rolled_back():
                client_of(scene, who).post(path, {"reason": "I would like to."})
                if Opening.objects.filter(by=scene.users[who]).exists():
                    wrong.append(f"{who} opened the answers of {whose}")
    opening = scene["opening"]
    for by, at in (
        ("superuser", opening.at),
        ("coordinator", opening.until),
        ("coordinator", opening.at - timedelta(hours=1)),
    ):
        cells += 1
        if gate.read_opened(opening.membership, by=scene.users[by], now=at)[opening.membership_id]:
            wrong.append(f"{by} reads what was opened, at {at}")
    return Look(cells, wrong)


def _openings(scene: Scene, number: int) -> Look:
    """One after the other opened on the page, from the eleventh on with a colleague's yes; each leaves its traces."""
    wrong = list[str]()
    with rolled_back():
        Opening.objects.all().delete()
        colleague = _colleague(scene)
        for count in range(number):
            member = cast.make_member(scene["program"], Role.MENTEE, f"Person {count}")
            wrong += _opened(scene, member, colleague, alone=count < openings.ALONE)
        wrong += [f"the trail: {line}" for line in trail.check().wrong]
    return Look(5 * number + 1, wrong)


def _opened(scene: Scene, member: Membership, colleague: Membership, *, alone: bool) -> list[str]:
    path, reason = reverse("admin:consent_opening_open", args=[member.pk]), f"Because {uuid.uuid4().hex}"
    client = client_of(scene, "coordinator")
    cache.clear()  # nobody opens so many within the hour that limits are counted in
    client.post(path, {"reason": reason})
    if not alone:
        asked = member.second_yeses.first()
        if asked is None or member.openings.exists():
            return [f"{member.user} was opened without a colleague's yes"]
        second_yes.answer(row=asked, by=colleague.user, yes=True, now=timezone.now())
        client.post(path, {"reason": reason})
    opening = member.openings.first()
    if opening is None:
        return [f"{member.user} could not be opened"]
    return list(_traces(scene, member, opening, reason))


def _traces(scene: Scene, member: Membership, opening: Opening, reason: str) -> Iterator[str]:
    coordinator = scene.users["coordinator"]
    if not TrailEntry.objects.filter(act="opened", row_id=opening.pk, actor_id=coordinator.pk).exists():
        yield f"not on the trail: {member.user}"
    if not Notice.objects.filter(to=member.user, kind=Notice.Kind.OPENED, about=opening.pk).exists():
        yield f"not told: {member.user}"
    page = cast.signed_in(member).get(reverse("consent:ledger", args=[member.pk])).content.decode()
    if reason not in page or str(coordinator) not in page:
        yield f"not on their own page: {member.user}"


def _colleague(scene: Scene) -> Membership:
    return cast.make_member(scene["program"], Role.COORDINATOR, "Nika")


def _a_list_with_answers() -> AbstractContextManager[Any]:
    """One more column, to spare a click."""

    def name(self: MembershipAdmin, member: Membership) -> str:
        return f"{member.user} {dict(gate._opened(gate._given([member]))[member.pk])}"

    return mock.patch.object(MembershipAdmin, "name", name)


def _a_search_in_answers() -> AbstractContextManager[Any]:
    return mock.patch.object(MembershipAdmin, "search_fields", ("user__name_to_use", "answers__facet"))


def _filters_as_django_has_them() -> AbstractContextManager[Any]:
    return mock.patch("accounts.admin_site.is_filter", return_value=True)


@contextmanager
def _an_operator_who_is_a_coordinator() -> Iterator[None]:
    with ExitStack() as stack:
        for place in (access, gate, openings, second_yes):
            stack.enter_context(mock.patch.object(place, "is_coordinator", access.coordinates))
        yield


def _answers_open_for_all_staff() -> AbstractContextManager[Any]:
    def read_opened(membership: Membership, *, by: object, now: object) -> gate.Answers:
        return gate._opened(gate._given([membership]))

    return mock.patch.object(gate, "read_opened", read_opened)


def _an_hour_that_does_not_end() -> AbstractContextManager[Any]:
    def read_opened(membership: Membership, *, by: Any, now: object) -> gate.Answers:
        opened = Opening.objects.filter(membership=membership, by=by).exists()
        return gate._opened(gate._given([membership] if opened else []))

    return mock.patch.object(gate, "read_opened", read_opened)


def _a_list_to_take_with_answers() -> AbstractContextManager[Any]:
    lines = lists._lines

    def telling(program: Any) -> Iterator[list[str]]:
        yield from lines(program)
        for member in program.memberships.all():
            yield [str(dict(gate._opened(gate._given([member]))[member.pk]))]

    return mock.patch.object(lists, "_lines", telling)


def _no_line_on_the_trail() -> AbstractContextManager[Any]:
    return mock.patch.object(trail, "record")


def _nobody_is_told() -> AbstractContextManager[Any]:
    return mock.patch.object(outbox, "queue")


def _a_page_without_openings() -> AbstractContextManager[Any]:
    return mock.patch("consent.queries.openings_of", return_value=[])


def _no_second_yes() -> AbstractContextManager[Any]:
    return mock.patch.object(openings, "needs_second_yes", return_value=False)


GOAL = Goal(
    "T18",
    "0 identity answers visible to staff without break-glass; 100 % of openings logged and shown to the person",
    look,
    (
        Defect("a list with answers in it", _a_list_with_answers),
        Defect("a search that looks into answers", _a_search_in_answers),
        Defect("filters as Django has them", _filters_as_django_has_them),
        Defect("an operator who counts as a coordinator", _an_operator_who_is_a_coordinator),
        Defect("opened answers for all staff", _answers_open_for_all_staff),
        Defect("an hour that does not end", _an_hour_that_does_not_end),
        Defect("a list to take away with answers in it", _a_list_to_take_with_answers),
        Defect("openings that are not on the trail", _no_line_on_the_trail),
        Defect("openings that nobody is told of", _nobody_is_told),
        Defect("a page that shows no openings", _a_page_without_openings),
        Defect("many opened without a second yes", _no_second_yes),
    ),
)
