"""Answers that take equally long: what is done for a known address and for an unknown one differs by a few rows, and
a clock would tell."""

import time
from collections.abc import Callable, Collection
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def paced(view: View, *, methods: Collection[str] = ("POST",)) -> View:
    """What is sent in is answered `settings.PACE` seconds later; what takes longer, after twice as long, or three
    times: never when it happens to be done."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        begun = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method in methods:
            if hasattr(response, "render"):
                response.render()
            time.sleep(rest(time.monotonic() - begun, settings.PACE))
        return response

    return answer


always_paced = partial(paced, methods=("GET", "POST"))
"""Where the page itself knows whether there is somebody behind the address."""


def rest(taken: float, pace: float) -> float:
    """Seconds to the next beat."""
    return pace - taken % pace if pace else 0.0
