"""The engine beside its peers, on one seeded family of pools: python -m bench.engine; QUICK=1 for small ones.

Goals F1 and F2. What must be multiplied is measured beside it: the floor."""

import os
from collections.abc import Mapping
from dataclasses import asdict

from bench import findings, machine, tables
from bench.contenders import SEED
from bench.contest import Contest
from bench.tables import BEST, DENSE, FLOOR, KINDRED, PLAIN, Row, Size

ORDINARY, LARGE, HARD = Size(5000, 2000), Size(100_000, 20_000), Size(100_000, 20_000, "equal")
FULL = (
    Size(1000, 500),
    ORDINARY,
    Size(20_000, 5000),
    Size(20_000, 5000, "equal"),
    LARGE,
    HARD,
)
QUICK = (Size(400, 200), Size(2000, 800, "equal"))

Found = Mapping[str, Mapping[str, Row]]


def main() -> None:
    quick = bool(os.environ.get("QUICK"))
    contest = Contest(2, limit=10, enough=5) if quick else Contest(5, limit=60, enough=60)
    described = machine.described()
    print("\n".join(f"{key}: {value}" for key, value in described.items()))
    print(f"seed {SEED}; at most {contest.times} runs; a peer's run may take {contest.limit:.0f} s\n\n{tables.LEGEND}")
    found: dict[str, dict[str, Row]] = {}
    for size in QUICK if quick else FULL:
        print(f"\n{size}", flush=True)
        rows = contest.at(size)
        found[str(size)] = {row.contender: row for row in rows}
        print(tables.text(rows))
        print(floor(found[str(size)]), flush=True)
    findings.keep("machine", described)
    findings.keep("seed", SEED)
    findings.keep("rows", [asdict(row) for rows in found.values() for row in rows.values()])
    findings.keep("floor", {size: floor(rows) for size, rows in found.items()})
    tell_f1(found)
    tell_f2(found)


def floor(rows: Mapping[str, Row]) -> str:
    """Ours against the bare products: all that it did, and one of every pair."""
    ours, bare = rows[KINDRED], rows[FLOOR]
    if not (ours.seconds and bare.seconds):
        return ""
    once = ours.seconds / bare.seconds
    return (
        f"floor: {bare.gflop:,.1f} GFLOP score every pair once, in {bare.seconds:.3f} s as a bare float32 product. "
        f"{KINDRED} looks at {ours.passes:.2f} times all pairs, and takes {once / ours.passes:.1f} times as long as "
        f"the bare products of those, {once:.1f} times as long as that of every pair once"
    )


def tell_f1(found: Found) -> None:
    wanted = "at least 15 times faster than dense cosine with SciPy, at .9999 of its total"
    rows = found.get(str(ORDINARY), {})
    figures = [rows[name] for name in (KINDRED, PLAIN, DENSE, BEST) if name in rows and not rows[name].note]
    if len(figures) < 4:
        findings.tell("F1", f"{ORDINARY}: {wanted}", reached=None)
        return
    ours, plain, dense, best = figures
    share = ours.total / dense.total
    sentence = (
        f"{ORDINARY}: {ours.speed:.1f} times as fast as dense cosine with SciPy ({ours.seconds:.3f} against "
        f"{dense.seconds:.3f} s), at {share:.4f} of its total and {ours.total / best.total:.5f} of the best; without "
        f"the lift {plain.speed:.1f} times as fast, at {plain.total / best.total:.5f} of the best; wanted {wanted}"
    )
    findings.tell("F1", sentence, reached=ours.speed >= 15 and share >= 0.9999 and plain.total / best.total >= 0.9999)


def tell_f2(found: Found) -> None:
    wanted = "at most 3 times its bare products, 800 MB, certified within 0.1 %; hard case within 0.5 %"
    easy, hard = (found.get(str(size), {}) for size in (LARGE, HARD))
    if not (easy and hard):
        findings.tell("F2", f"{LARGE}: {wanted}", reached=None)
        return
    ours, bare, other = easy[KINDRED], easy[FLOOR], hard[KINDRED]
    once = ours.seconds / bare.seconds
    sentence = (
        f"{LARGE}: {ours.seconds:.1f} s, {once / ours.passes:.2f} times the bare products of the pairs it looked at "
        f"({ours.passes:.2f} of all; {once:.2f} times that of every pair once), {ours.MB:.0f} MB, certified within "
        f"{ours.gap:.3%}; "
        f"places = mentees: {other.seconds:.1f} s, {other.MB:.0f} MB, {other.gap:.3%}; wanted {wanted}"
    )
    within = ours.gap <= 0.001 and other.gap <= 0.005 and max(ours.MB, other.MB) <= 800
    findings.tell("F2", sentence, reached=within and once / ours.passes <= 3)
