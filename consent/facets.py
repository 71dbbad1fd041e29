"""One facet: what it asks, which answers it takes, how an answer reads.

Texts are kept as they stand in vocabulary.toml and pass through gettext whenever they are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from consent import values
from consent.values import AnswerError, Value

ROLES = ("mentee", "mentor", "ally", "facilitator")
CHOICE_KINDS = ("tags", "skills", "languages", "formats")
PLAIN_KINDS = ("text", "place", "note")
KINDS = (*CHOICE_KINDS, *PLAIN_KINDS, "availability")


def say(source: str) -> str:
    """Translated; gettext answers "" with the head of its catalogue."""
    return gettext(source) if source else ""


@dataclass(frozen=True)
class Choice:
    key: str
    source: str
    more: bool = False
    alone: bool = False

    @property
    def label(self) -> str:
        return say(self.source)


@dataclass(frozen=True)
class Group:
    """A page of facets."""

    key: str
    title_source: str
    intro_source: str

    @property
    def title(self) -> str:
        return say(self.title_source)

    @property
    def intro(self) -> str:
        return say(self.intro_source)


@dataclass(frozen=True)
class Texts:
    """The English words of a facet; "" where it has none."""

    label: str
    question: str
    why: str
    who: str
    question_mentor: str = ""
    hint: str = ""
    wish: str = ""
    boundary: str = ""
    reason: str = ""
    reason_mentor: str = ""


@dataclass(frozen=True)
class Facet:
    key: str
    kind: str
    roles: tuple[str, ...]
    group: str
    identity: bool
    texts: Texts
    weight: float
    choices: tuple[Choice, ...] = ()
    self_describe: bool = False
    may_decline: bool = False
    max_choices: int | None = None
    max_length: int = 1200

    @cached_property
    def labels(self) -> dict[str, str]:
        """The English label of each choice, in order."""
        return {choice.key: choice.source for choice in self.choices}

    @cached_property
    def alone(self) -> frozenset[str]:
        return frozenset(choice.key for choice in self.choices if choice.alone)

    @property
    def label(self) -> str:
        return say(self.texts.label)

    @property
    def hint(self) -> str:
        return say(self.texts.hint)

    @property
    def why(self) -> str:
        return say(self.texts.why)

    @property
    def who(self) -> str:
        return say(self.texts.who)

    @property
    def wish(self) -> str:
        """How a wish for this facet begins ("Someone who enjoys"); "" where nobody can wish for it."""
        return say(self.texts.wish)

    @property
    def is_matched(self) -> bool:
        """A note is shown, never compared."""
        return self.kind != "note"

    @property
    def is_counted(self) -> bool:
        """Whether anonymous statistics may go by it: by choices that say who somebody is."""
        return self.identity and self.kind in CHOICE_KINDS

    @property
    def boundary(self) -> str:
        """How a boundary begins ("Somebody from"), which ends in the words of whoever draws it; "" without one."""
        return say(self.texts.boundary)

    @property
    def first_choices(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if not choice.more)

    @property
    def more_choices(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if choice.more)

    def question(self, role: str) -> str:
        mentor = self.texts.question_mentor if role == "mentor" else ""
        return say(mentor or self.texts.question)

    def reason(self, reader_role: str, words: Sequence[str] = ()) -> str:
        """Why two people were brought together, as a sentence for the reader; "" where the facet gives no reason."""
        mentor = self.texts.reason_mentor if reader_role == "mentor" else ""
        return say(mentor or self.texts.reason).replace("{words}", ", ".join(words))

    def clean(self, raw: Any) -> Value:
        """The value in its canonical shape (see `consent.values`). Raises AnswerError, but not for an empty one."""
        if self.kind == "availability":
            return values.clean_slots(raw, facet=self.key)
        if self.kind in PLAIN_KINDS:
            return values.clean_text(raw, facet=self.key, longest=self.max_length, lines=self.kind == "text")
        return values.clean_chosen(
            raw,
            facet=self.key,
            known=self.labels,
            alone=self.alone,
            most=self.max_choices,
            own_words=self.self_describe,
        )

    def clean_wish(self, raw: Any) -> str:
        """The one choice that somebody looks for in the other, or the words of a boundary. Raises AnswerError."""
        if self.texts.boundary and (words := values.clean_text(raw, facet=self.key, longest=self.max_length)):
            return words
        if not self.texts.wish or raw not in list(self.labels):
            expected = "a known choice" if self.texts.wish else "no wish for this facet"
            raise AnswerError(self.key, "wish", raw, expected, gettext("Please choose from the list."))
        return str(raw)

    @staticmethod
    def is_empty(value: Value) -> bool:
        return not (value["chosen"] or value["described"]) if isinstance(value, dict) else not value

    def words(self, value: Value) -> list[str]:
        """A cleaned value as words to show, one entry per choice, time or text; [] when empty."""
        if isinstance(value, str):
            return [value] if value else []
        if isinstance(value, list):
            return [values.slot_words(slot) for slot in value]
        own = [value["described"]] if value["described"] else []
        return [self.word(key) for key in value["chosen"]] + own

    def word(self, key: str) -> str:
        """A program may drop a choice that somebody has already made: their key is then all that is left to show."""
        return say(self.labels[key]) if key in self.labels else key.replace("-", " ")
