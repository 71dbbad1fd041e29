"""`python -m bench [name …]`: runs the measurements beside this file, each by its `main()`, the long one last.

A measurement whose `main()` returns something did not reach what it promised; one that raises is broken, and only
that makes the whole run fail. A full run of all of them writes docs/performance.md, unless the engine's is broken.
QUICK=1 takes two minutes."""

import importlib
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import SubprocessError

from bench import findings, page

Main = Callable[[], int | None]
LONGEST = "engine"
FAULTS = (ArithmeticError, AssertionError, LookupError, OSError, RuntimeError, SubprocessError, ValueError)


def measurements() -> dict[str, Main]:
    stems = {path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_")}
    modules = {stem: importlib.import_module(f"bench.{stem}") for stem in stems}
    return {
        stem: modules[stem].main
        for stem in sorted(stems, key=lambda stem: (stem == LONGEST, stem))
        if hasattr(modules[stem], "main")
    }


def main(wanted: list[str]) -> int:
    there = measurements()
    if unknown := set(wanted) - set(there):
        print(f"There is no measurement {', '.join(sorted(unknown))}; there are: {', '.join(there)}", file=sys.stderr)
        return 2
    code = run({name: there[name] for name in wanted or there})
    if "rows" in findings.kept and not (wanted or os.environ.get("QUICK")):
        page.write()
    return code


def run(chosen: Mapping[str, Main]) -> int:
    fell_short, broken = [], []
    for name, measurement in chosen.items():
        print(f"== {name}", flush=True)
        started = time.monotonic()
        try:
            if measurement():
                fell_short.append(name)
        except FAULTS:  # what is measured after it is worth having all the same
            traceback.print_exc()
            broken.append(name)
        print(f"   {time.monotonic() - started:.1f} s\n", flush=True)
    _conclude(fell_short, broken)
    return 1 if broken else 0


def _conclude(fell_short: list[str], broken: list[str]) -> None:
    print("== goals")
    for goal in sorted(findings.goals, key=lambda goal: goal.name):
        print(goal)
    missed = sorted({goal.name for goal in findings.goals if goal.reached is False} | set(fell_short))
    print(f"\nNot reached: {', '.join(missed) or 'nothing'}")
    if broken:
        print(f"Broken: {', '.join(broken)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
