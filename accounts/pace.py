"""Answers that take equally long: what is done for a known address and for an unknown one differs by a few rows, and
a clock would tell."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def paced(view: View) -> View:
    """What is sent in is answered no sooner than after `settings.PACE` seconds."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        ready = time.monotonic() + settings.PACE
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            if hasattr(response, "render"):
                response.render()
            time.sleep(max(0.0, ready - time.monotonic()))
        return response

    return answer
