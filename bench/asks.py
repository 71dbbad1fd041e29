"""A simulated queue of asks: lists as we draw them beside the plain three best by score, on the same pools.

    python -m bench.asks              5,000 x 2,000; all lists of 20,000 x 5,000; one person at 20,000 mentors
    QUICK=1 python -m bench.asks      1,000 x 500; all lists of 2,000 x 500; one person at 2,000 mentors

Every mentee who has nobody yet asks one person on her list. A mentor has the time to read twice as many asks as they
have free places, in the order of a lot, and says yes to the best of them by their own side of the fit, as far as
places go. Then lists are drawn anew for who is left, without whom she has asked already; four rounds. A mentee asks
any name on her list as likely as another: that is the hardest case for ours, where the assigned mentor stands first.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bench import findings, pools
from matching.engine import shortlists
from matching.engine.lists import market
from matching.engine.pool import pool
from matching.engine.types import Pairing, Person, Settings

SEED = 20260325
ROUNDS, LENGTH, READ = 4, 3, 2
MATCHED_AT_LEAST, UNREAD_AT_MOST, MILLISECONDS = 0.79, 0.03, 50.0
Places = Literal["scarce", "equal"]
PLACES: tuple[Places, ...] = ("scarce", "equal")
Lists = dict[str, list[str]]
Draw = Callable[["Program", int], Lists]


@dataclass
class Program:
    """Who is left, and who has been asked."""

    mentees: list[Person]
    mentors: list[Person]
    settings: Settings
    asked: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Outcome:
    """Counts over all rounds."""

    mentees: int
    first_round: int = 0
    matched: int = 0
    asks: int = 0
    unread: int = 0
    total: float = 0.0
    most: float = 0.0  # asks of one mentor in one round, per free place
    shown: set[str] = field(default_factory=set)

    def row(self, lists: str, m: int) -> dict[str, float | str]:
        return {
            "lists": lists,
            "round one": round(self.first_round / self.mentees, 4),
            "matched": round(self.matched / self.mentees, 4),
            "asks": self.asks,
            "unread": round(self.unread / self.asks, 4),
            "most asks per place": round(self.most, 1),
            "never shown": round(1 - len(self.shown) / m, 4),
            "total": round(self.total),
        }


def ours(program: Program, seed: int) -> Lists:
    found = shortlists(program.mentees, program.mentors, program.settings, seed, earlier=program.asked)
    return {id_: [one.mentor for one in shown if isinstance(one, Pairing)] for id_, shown in found.items()}


def plain(program: Program, seed: int) -> Lists:
    """The three best by score among those with a free place."""
    here = pool(program.mentees, program.mentors, program.settings, earlier=program.asked)
    lists = {}
    for start in range(0, len(here.mentees), 256):
        rows = np.arange(start, min(start + 256, len(here.mentees)))
        fits = np.where(here.eligible.eligible(rows), here.score.block(rows).mutual, -1)
        best = np.argsort(-fits, axis=1, kind="stable")[:, :LENGTH]
        for row, columns in zip(rows.tolist(), best.tolist(), strict=True):
            names = [here.mentors[column].id for column in columns if fits[row - start, column] >= 0]
            lists[here.mentees[row].id] = names
    return lists


def simulate(draw: Draw, n: int, m: int, places: Places) -> Outcome:
    mentees, mentors, settings = pools.family(n, m, SEED, places)
    program, outcome, pairs = Program(mentees, mentors, settings), Outcome(n), set[tuple[str, str]]()
    dice = np.random.default_rng(SEED)
    for number in range(ROUNDS):
        lists = draw(program, SEED + number)
        outcome.shown |= {name for names in lists.values() for name in names}
        yes = answered(program, asks(lists, dice.random(n), mentees), dice.permutation(n), outcome)
        outcome.first_round = outcome.first_round or len(yes)
        pairs |= yes
        program = left(program, yes)
    here = pool(mentees, mentors, settings)
    row, column = ({person.id: i for i, person in enumerate(side)} for side in (here.mentees, here.mentors))
    at = np.array([(row[a], column[b]) for a, b in sorted(pairs)], np.int64).reshape(-1, 2).T
    outcome.matched, outcome.total = len(pairs), float(here.score.pairs(*at).sum(dtype=np.float64))
    return outcome


def asks(lists: Lists, thrown: NDArray[np.float64], mentees: list[Person]) -> Lists:
    """Mentor -> the mentees who ask them; everybody throws the dice in every round, whatever lists are drawn."""
    found: Lists = {}
    for mentee, dice in zip(mentees, thrown.tolist(), strict=True):
        if names := lists.get(mentee.id):
            found.setdefault(names[int(dice * len(names))], []).append(mentee.id)
    return found


def answered(program: Program, asked: Lists, lot: NDArray[np.int64], outcome: Outcome) -> set[tuple[str, str]]:
    here = pool(program.mentees, program.mentors, program.settings)
    row = {mentee.id: i for i, mentee in enumerate(here.mentees)}
    yes = set()
    for column, mentor in enumerate(here.mentors):
        waiting = sorted(asked.get(mentor.id, []), key=lambda id_: int(lot[row[id_]]))
        read = waiting[: READ * mentor.capacity]
        outcome.asks += len(waiting)
        outcome.unread += len(waiting) - len(read)
        outcome.most = max(outcome.most, len(waiting) / max(1, mentor.capacity))
        rows = np.array([row[id_] for id_ in read], np.int64)
        liked = here.score.both(rows, np.full(len(rows), column)).back if read else np.zeros(0)
        best = np.argsort(-liked, kind="stable")[: mentor.capacity]
        yes |= {(read[i], mentor.id) for i in best.tolist()}
    program.asked |= {(mentee, mentor) for mentor, mentees in asked.items() for mentee in mentees}
    return yes


def left(program: Program, yes: set[tuple[str, str]]) -> Program:
    """Who has found somebody is gone, and so is the place."""
    found = {mentee for mentee, _ in yes}
    taken: dict[str, int] = {}
    for _, mentor in yes:
        taken[mentor] = taken.get(mentor, 0) + 1
    mentors = [replace(mentor, capacity=mentor.capacity - taken.get(mentor.id, 0)) for mentor in program.mentors]
    mentees = [mentee for mentee in program.mentees if mentee.id not in found]
    return replace(program, mentees=mentees, mentors=mentors)


def drawn_at_once(n: int, m: int) -> float:
    """Seconds for all lists."""
    people = pools.family(n, m, SEED)
    started = time.perf_counter()
    shortlists(*people, SEED)
    return time.perf_counter() - started


def drawn_alone(n: int, m: int) -> float:
    """Milliseconds from what somebody said anew to her list, in the middle of nine."""
    mentees, mentors, settings = pools.family(n, m, SEED)
    here, spent = market(mentees, mentors, settings, SEED), []
    for one, other in zip(mentees[:9], mentees[9:18], strict=True):
        anew = replace(one, answers={**other.answers, "about": one.answers["about"]})
        started = time.perf_counter()
        here.move(anew, ())
        here.lists([one.id], {}, {})
        spent.append((time.perf_counter() - started) * 1000)
    return statistics.median(spent)


def main() -> int:
    quick = bool(os.environ.get("QUICK"))
    n, m = (1_000, 500) if quick else (5_000, 2_000)
    table, own = [], []
    for places in PLACES:
        for name, draw in (("ours", ours), ("three best by score", plain)):
            outcome = simulate(draw, n, m, places)
            table.append(outcome.row(f"{n:,} x {m:,}, {places} places: {name}", m))
            print("asks: " + ", ".join(f"{name} {value}" for name, value in table[-1].items()), flush=True)
            own += [outcome] if draw is ours else []
    findings.keep("asks", table)
    wide, people, mentors = ((2_000, 500), 1_000, 2_000) if quick else ((20_000, 5_000), 5_000, 20_000)
    print(f"asks: all lists of {wide[0]:,} x {wide[1]:,} in {drawn_at_once(*wide):.1f} s", flush=True)
    first = min(outcome.first_round / outcome.mentees for outcome in own)
    unread, alone = max(outcome.unread / outcome.asks for outcome in own), drawn_alone(people, mentors)
    findings.tell(
        "F6",
        f"lists of three: matched in round one {first:.1%} (at least {MATCHED_AT_LEAST:.0%}), asks unread {unread:.1%} "
        f"(at most {UNREAD_AT_MOST:.0%}); one list anew at {mentors:,} mentors in {alone:.1f} ms (at most "
        f"{MILLISECONDS:.0f} ms)",
        reached=first >= MATCHED_AT_LEAST and unread <= UNREAD_AT_MOST and alone <= MILLISECONDS,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
