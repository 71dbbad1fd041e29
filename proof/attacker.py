"""T14: whoever has an account of a mentee and one of a mentor, and tries a thousand things, each chosen by what the
last ones told, guesses what a third person keeps to themselves no better than by the base rate.

The attacker knows everything about the program but one bit: whether the target's hidden answer is *trans* or *man*.
They wish, say, take back and let travel what is theirs, cross the line of k in both directions, have their list
computed anew, and read: who stands where, why, how long each answer is, how many queries it took, how long it
computed. A learner is trained on worlds whose bit it knows and tells which tries told most; on fresh worlds it tries
those first, repeats them where what came back was unusual, and guesses."""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import Any

import numpy as np
from django.test import override_settings
from django.urls import reverse

from consent.actions import answers, wishes
from consent.models import Wish
from consent.purposes import Reach
from proof import attacker_defects
from proof.frozen import Chance, frozen
from proof.goal import Goal, Look, Size
from proof.rereading import Page, everything, watched
from proof.twin_worlds import build, compute, give
from tests.cast import NOW, chosen
from tests.routes.scene import Scene
from tests.routes.visit import rolled_back

MENTEE, MENTOR, TARGET = "third_mentee", "fifth_mentor", "sixth_mentor"
KNOWN = ("mentor", "former_mentor", "seventh_mentor", "eighth_mentor")
"""They say in the open what the target hides: with the attacker's mentor they are k, with the target they would be."""
SAID = (("courage",), ("honesty", "courage"), ("honesty",))
WISHED = ("", *Wish.Strength.values)
PAGES = ("list", "target", "asks")
TRIES = {Size.FULL: 1_000, Size.SHORT: 30, Size.LEAST: 8}
WORLDS = {Size.FULL: (16, 60), Size.SHORT: (6, 14), Size.LEAST: (4, 14)}
"""So many with a known bit to learn from, and so many to guess."""
BASE, MARGIN, SURE = 0.5, 0.02, 3.0
"""Sure: in standard deviations, so that chance alone looks like a leak once in a thousand looks."""
ATTACKERS = {"a mentee": ("list", "target"), "a mentor": ("asks",), "both together": PAGES}
WIDTH = 6
Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True, order=True)
class Try:
    """What the attacker says and wishes, and where they look then."""

    said: int
    wished: int
    counts: bool
    """Whether their mentor says *trans* in the open, and so counts toward k."""
    page: str

    @property
    def state(self) -> tuple[int, int, bool]:
        return self.said, self.wished, self.counts


@dataclass
class World:
    scene: Scene
    chance: Chance
    state: tuple[int, int, bool] | None = None
    seen: dict[Try, list[Numbers]] = field(default_factory=dict)

    def attempt(self, one: Try) -> Numbers:
        """Six numbers: how it ended, how long, how many queries, where the target stands, what is told, seconds."""
        if one.state != self.state:
            self._become(one)
        page = Page(MENTOR if one.page == "asks" else MENTEE, one.page, self._address(one.page))
        self.chance.begin(page)
        began = time.process_time()
        with watched() as asked:
            found = everything(self.scene, page)
        seconds = time.process_time() - began
        told = found.count(b"<li>") + 100 * found.count(b"One wish waits")
        status = float(found[:3])
        self.seen.setdefault(one, []).append(
            np.array([status, len(found), asked.count, self._place(found), told, math.log(seconds + 1e-6)])
        )
        return self.seen[one][-1]

    def _become(self, one: Try) -> None:
        say = {"language": "en", "now": self.scene.now, "reach": Reach.SUGGESTED}
        me, mentor = self.scene.members[MENTEE], self.scene.members[MENTOR]
        answers.save(membership=me, facet="values", value=chosen(*SAID[one.said]), **say)
        answers.save(membership=mentor, facet="gender", value=chosen("trans" if one.counts else "man"), **say)
        for wish in Wish.objects.filter(membership=me).order_by("pk"):
            wishes.remove(wish=wish, now=self.scene.now)
        if strength := WISHED[one.wished]:
            about = {"membership": me, "facet": "gender", "value": "trans", "now": self.scene.now}
            wishes.add(**about, strength=Wish.Strength(strength), on_lists=False)
        compute(self.scene)
        self.state = one.state

    def _address(self, page: str) -> str:
        pk, target = self.scene.members[MENTEE].pk, self.scene.members[TARGET].pk
        where = {"list": ("shortlist", [pk]), "target": ("mentor", [pk, target]), "asks": ("asks", [])}
        name, ids = where[page]
        return reverse(f"matching:{name}", args=ids)

    def _place(self, found: bytes) -> int:
        """How many names stand before the target's and with it; none where it is not on the page."""
        before, name, _ = found.partition(str(self.scene.users[TARGET]).encode())
        return before.count(b'class="person"') if name else 0


def all_tries(size: Size) -> list[Try]:
    said = range(len(SAID) if size == Size.FULL else 1)
    wished = [WISHED.index("must"), 0] if size == Size.LEAST else range(len(WISHED))
    return [Try(*one) for one in product(said, wished, (False, True), PAGES)]


@contextmanager
def a_world(seed: int, bit: int) -> Iterator[World]:
    """A program in which lots, ids and the bit are drawn, and all else is as the attacker knows it."""
    with override_settings(PACE=0), frozen(NOW) as chance, rolled_back():
        chance.begin(seed)
        scene = build(NOW, seed, even=True)
        for who in KNOWN:
            give(scene, who, "gender", chosen("trans"), Reach.SUGGESTED)
        for who in (MENTOR, "paused_mentor", "matched_mentor", "blocked_mentor"):
            give(scene, who, "gender", chosen("man"), Reach.SUGGESTED)
        give(scene, TARGET, "gender", chosen("trans" if bit else "man"), Reach.HELP_MATCH)
        yield World(scene, chance)


