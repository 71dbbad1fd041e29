"""T14: whoever has an account of a mentee and one of a mentor, and tries a thousand things, each chosen by what the
last ones told, guesses what a third person keeps to themselves no better than by the base rate.

The attacker knows everything about the program but one secret: which of two answers somebody hides. They say, wish,
take back, cross the line of k in both directions, have their list computed anew, and read: who stands where, why, how
long each answer is, how many queries it took. A learner is told the secret in some worlds; in others it tries first
what told most in those, and guesses.

Worlds come in pairs that differ in nothing but one secret: same lots, same ids, same clock. Where the same probes bring
the same bytes in both, the same is guessed in both, and one guess of two is right: exactly the base rate, and no noise.
The second world of a pair is not played where the database told the program nothing else than in the first: each
question about answers is asked again with the secret turned. One twin of each world is played for some probes in any
case, to see whether that holds.

The clock is another matter, for it always swings. Both worlds of a pair are visited in turns, in an order drawn by lot,
and the attacker, who sees both (more than a real one does), says which is which."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

import numpy as np

from proof import attacker_defects
from proof.attacked import (
    ASK,
    HERS,
    LIST,
    THEIRS,
    Numbers,
    Played,
    Secret,
    State,
    Try,
    a_world,
    play,
    secrets,
    tries,
    turn,
)
from proof.frozen import Chance
from proof.goal import Goal, Look, Size
from proof.guessing import Learner, interval
from tests.routes.scene import Scene
from tests.routes.visit import rolled_back

PROBES = {Size.FULL: 1_000, Size.SHORT: 40, Size.LEAST: 16}
PLAYED_ANYWAY = {Size.FULL: 50, Size.SHORT: 20, Size.LEAST: 10}
"""So many probes of a twin that need not be played."""
WORLDS = {Size.FULL: (1, 5), Size.SHORT: (1, 2), Size.LEAST: (1, 1)}
"""So many to learn from, and so many to attack."""
BASE, MARGIN = 0.5, 0.02
ATTACKERS = {"a mentee": HERS, "a mentor": THEIRS, "both together": HERS + THEIRS}
TURNS = {Size.FULL: (15, 60), Size.SHORT: (6, 20), Size.LEAST: (6, 20)}
"""By the clock: so many to learn from, and so many to guess; each is a visit to both worlds."""
VISITS = 3
"""Of which the shortest counts."""
CLOCKED = {Size.FULL: 2, Size.SHORT: 1, Size.LEAST: 1}
WATCHED = (LIST, "sixth_mentor", ASK)
SURE = 3.0
"""Standard deviations: by chance alone a clock looks like a leak once in some thousand looks."""


@dataclass
class Tally:
    """How often each attacker was right about each secret, in how many worlds; in how many pairs anything differed."""

    worlds: int = 0
    probes: int = 0
    right: Counter[tuple[str, Secret]] = field(default_factory=Counter)
    differing: Counter[Secret] = field(default_factory=Counter)

    def wrong(self) -> Iterator[str]:
        for (name, secret), right in sorted(self.right.items()):
            if right / (2 * self.worlds) > BASE + MARGIN:
                yield f"{name} guessed {secret} in {right} of {2 * self.worlds} worlds"
        for secret, number in sorted(self.differing.items()):
            if number / (2 * self.worlds) > MARGIN:
                yield f"{secret} shows in {number} of {self.worlds} pairs of worlds"


def look(size: Size, seed: int) -> Look:
    tally, lots = Tally(), Random(f"{seed} attacker")
    learned, attacked = WORLDS[size]
    learner = learn(size, [1000 * seed + number for number in range(learned)])
    for number in range(attacked):
        with a_world(1_000_000 + 1000 * seed + number) as (scene, chance):
            attack(size, scene, chance, learner, lots, tally)
    wrong = [*tally.wrong()]
    pairs = tally.worlds * len(secrets(size))
    print(f"{pairs} pairs of worlds, of which {sum(tally.differing.values())} differ", flush=True)
    if wrong and size == Size.LEAST:
        return Look(tally.probes, wrong)  # one way to win is enough to be caught by
    turns, told = by_the_clock(size, seed, lots)
    return Look(tally.probes + turns, wrong + told)


def learn(size: Size, seeds: Sequence[int]) -> Learner:
    """From worlds in which everything is tried."""
    all_of_them, hidden = tries(size), secrets(size)
    pairs: dict[Secret, list[tuple[Played, Played]]] = {secret: [] for secret in hidden}

    def in_turn(played: Played) -> Try | None:
        return all_of_them[len(played.told)] if len(played.told) < len(all_of_them) else None

    for seed in seeds:
        with a_world(seed) as (scene, chance):
            first = play(scene, chance, hidden, in_turn, None)
            for secret in hidden:
                differs = secret in first.differing
                pairs[secret].append((first, play(scene, chance, [], in_turn, secret) if differs else first))
    return Learner(all_of_them, pairs)


def attack(size: Size, scene: Scene, chance: Chance, learner: Learner, lots: Random, tally: Tally) -> None:
    """Every secret of one world, and of its twins."""
    luck, hidden = lots.random(), secrets(size)
    first = play(scene, chance, hidden, learner.attack(PROBES[size], Random(luck)), None)
    anyway = lots.choice(hidden)
    for secret in hidden:
        second = first
        if secret in first.differing:
            second = play(scene, chance, [], learner.attack(PROBES[size], Random(luck)), secret)
        elif secret == anyway:
            some = play(scene, chance, [], learner.attack(PLAYED_ANYWAY[size], Random(luck)), secret)
            second = first if some.told == first.told[: len(some.told)] else some
        tally.differing[secret] += second.told != first.told
        tally.probes += len(first.told)
        for name, pages in ATTACKERS.items():
            tally.right[name, secret] += not learner.guess(secret, first, pages)
            tally.right[name, secret] += learner.guess(secret, second, pages)
    tally.worlds += 1


def by_the_clock(size: Size, seed: int, lots: Random) -> tuple[int, list[str]]:
    learned, guessed = TURNS[size]
    told, turns = list[str](), 0
    with a_world(2_000_000 + seed) as (scene, chance):
        played = Played(scene, chance, [])
        played.become(State(0))
        for secret in secrets(Size.LEAST)[: CLOCKED[size]]:
            longer = np.array([_a_turn(played, secret, lots) for _ in range(learned + guessed)])
            known, turns = longer[:learned], turns + len(longer)
            usual = np.median(known, axis=0)  # a busy moment of the machine moves a mean
            swing = np.median(np.abs(known - usual), axis=0)
            clock = int(np.argmax(np.abs(usual) / (swing + 1e-6)))
            right = int((longer[learned:, clock] * usual[clock] > 0).sum())
            low, high = interval(right, guessed, SURE)
            said = f"a clock told {secret} in {right} of {guessed} turns ({low:.2f} to {high:.2f})"
            print(said, flush=True)
            told += [said] * (low > BASE + MARGIN)
    return turns, told


def _a_turn(played: Played, secret: Secret, lots: Random) -> Numbers:
    """How much longer everything takes where the secret is the second answer: the worker, and each page."""
    took: dict[bool, Numbers] = {}
    for second in lots.sample([False, True], 2):
        with rolled_back():
            turn(played.scene, secret, second)
            acts = [played.compute, *(partial(played.page, name) for name in WATCHED)]
            took[second] = np.array([min(_took(act) for _ in range(VISITS)) for act in acts])
    return took[True] - took[False]


def _took(act: Callable[[], object]) -> float:
    with rolled_back():  # each time anew
        began = time.process_time()
        act()
        return time.process_time() - began


GOAL = Goal(
    "T14",
    "1,000 adaptive probes guess a hidden answer no better than base rate + 2 points",
    look,
    attacker_defects.DEFECTS,
)
