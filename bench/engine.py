"""The engine beside what one would write first: dense cosines by scikit-learn, then SciPy's assignment on places
cloned one by one. One seeded pool for all; a third of the pairs share no language and are not possible.

    python -m bench.engine            1,000 x 500 and 5,000 x 2,000, the median of five
    QUICK=1 python -m bench.engine    200 x 100, the median of three

The CPU's seconds tell more than the clock's where others use the machine, too. Each contender runs in a process of
its own, so that its memory can be told. Totals are of our mutual fit for all: the last contender hands our own
fits, dense, to SciPy, and so shows what the best total is.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date

import numpy as np

from matching.engine import match
from matching.engine.pool import pool
from matching.engine.types import Facet, Kind, Person, Settings

SEED = 20260325
TAGS = [f"tag{i}" for i in range(60)]
LANGUAGES = ["en", "de", "ar"]
SETTINGS = Settings(
    facets=(
        Facet("values", Kind.TAGS),
        Facet("languages", Kind.LANGUAGES, 0.0),
        Facet("about", Kind.TEXT),
    ),
    week=date(2026, 3, 25),
)
Pairs = list[tuple[int, int]]
Contender = Callable[[list[Person], list[Person]], Pairs]


def people(n: int, m: int) -> tuple[list[Person], list[Person]]:
    draw = np.random.default_rng(SEED)
    letters = list("abcdefghijklmnopqrstuvwxyz")
    words = ["".join(draw.choice(letters, draw.integers(3, 10))) for _ in range(2000)]
    common = 1 / np.arange(1, 2001)
    popular = 1 / np.arange(1, len(TAGS) + 1)

    def person(id_: str, capacity: int) -> Person:
        tags = draw.choice(TAGS, 6, replace=False, p=popular / popular.sum())
        languages = draw.choice(LANGUAGES, draw.integers(1, 3), replace=False)
        about = draw.choice(words, 30, p=common / common.sum())
        answers = {"values": frozenset(tags.tolist()), "languages": frozenset(languages.tolist())}
        return Person(id_, {**answers, "about": " ".join(about)}, capacity=capacity)

    mentees = [person(f"n{i:06}", 1) for i in range(n)]
    return mentees, [person(f"m{i:06}", int(draw.integers(1, 6))) for i in range(m)]


def ours(mentees: list[Person], mentors: list[Person]) -> Pairs:
    result = match(mentees, mentors, SETTINGS, SEED)
    row = {mentee.id: i for i, mentee in enumerate(mentees)}
    column = {mentor.id: i for i, mentor in enumerate(mentors)}
    return [(row[pairing.mentee], column[pairing.mentor]) for pairing in result.pairings]


def dense_cosine(mentees: list[Person], mentors: list[Person]) -> Pairs:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import cosine_similarity

    everybody = [*mentees, *mentors]
    tags = TfidfVectorizer(analyzer=sorted).fit_transform([person.answers["values"] for person in everybody])
    texts = TfidfVectorizer().fit_transform([person.answers["about"] for person in everybody])
    n = len(mentees)
    worth = cosine_similarity(tags[:n], tags[n:]) + cosine_similarity(texts[:n], texts[n:])
    spoken = np.array([[language in person.answers["languages"] for language in LANGUAGES] for person in everybody])
    return dense(worth, spoken[:n].astype(float) @ spoken[n:].T.astype(float) > 0, mentors)


def our_fits_dense(mentees: list[Person], mentors: list[Person]) -> Pairs:
    rows = np.arange(len(mentees))
    here = pool(mentees, mentors, SETTINGS)
    return dense(here.score.block(rows).mutual.astype(float), here.eligible.eligible(rows), mentors)


def dense(worth: np.ndarray, possible: np.ndarray, mentors: list[Person]) -> Pairs:
    from scipy.optimize import linear_sum_assignment

    clones = np.repeat(np.arange(len(mentors)), [mentor.capacity for mentor in mentors])
    worth = np.where(possible, worth + 10, 0.0)
    rows, columns = linear_sum_assignment(worth[:, clones], maximize=True)
    made = zip(rows.tolist(), clones[columns].tolist(), strict=True)
    return [(row, column) for row, column in made if possible[row, column]]


CONTENDERS: dict[str, Contender] = {
    "engine": ours,
    "dense cosine + SciPy": dense_cosine,
    "our fits, dense + SciPy": our_fits_dense,
}


def measure(name: str, n: int, m: int, times: int) -> dict[str, float]:
    mentees, mentors = people(n, m)
    CONTENDERS[name](mentees[:300], mentors[:150])  # imports and warm caches are not what is compared
    taken, worked = [], []
    for _ in range(times):
        start, work = time.perf_counter(), time.process_time()
        pairs = CONTENDERS[name](mentees, mentors)
        taken.append(time.perf_counter() - start)
        worked.append(time.process_time() - work)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows, columns = np.array(pairs, np.int64).T
    total = float(pool(mentees, mentors, SETTINGS).score.pairs(rows, columns).sum(dtype=np.float64))
    return {
        "seconds": statistics.median(taken),
        "work": statistics.median(worked),
        "MB": memory,
        "total": total,
        "matched": len(pairs),
    }


def table(n: int, m: int, times: int) -> None:
    print(f"\n{n:,} mentees x {m:,} mentors, median of {times}, seed {SEED}")
    heads = ("seconds", "cpu s", "peak MB", "matched", "total fit", "of the best", "times as fast")
    print(f"{'':24}" + "".join(f"{head:>14}" for head in heads))
    found = {name: _in_own_process(name, n, m, times) for name in CONTENDERS}
    best, peer = found["our fits, dense + SciPy"]["total"], found["dense cosine + SciPy"]["seconds"]
    for name, row in found.items():
        print(
            f"{name:24}{row['seconds']:14.3f}{row['work']:14.3f}{row['MB']:14.0f}{row['matched']:14,.0f}"
            f"{row['total']:14.4f}{row['total'] / best:14.6f}{peer / row['seconds']:14.1f}"
        )


def _in_own_process(name: str, n: int, m: int, times: int) -> dict[str, float]:
    asked = json.dumps([name, n, m, times])
    done = subprocess.run([sys.executable, "-m", "bench.engine", asked], stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout)


def main() -> None:
    if os.environ.get("QUICK"):
        table(200, 100, 3)
    else:
        table(1000, 500, 5)
        table(5000, 2000, 5)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(*json.loads(sys.argv[1]))))
    else:
        main()
