"""How an action says no: out loud, with a sentence that may stand on the screen."""

from typing import ClassVar

from django.utils.functional import Promise


class Refusal(Exception):
    """The base of everything that an action refuses. Each kind brings its own kind sentence."""

    sentence: ClassVar[str | Promise]

    def __str__(self) -> str:
        return str(self.sentence)
