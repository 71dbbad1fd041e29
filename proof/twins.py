"""T2: somebody does what is nobody else's business, and everything that everybody else sees stays as it was, byte for
byte: pages with their headers and cookies, how many queries they take, mail, calendar files, exports, lists and their
order, reasons, what workers are told; at once, and after all lists were computed anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from django.test import override_settings
from django.urls import reverse

from proof import twin_defects
from proof.frozen import frozen
from proof.goal import Goal, Look, Size
from proof.rereading import MAIL, Page, Reading, watched
from proof.twin_worlds import DOING, MENTEES, MENTORS, READERS, Change, build, compute, drawn, is_hidden, least, plainer
from tests.cast import NOW
from tests.routes.scene import PEOPLE, Scene
from tests.routes.tables import ROUTES
from tests.routes.visit import TURNED_AWAY, rolled_back

SCENES = {Size.FULL: (10, 500), Size.SHORT: (2, 75), Size.LEAST: (1, 0)}
"""How many, and how many twins of each; at the least, those that were thought of."""
BY_LOT = 2
"""Pages that are read again in each world, whether anything that they read has changed or not."""
SENT_IN = 60
ENOUGH = {Size.FULL: 5, Size.SHORT: 5, Size.LEAST: 1}
"""Changes that show; more do not say more."""
NEAR = {"mentee", "other_mentee", "mentor", "matched_mentor", "coordinator"}
COORDINATION = {"coordinator", "superuser", MAIL}
TOLD = {
    "raises a concern": ("home", "admin:index", "admin:safety_concern", MAIL),
    "is noted": ("admin:accounts_membership",),
    "wishes for": ("home", "admin:index", "admin:matching_shortlist"),
    "wishes no more": ("home", "admin:index", "admin:matching_shortlist"),
}
"""What the coordination is told on purpose: that somebody asks for care, what was checked, that a wish waits."""
OPENED = ("admin:consent_opening_change opening",)
"""In the scene a coordinator has opened the answers of `other_mentee`."""


@dataclass
class World:
    """One scene and what everybody reads there."""

    scene: Scene
    reading: Reading

    def differing(self, change: Change, lots: Random) -> list[str]:
        """Who sees, and where, that it happened: at once, and once lists were computed anew."""
        seen = []
        with rolled_back(), watched() as asked:
            for happens in (lambda: DOING[change.kind](self.scene, change), lambda: compute(self.scene)):
                happens()
                found = self.reading.differing(asked.wrote, lots.sample(sorted(self.reading.found, key=str), BY_LOT))
                seen += [str(page) for page in found if not is_known(page, change)]
        return seen

    def plainest(self, change: Change, seen: list[str]) -> str:
        """The plainest of its kind that shows: a counterexample that can be read."""
        for simpler in plainer(change):
            if simpler != change and is_hidden(self.scene, simpler) and (found := self.differing(simpler, Random(0))):
                return f"{simpler}: {'; '.join(dict.fromkeys(found))}"
        return f"{change}: {'; '.join(dict.fromkeys(seen))}"


def is_known(page: Page, change: Change) -> bool:
    """It is their own, or the coordination is told so on purpose, or has opened their answers for an hour."""
    label = page.label.removeprefix("POST ")
    told = TOLD.get(change.kind, ()) + OPENED * (change.who == "other_mentee")
    return page.who == change.who or (page.who in COORDINATION and label.startswith(told))


def look(size: Size, seed: int) -> Look:
    scenes, twins = SCENES[size]
    cells, wrong = 0, list[str]()
    for number in range(scenes):
        print(f"    world {number + 1} of {scenes}, {cells} twins so far", flush=True)
        with a_world(size, 100 * seed + number, even=number % 2 == 0) as world:
            for change in changes(world.scene, twins, 100 * seed + number):
                cells += 1
                if seen := world.differing(change, Random(f"{seed} {cells}")):
                    wrong.append(world.plainest(change, seen))
                if len(wrong) >= ENOUGH[size]:
                    return Look(cells, wrong)
    return Look(cells, wrong)


def changes(scene: Scene, twins: int, seed: int) -> Iterator[Change]:
    lots = Random(f"{seed} changes")
    if twins:
        yield from (drawn(scene, lots) for _ in range(twins))
    else:
        yield from (change for change in least() if is_hidden(scene, change))


@contextmanager
def a_world(size: Size, seed: int, *, even: bool) -> Iterator[World]:
    with override_settings(PACE=0), frozen(NOW) as chance, rolled_back():
        chance.begin(seed)
        scene = build(NOW, seed, even=even)
        yield World(scene, Reading(scene, chance, [*asked_for(scene, size), *sent_in(scene, size, seed)]))


def asked_for(scene: Scene, size: Size) -> Iterator[Page]:
    """Every address as everybody; in a smaller look only by those who get to see something there."""
    yield Page(MAIL, MAIL, "")
    for route in ROUTES:
        for who, outcome in route.expected("GET").items():
            if size == Size.FULL or (outcome == "ok" and (size == Size.SHORT or is_near(who, route.label))):
                yield Page(who, route.label, route.path(scene))
    for who in READERS:
        member = scene.members[who]
        yield Page(who, "home", reverse("home"))
        yield Page(who, "matching:asks", reverse("matching:asks"))
        if who in MENTEES:
            yield Page(who, "matching:shortlist", reverse("matching:shortlist", args=[member.pk]))
            for other in MENTORS:
                there = reverse("matching:mentor", args=[member.pk, scene.members[other].pk])
                yield Page(who, f"matching:mentor {other}", there)


def is_near(who: str, label: str) -> bool:
    """Where the planted defects show."""
    return who in NEAR and label.startswith(("home", "matching:", "mentorship:", "admin:index"))


def sent_in(scene: Scene, size: Size, seed: int) -> list[Page]:
    """Some of the forms that people may send in: what they are told then."""
    there = [
        Page(who, f"POST {route.label}", route.path(scene), _fields(route.fields(scene)))
        for route in ROUTES
        for who, outcome in route.expected("POST").items()
        if who in PEOPLE and outcome not in TURNED_AWAY
    ]
    return Random(seed).sample(there, SENT_IN if size != Size.LEAST else 0)


def _fields(data: dict[str, list[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(values)) for name, values in sorted(data.items()))


GOAL = Goal("T2", "0 differing bytes in 5,000 twin worlds", look, twin_defects.DEFECTS)
