"""The matcher. Knows nothing of Django, of the database or of the time of day.

`match` and `shortlists` are loaded when first asked for, so that who only needs the types does not pay for arrays.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from matching.engine.types import Person, PoolError, Result, Settings

if TYPE_CHECKING:
    from matching.engine.lists import market, shortlists
    from matching.engine.runs import match

__all__ = ["Person", "PoolError", "Result", "Settings", "market", "match", "shortlists"]

LATER = {
    "market": "matching.engine.lists",
    "match": "matching.engine.runs",
    "shortlists": "matching.engine.lists",
}


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(LATER[name]), name)
