"""`python -m proof [KEY ...]`: each goal in a process of its own, two at a time, one line for each, and what was wrong.

Status 1 if a goal is not reached, a planted defect is not caught, a look without a defect finds something, a goal did
not end in time, or, when all were asked for, one that was promised is not there."""

import argparse
import json
import os
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path

from proof import goals, runner
from proof.goal import Size
from proof.showing import Result

CLEAN = {Size.FULL: 5, Size.SHORT: 1, Size.LEAST: 1}
MINUTES = {Size.FULL: 120.0, Size.SHORT: 5.0, Size.LEAST: 5.0}
FEWEST_DEFECTS = 60
SHOWN = 20
"""Lines of what was wrong; more do not say more."""


def main(arguments: list[str]) -> int:
    asked = read(arguments)
    unknown = sorted(set(asked.keys) - set(goals.MODULES))
    if unknown:
        print(f"There is no goal {', '.join(unknown)}; there are: {', '.join(goals.MODULES)}", file=sys.stderr)
        return 2
    started = time.monotonic()
    modules = {key: goals.MODULES[key] for key in asked.keys or goals.MODULES}
    results: list[Result] = []
    how = {name: getattr(asked, name) for name in ("size", "seed", "clean", "minutes", "most")}
    for result in runner.run(modules, **how):
        print(line(result), *details(result), sep="\n", flush=True)
        results.append(result)
    print(f"\n{summary(results)}; {asked.size}, {time.monotonic() - started:,.0f} s")
    lacking = [] if asked.keys else [*lacks(results)]
    print(*lacking, sep="\n", end="\n" if lacking else "")
    if asked.json:
        Path(asked.json).write_text(json.dumps([asdict(result) | {"reached": result.reached} for result in results]))
    return 0 if all(result.reached for result in results) and not lacking else 1


def read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m proof", description="Shows the privacy goals.")
    parser.add_argument("keys", nargs="*", metavar="KEY", type=str.upper, help="such as T5; all, if none is named")
    size = Size.SHORT if os.environ.get("QUICK") else Size.FULL
    parser.add_argument("--size", type=Size, choices=list(Size), default=size)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED") or 7))
    parser.add_argument("--clean", type=int, metavar="LOOKS", help="how many looks without a defect; 5 at full size")
    parser.add_argument(
        "--most", type=int, metavar="DEFECTS", default=sys.maxsize, help="plant so many of each goal's, drawn by lot"
    )
    parser.add_argument("--minutes", type=float, help="how long one goal may take")
    parser.add_argument("--json", metavar="FILE", help="what was found, for machines")
    asked = parser.parse_args(arguments)
    asked.clean = max(asked.clean or CLEAN[asked.size], 1)
    asked.minutes = asked.minutes or MINUTES[asked.size]
    return asked


def line(result: Result) -> str:
    verdict = "reached" if result.reached else "NOT REACHED"
    return (
        f"{result.key:<4} {verdict:<11} {result.cells:>11,} cells  "
        f"{len(result.caught):>2} of {result.defects:>2} planted defects caught  "
        f"seed {result.seed}  {result.seconds:>6,.0f} s  {result.sentence}"
    )


def details(result: Result) -> list[str]:
    told = [*result.wrong[:SHOWN]]
    if len(result.wrong) > SHOWN:
        told.append(f"and {len(result.wrong) - SHOWN:,} more")
    told += [f"not caught: {name}" for name in result.missed]
    told += [f"a false alarm: {found}" for found in result.alarms[:SHOWN]]
    told += [result.broken] * bool(result.broken)
    if not (told or result.reached):
        told = ["it looked nowhere, or has no planted defect"]
    return [f"     {one}".replace("\n", "\n     ") for one in told]


def summary(results: list[Result]) -> str:
    caught, planted = sum(len(result.caught) for result in results), sum(result.defects for result in results)
    alarmed, clean = sum(bool(result.alarms) for result in results), sum(result.clean for result in results)
    return (
        f"{sum(result.reached for result in results)} of {len(results)} goals reached; {caught} of {planted} planted "
        f"defects caught; false alarms in {alarmed} goals, in {clean} looks without a defect"
    )


def lacks(results: list[Result]) -> list[str]:
    """What a whole run must have besides."""
    there = {result.key for result in results}
    lacking = [f"{key} is promised and not there" for key in goals.WANTED if key not in there]
    planted = sum(result.defects for result in results)
    return lacking + [f"only {planted} planted defects, of {FEWEST_DEFECTS}"] * (planted < FEWEST_DEFECTS)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended from outside."))  # not without what it started
    sys.exit(main(sys.argv[1:]))
