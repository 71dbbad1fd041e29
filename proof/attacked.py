"""A program as whoever attacks it finds it: everything about it is known to them but what a few people keep to
themselves. They have an account of a mentee and one of a mentor, and somebody has asked that mentor."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from django.contrib.contenttypes.models import ContentType
from django.test import override_settings
from django.urls import reverse

from accounts.models import Membership
from consent import gate
from consent.actions import answers, wishes
from consent.models import Answer, Wish
from consent.purposes import Reach
from matching import queries
from matching.actions import proposals, shortlists
from matching.models import Proposal
from proof.frozen import Chance, frozen
from proof.goal import Size
from proof.rereading import Page, Question, answer_to, everything, watched
from proof.twin_worlds import MENTORS, build, compute, give
from tests.cast import NOW, chosen
from tests.routes.scene import DAY, Scene, _proposal
from tests.routes.visit import rolled_back

MENTEE, MENTOR = "third_mentee", "fifth_mentor"
KNOWN = ("mentor", "former_mentor", "seventh_mentor", "eighth_mentor")
"""They say in the open what others hide: with the attacker's mentor they are k."""
FACETS = {
    "gender": ("man", "trans"),
    "orientation": ("straight", "queer"),
    "faith": ("none", "jewish"),
    "disability": ("not-disabled", "disabled"),
}
"""What is hidden, and what of both it is."""
HIDING = ("sixth_mentor", "fourth_mentee", "last_mentor", "blocked_mentor")
"""The mentee is who asked."""
SAID = (("courage",), ("honesty", "courage"))
SHOWN = [who for who in HIDING if who in MENTORS]
LIST, OWN, ASKS, ASK = "the list", "the own ask", "asks", "an ask"
HERS, THEIRS = (LIST, *SHOWN, OWN), (ASKS, ASK)
PAGES = {Size.FULL: HERS + THEIRS, Size.SHORT: HERS + THEIRS, Size.LEAST: (LIST, SHOWN[0], OWN, ASK)}
ANSWERS = "consent_answer"
WIDTH = 5 + len(SHOWN)
Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True, order=True)
class Secret:
    """That somebody hides the second of two answers, and not the first."""

    who: str
    facet: str

    def __str__(self) -> str:
        return f"the {self.facet} of {self.who}"


@dataclass(frozen=True, order=True)
class State:
    """What the attacker says and wishes for."""

    said: int
    facet: str = ""
    strength: str = ""
    on_lists: bool = False
    counts: bool = False
    """Whether their mentor says in the open what others hide, and so counts toward k."""
    asked: str = ""
    """Whom they ask, if that person is on their list."""


@dataclass(frozen=True, order=True)
class Try:
    state: State
    page: str


def secrets(size: Size) -> list[Secret]:
    people, facets = {Size.FULL: (4, 4), Size.SHORT: (2, 2), Size.LEAST: (2, 1)}[size]
    return [Secret(*one) for one in product(HIDING[:people], list(FACETS)[:facets])]


def tries(size: Size) -> list[Try]:
    """At full size all that there are."""
    said, strengths, on_lists, facets = {
        Size.FULL: (2, Wish.Strength.values, (False, True), 4),
        Size.SHORT: (1, ["important", "must", "never"], (False,), 2),
        Size.LEAST: (1, ["important", "must", "never"], (False,), 1),
    }[size]
    wished = [("", "", False), *product(list(FACETS)[:facets], strengths, on_lists)]
    states = [State(one, *wish, counts) for one, wish, counts in product(range(said), wished, (False, True))]
    asked = [who for who in SHOWN if who in PAGES[size]]
    states += [State(one, counts=counts, asked=who) for one, counts, who in product(range(said), (False, True), asked)]
    return [Try(state, page) for state, page in product(states, PAGES[size])]


