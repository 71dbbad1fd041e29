"""Kindred's worker with a matcher that takes its time, to be killed in the middle: `celery -A tests.matching.slow`."""

import time
from typing import Any

from config.celery import app
from matching import engine

__all__ = ["app"]

STEPS, A_STEP = 100, 0.5
quick = engine.match


def slow(*args: Any, **kwargs: Any) -> Any:
    for step in range(STEPS):
        time.sleep(A_STEP)
        kwargs["progress"](step, STEPS)
    return quick(*args, **kwargs)


engine.match = slow