class Learner:
    """What came back in worlds whose bit is known, and what that tells of another one."""

    def __init__(self, tries: Sequence[Try], worlds: Sequence[World], bits: Sequence[int]) -> None:
        self.tries, self.bits = tries, np.array(bits)
        self.known = np.stack([self._row(world) for world in worlds])
        self.mean, self.spread = self.known.mean(axis=0), self.known.std(axis=0)
        self.gain = self._gains()

    def told(self, pages: Sequence[str]) -> Any:
        """Fitted on what these pages told."""
        from sklearn.linear_model import LogisticRegression

        columns = self._columns(pages)
        return LogisticRegression(C=10.0).fit(self._scaled(self.known)[:, columns], self.bits)

    def guess(self, model: Any, world: World, pages: Sequence[str]) -> int:
        return int(model.predict(self._scaled(self._row(world)[None])[:, self._columns(pages)])[0])

    def next(self, world: World, lots: Random) -> Try:
        """Where most is to be learned: what told most, what was unusual just now, what was looked at least."""
        worth = []
        for one, gain in zip(self.tries, self.gain, strict=True):
            seen = world.seen.get(one, [])
            worth.append((gain + 0.01 + 0.1 * self._unusual(one, seen)) / (1 + len(seen)) + 1e-6 * lots.random())
        return self.tries[int(np.argmax(worth))]

    def _unusual(self, one: Try, seen: list[Numbers]) -> float:
        at = self.tries.index(one) * WIDTH
        here = slice(at, at + WIDTH)
        if not seen:
            return 0.0
        off = np.abs(seen[-1] - self.mean[here]) > 3 * self.spread[here] + 1e-9
        return float(off[:-1].any())  # the clock is always a little unusual

    def _row(self, world: World) -> Numbers:
        """The least of what each try took, and the same of everything else, since it does not change."""
        nothing = np.full(WIDTH, np.nan)
        return np.concatenate([
            np.min(world.seen[one], axis=0) if one in world.seen else nothing for one in self.tries
        ])  # fmt: skip

    def _scaled(self, rows: Numbers) -> Numbers:
        """What was not tried tells nothing."""
        scaled = (rows - self.mean) / np.where(self.spread > 1e-9, self.spread, 1.0)
        return np.clip(np.nan_to_num(scaled), -5, 5)

    def _columns(self, pages: Sequence[str]) -> Numbers:
        return np.flatnonzero(np.repeat([one.page in pages for one in self.tries], WIDTH))

    def _gains(self) -> Numbers:
        """Of each try, in bits: how much the best of its numbers, cut where it tells most, tells of the bit."""
        each = [max(_information(self.known[:, column], self.bits, cut) for cut in np.unique(self.known[:, column]))
                for column in range(self.known.shape[1])]  # fmt: skip
        return np.array(each).reshape(-1, WIDTH).max(axis=1)


def look(size: Size, seed: int) -> Look:
    learned, guessed = WORLDS[size]
    lots, tries = Random(f"{seed} attacker"), all_tries(size)
    learner = learn(tries, learned, seed, lots)
    models = {name: learner.told(pages) for name, pages in ATTACKERS.items()}
    right, cells = dict.fromkeys(ATTACKERS, 0), 0
    for number in range(guessed):
        bit = lots.randrange(2)
        with a_world(1_000_000 + 1000 * seed + number, bit) as world:
            for _ in range(TRIES[size]):
                world.attempt(learner.next(world, lots))
                cells += 1
            for name, pages in ATTACKERS.items():
                right[name] += learner.guess(models[name], world, pages) == bit
    for name, count in right.items():
        print(told(name, count, guessed), flush=True)
    return Look(cells, [told(name, count, guessed) for name, count in right.items() if is_better(count, guessed)])


def learn(tries: Sequence[Try], learned: int, seed: int, lots: Random) -> Learner:
    """As many worlds of each kind."""
    worlds, bits = [], []
    for number in range(learned):
        bits.append(number % 2)
        with a_world(1000 * seed + number, number % 2) as world:
            for one in tries:
                world.attempt(one)
            worlds.append(world)
    return Learner(tries, worlds, bits)


def interval(right: int, of: int) -> tuple[float, float]:
    """Wilson's (1927), SURE standard deviations wide."""
    share, z = right / of, SURE
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return middle - half, middle + half


def is_better(right: int, of: int) -> bool:
    return interval(right, of)[0] > BASE + MARGIN


def told(name: str, right: int, of: int) -> str:
    low, high = interval(right, of)
    return f"{name} guessed {right} of {of} hidden answers ({right / of:.2f}, {low:.2f} to {high:.2f}; base {BASE:.2f})"


def _information(column: Numbers, bits: Numbers, cut: float) -> float:
    above = column > cut
    rest = sum(part.mean() * _entropy(bits[part]) for part in (above, ~above) if part.any())
    return _entropy(bits) - float(rest)


def _entropy(bits: Numbers) -> float:
    share = float(bits.mean())
    return -sum(p * math.log2(p) for p in (share, 1 - share) if p > 0)


GOAL = Goal(
    "T14",
    "1,000 adaptive probes guess a hidden answer no better than base rate + 2 points",
    look,
    attacker_defects.DEFECTS,
)