@dataclass
class Played:
    """One attack: what was tried, what came back, and for which secrets the program was told anything by its database
    that it would not have been told had they been otherwise."""

    scene: Scene
    chance: Chance
    secrets: Sequence[Secret]
    state: State | None = None
    told: list[bytes] = field(default_factory=list)
    seen: dict[Try, Numbers] = field(default_factory=dict)
    times: Counter[Try] = field(default_factory=Counter)
    last: Try | None = None
    differing: set[Secret] = field(default_factory=set)
    _asked: set[Question] = field(default_factory=set)

    def attempt(self, one: Try) -> None:
        with watched() as asked:
            if one.state != self.state:
                self.look_again()
                self.become(one.state)
            found = self.page(one.page)
        self._asked.update(question for question in asked.questions if ANSWERS in question[0])
        self.told.append(hashlib.blake2b(found, digest_size=16).digest())
        self.seen[one], self.last = self._numbers(found), one
        self.times[one] += 1

    def look_again(self) -> None:
        """Ask every question about answers again, all secrets turned; and each alone, where that tells anything."""
        questions, self._asked = sorted(self._asked, key=str), set()
        before = [answer_to(question) for question in questions]

        def tells(*them: Secret) -> bool:
            with rolled_back():
                for secret in them:
                    turn(self.scene, secret)
                return before != [answer_to(question) for question in questions]

        if tells(*self.secrets):
            self.differing.update(secret for secret in self.secrets if tells(secret))

    def page(self, name: str) -> bytes:
        page = Page(MENTEE if name in HERS else MENTOR, name, self._address(name))
        self.chance.begin(page)
        ContentType.objects.clear_cache()  # whoever asks first must not take a query more
        return everything(self.scene, page)

    def become(self, state: State) -> None:
        """By the actions that the pages call; then the own list is computed anew."""
        was, self.state = self.state, state
        self.chance.begin((len(self.told), state))
        me, mentor, now = self.scene.members[MENTEE], self.scene.members[MENTOR], self.scene.now
        say = {"language": "en", "now": now, "reach": Reach.SUGGESTED}
        if was is None or was.said != state.said:
            answers.save(membership=me, facet="values", value=chosen(*SAID[state.said]), **say)
        if was is None or was.counts != state.counts:
            for facet, both in FACETS.items():
                answers.save(membership=mentor, facet=facet, value=chosen(both[state.counts]), **say)
        for wish in Wish.objects.filter(membership=me).order_by("pk"):
            wishes.remove(wish=wish, now=now)
        if state.facet:
            about = {"membership": me, "facet": state.facet, "value": FACETS[state.facet][1], "now": now}
            wishes.add(**about, strength=Wish.Strength(state.strength), on_lists=state.on_lists)
        for ask in Proposal.objects.filter(mentee=me, state=Proposal.State.PUBLISHED):
            proposals.withdraw(proposal=ask, by=me, now=now)
        self.compute()
        if state.asked:
            with suppress(proposals.NotOnYourList):
                proposals.ask(mentee=me, mentor=self.scene.members[state.asked], note="", now=now)

    def compute(self) -> None:
        shortlists.want(mentee=self.scene.members[MENTEE], now=self.scene.now)
        shortlists.compute(program_id=self.scene["program"].pk, clock=lambda: self.scene.now)

    def is_listed(self, who: str) -> bool:
        """As far as the attacker has read in this state."""
        found = self.seen.get(Try(self.state, LIST)) if self.state else None
        return found is None or bool(found[5 + SHOWN.index(who)])

    def _address(self, page: str) -> str:
        me = self.scene.members[MENTEE]
        if page in SHOWN:
            return reverse("matching:mentor", args=[me.pk, self.scene.members[page].pk])
        if page == LIST:
            return reverse("matching:shortlist", args=[me.pk])
        ask = {OWN: queries.open_ask(me), ASK: self.scene["asked"]}.get(page)
        return reverse("matching:proposal", args=[ask.pk]) if ask else reverse("matching:asks")

    def _numbers(self, found: bytes) -> Numbers:
        """How it ended, how long it is, how many queries it took, how much is told, and who stands where."""
        queries = int(found.rsplit(b" queries", 1)[0].rsplit(b"\n", 1)[1])
        told = [int(found[:3]), len(found), queries, found.count(b"<li>"), found.count(b"One wish waits")]
        return np.array([*told, *(self._place(found, who) for who in SHOWN)], dtype=float)

    def _place(self, found: bytes, who: str) -> int:
        """How many names stand before this one and with it; none where it is not on the page."""
        before, name, _ = found.partition(str(self.scene.users[who]).encode())
        return before.count(b'class="person"') if name else 0


@contextmanager
def a_world(seed: int) -> Iterator[tuple[Scene, Chance]]:
    """Lots and ids are drawn, and all else is as the attacker knows it: everybody hides the first answer."""
    with override_settings(PACE=0), frozen(NOW) as chance, rolled_back():
        chance.begin(seed)
        scene = build(NOW, seed, even=True)
        Membership.objects.filter(pk=scene.members[MENTOR].pk).update(capacity=3)
        out = {"published_at": scene.now - DAY, "due_at": scene.now + 9 * DAY, "remind_at": scene.now + 3 * DAY}
        said = {"mentee_yes_at": scene.now - DAY}
        _proposal(scene, "asked", HIDING[1], MENTOR, origin="ask", state="published", **out, **said)
        for facet, (one, other) in FACETS.items():
            for who in (*MENTORS, *HIDING):
                reach = Reach.HELP_MATCH if who in HIDING else Reach.SUGGESTED
                give(scene, who, facet, chosen(other if who in KNOWN else one), reach)
        yield scene, chance


def turn(scene: Scene, secret: Secret, second: bool = True) -> None:
    """They hide the second answer."""
    member, value = scene.members[secret.who], chosen(FACETS[secret.facet][second])
    sealed = gate.seal_answer(member.pk, secret.facet, value)
    Answer.objects.filter(membership=member, facet=secret.facet).update(sealed=sealed)


def play(
    scene: Scene, chance: Chance, of: Sequence[Secret], choose: Callable[[Played], Try | None], turned: Secret | None
) -> Played:
    """Until nothing is chosen any more; then it has not happened."""
    with rolled_back():
        chance.begin("play")
        if turned:
            turn(scene, turned)
        chance.begin("lists")
        compute(scene)
        played = Played(scene, chance, of)
        while one := choose(played):
            played.attempt(one)
        played.look_again()
    return played
