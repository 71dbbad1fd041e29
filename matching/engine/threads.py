"""One thread for the linear algebra: more workers make the engine faster, not more threads in each of them.

On a busy machine the threads of one small product wait for each other many times longer than it takes; and sums
that are split differently differ in their last bits, so that the same seed would not give the same bytes.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import ThreadpoolController

P = ParamSpec("P")
R = TypeVar("R")


def on_one_thread(work: Callable[P, R]) -> Callable[P, R]:
    """Limits the libraries loaded when `work` first begins: to look for them takes longer than a small pool does."""
    libraries = cache(ThreadpoolController)

    @wraps(work)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        with libraries().limit(limits=1):
            return work(*args, **kwargs)

    return limited
