"""`python -m bench [name …]`: runs the measurements beside this file, each by its `main()`."""

import importlib
import sys
import time
from pathlib import Path


def names() -> list[str]:
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def main(wanted: list[str]) -> int:
    if unknown := set(wanted) - set(names()):
        print(f"There is no measurement {', '.join(sorted(unknown))}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    failed = []
    for name in wanted or names():
        print(f"== {name}", flush=True)
        started = time.monotonic()
        if importlib.import_module(f"bench.{name}").main():
            failed.append(name)
        print(f"   {time.monotonic() - started:.1f} s\n", flush=True)
    if failed:
        print(f"Not reached: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
