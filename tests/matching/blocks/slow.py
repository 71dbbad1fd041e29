"""Kindred's worker that stops in the middle of a block, to be killed there: `celery -A tests.matching.blocks.slow`.

Blocks are small. In its folder it writes down each block that it begins, and the bytes of what a run came to."""

import hashlib
import os
import time
from pathlib import Path
from typing import Any

from config.celery import app
from matching import engine
from matching.engine import candidates, passes
from matching.engine.sides import Found, Part, Side

__all__ = ["app"]

FEW_PAIRS = 12
STOPS_AFTER = "TEST_STOPS_AFTER"
quick, look = engine.match, passes.scan
folder = Path(os.environ.get("KINDRED_DATA", ""))
begun = 0


def match(*args: Any, **kwargs: Any) -> engine.Result:
    found = quick(*args, **kwargs)
    (folder / "result").write_bytes(found.to_bytes())
    return found


def scan(part: Part, right: Side) -> Found:
    global begun
    with (folder / "begun").open("a") as file:
        file.write(hashlib.sha256(part.to_bytes() + right.to_bytes()).hexdigest() + "\n")
    while begun >= int(os.environ[STOPS_AFTER]) and not (folder / "go on").exists():
        time.sleep(0.05)
    begun += 1
    return look(part, right)


if STOPS_AFTER in os.environ:
    candidates.BLOCK = candidates.LEAST_BLOCK = FEW_PAIRS
    passes.cores = lambda: 1
    engine.match, passes.scan = match, scan
