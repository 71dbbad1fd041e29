"""What a second run moves, and what lifting a group costs: python -m bench.moves. Goal F7.

Between the two runs a few people leave and as many come. A pair is unaffected if both of it are still here."""

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from statistics import mean

from bench import findings, pools
from matching.engine import match
from matching.engine.types import Person, Result

SEED = 20260325
SHARE = 50  # one in so many leaves, and one comes
LEAST = 10  # people; of fewer nothing is told


def main() -> None:
    n, m = (1000, 400) if os.environ.get("QUICK") else (5000, 2000)
    moved, price = second_run(n, m)
    before, after, cost = lift(n, m)
    findings.keep("moves", {"moved": moved, "price": price, "before": before, "after": after, "cost": cost})
    sentence = (
        f"{n:,} x {m:,}: a second run, with one in {SHARE} gone and as many come, moves {moved:.2%} of the unaffected "
        f"pairs at {price:.3%} of the total (wanted 2 % at 0.2 %); the lift takes the largest difference of mean fit "
        f"between groups from {before:.4f} to {after:.4f} at {cost:.3%} of the total (wanted .01 at 0.1 %)"
    )
    findings.tell("F7", sentence, reached=moved <= 0.02 and price <= 0.002 and after <= 0.01 and cost <= 0.001)


def second_run(n: int, m: int) -> tuple[float, float]:
    """Share of the unaffected pairs that it moves, and share of the total that keeping them costs."""
    mentees, mentors, settings = pools.family(n + n // SHARE, m + m // SHARE, SEED)
    first = match(mentees[:n], mentors[:m], settings, SEED)
    here = mentees[n // SHARE :], mentors[m // SHARE :]
    there = {person.id for side in here for person in side}
    previous = {(pairing.mentee, pairing.mentor) for pairing in first.pairings}
    unaffected = {pair for pair in previous if there.issuperset(pair)}
    kept = match(*here, settings, SEED + 1, previous=previous)
    anew = match(*here, settings, SEED + 1)
    stayed = unaffected & {(pairing.mentee, pairing.mentor) for pairing in kept.pairings}
    return 1 - len(stayed) / len(unaffected), 1 - kept.total / anew.total


def lift(n: int, m: int) -> tuple[float, float, float]:
    """The largest difference of mean fit between two groups before and after, and the share of the total it costs."""
    mentees, mentors, settings = pools.family(n, m, SEED)
    plain = match(mentees, mentors, replace(settings, lift=0.0), SEED)
    lifted = match(mentees, mentors, settings, SEED)
    return difference(mentees, plain), difference(mentees, lifted), 1 - lifted.total / plain.total


def difference(mentees: Iterable[Person], result: Result) -> float:
    fit = {pairing.mentee: pairing.fit for pairing in result.pairings}
    fits = defaultdict(list)
    for mentee in mentees:
        for group in mentee.groups:
            if mentee.id in fit:
                fits[group].append(fit[mentee.id])
    means = [mean(of) for of in fits.values() if len(of) >= LEAST]
    return max(means) - min(means)


if __name__ == "__main__":
    main()
