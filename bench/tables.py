"""What the contenders did at one size, as rows: for the terminal and for docs/performance.md alike."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.judge import Verdict

KINDRED, PLAIN, FLOW = "Kindred", "Kindred without the lift", "our candidates, OR-Tools flow"
DENSE, BEST, FLOOR = "dense cosine, SciPy", "our fits, dense, SciPy", "bare float32 product"
HEADS = (
    "", "runs", "seconds", "CPU s", "peak MB", "matched", "total fit", "gap", "weakest tenth", "blocking", "speed",
)  # fmt: skip
LEGEND = """\
seconds, CPU s: median of the runs, from the people to the pairs. peak MB: of the whole process, the people included.
total fit: of our mutual fit, whoever made the pairs. gap: what is missing, at most, to the best total there is, by our
certificate; in ours the lift of groups that come off below average is part of it, up to 0.1 %. weakest tenth: mean fit
of the tenth of the matches that fit least. blocking: pairs who would both rather have each other; ~ where some mentees,
drawn by lot, stood for all. speed: times as fast as dense cosine with SciPy."""


@dataclass(frozen=True)
class Size:
    n: int
    m: int
    places: str = "scarce"  # or "equal": as many places as mentees, the hard case

    def __str__(self) -> str:
        return f"{self.n:,} x {self.m:,}" + (", places = mentees" if self.places == "equal" else "")

    @property
    def pairs(self) -> int:
        return self.n * self.m


@dataclass(frozen=True)
class Row(Size):
    contender: str = ""
    runs: int = 0
    seconds: float | None = None
    work: float | None = None
    MB: float | None = None
    matched: int | None = None
    total: float | None = None
    gap: float | None = None
    weakest: float | None = None
    blocking: int | None = None
    sampled: bool = False
    speed: float | None = None
    passes: float | None = None  # how often every pair was scored
    gflop: float | None = None
    note: str = ""  # why there are no figures

    def cells(self) -> list[str]:
        if self.note:
            return [self.contender, self.note]
        return [
            self.contender,
            str(self.runs),
            _short(self.seconds),
            _short(self.work),
            f"{self.MB:,.0f}",
            "" if self.matched is None else f"{self.matched:,}",
            "" if self.total is None else f"{self.total:,.2f}",
            "" if self.gap is None else f"{self.gap:.3%}",
            "" if self.weakest is None else f"{self.weakest:.3f}",
            "" if self.blocking is None else f"{'~' * self.sampled}{self.blocking:,}",
            "" if self.speed is None else f"{self.speed:.1f}" if self.speed < 100 else f"{self.speed:,.0f}",
        ]


Runs = Mapping[str, Sequence[Mapping[str, Any]]]


def rows(size: Size, runs: Runs, notes: Mapping[str, str], verdicts: Mapping[str, Verdict]) -> list[Row]:
    """One for each contender, in their order. `notes` stand for those without a single run."""
    ours = runs[KINDRED][0] if runs[KINDRED] else None
    bound = verdicts[KINDRED].total * (1 + ours["gap"]) if ours else None
    dense = _median(runs[DENSE], "seconds") if runs[DENSE] else None
    made = []
    for name, done in runs.items():
        if not done:
            made.append(Row(size.n, size.m, size.places, name, note=notes[name]))
            continue
        seconds, verdict = _median(done, "seconds"), verdicts.get(name)
        judged = verdict and {
            "matched": verdict.matched,
            "total": verdict.total,
            "gap": max(0.0, bound / verdict.total - 1) if bound and verdict.total else None,
            "weakest": verdict.weakest,
            "blocking": verdict.blocking,
            "sampled": verdict.sampled,
            "speed": dense / seconds if dense else None,
        }
        made.append(
            Row(
                size.n,
                size.m,
                size.places,
                name,
                len(done),
                seconds,
                _median(done, "work"),
                max(run["MB"] for run in done),
                passes=done[0].get("passes"),
                gflop=done[0].get("gflop"),
                **(judged or {}),
            )
        )
    return made


def text(found: Sequence[Row]) -> str:
    cells = [list(HEADS), *(row.cells() for row in found)]
    return "\n".join(_line(row).rstrip() for row in cells)


def markdown(found: Sequence[Row]) -> str:
    lines = [f"| {' | '.join(HEADS)} |", f"|---|{'--:|' * (len(HEADS) - 1)}"]
    for row in found:
        cells = row.cells()
        lines.append(f"| {' | '.join(cells + [''] * (len(HEADS) - len(cells)))} |")
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    if len(cells) == 2:
        return f"{cells[0]:30}  {cells[1]}"
    return f"{cells[0]:30}" + "".join(
        f"{cell:>{max(9, len(head) + 2)}}" for cell, head in zip(cells[1:], HEADS[1:], strict=False)
    )


def _short(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.3f}" if seconds < 10 else f"{seconds:,.1f}"


def _median(runs: Sequence[Mapping[str, Any]], what: str) -> float:
    return statistics.median(run[what] for run in runs)
