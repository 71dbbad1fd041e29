"""What a program asks, in which words: read from vocabulary.toml, changed by the program's own overrides.

A program's overrides (`Program.vocabulary`, JSON) name facets and what is different about them there:

    {"faith":  {"hide": true},
     "skills": {"add": [{"key": "grants", "label": "Grant applications", "more": true}],
                "question": "…", "question_mentor": "…", "hint": "…", "why": "…", "weight": 3}}

`for_program` refuses whatever it does not know with a VocabularyError. No program can ask what Kindred never asks.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from consent.facets import CHOICE_KINDS, KINDS, ROLES, Choice, Facet, Group, Texts, say
from consent.values import AnswerError, Chosen, Slot, Value

__all__ = [
    "AnswerError", "Choice", "Chosen", "Facet", "Group", "Slot", "Texts", "Value", "Vocabulary", "VocabularyError",
    "Words", "for_program", "load", "read",
]  # fmt: skip

SOURCE = Path(__file__).with_name("vocabulary.toml")
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NEVER_ASKED = re.compile(
    r"(legal|birth|former|dead|old)[ -]?name|assigned (at|sex)|sex at birth|birth sex", re.IGNORECASE
)
HEAVIEST = 5
TEXTS = tuple(text.name for text in fields(Texts))
FACET_FIELDS = {
    *TEXTS, "key", "kind", "roles", "identity", "group", "weight", "choices", "self_describe", "still_figuring",
    "no_labels", "may_decline", "max_choices", "max_length",
}  # fmt: skip
OVERRIDE_TEXTS = ("question", "question_mentor", "hint", "why")
OVERRIDE_FIELDS = {*OVERRIDE_TEXTS, "hide", "add", "weight"}


class VocabularyError(ValueError):
    """The file, or a program's overrides, say something that cannot be."""

    def __init__(self, facet: str, field: str, value: object, expected: str) -> None:
        super().__init__(f"facet {facet!r}, field {field!r}: {value!r} where {expected} was expected")
        self.facet, self.field, self.value, self.expected = facet, field, value, expected


@dataclass(frozen=True)
class Words:
    """Said beside every question."""

    skip: str
    who: str
    who_identity: str
    self_describe: str
    more: str
    figuring: str
    no_labels: str
    decline: str


@dataclass(frozen=True)
class Vocabulary:
    version: str
    sources: Words
    groups: tuple[Group, ...]
    facets: tuple[Facet, ...]

    @property
    def words(self) -> Words:
        return Words(**{word.name: say(getattr(self.sources, word.name)) for word in fields(Words)})

    @property
    def texts(self) -> list[str]:
        """The facets whose free text is compared."""
        return [facet.key for facet in self.facets if facet.kind == "text"]

    def facet(self, key: str) -> Facet:
        """Raises KeyError for a facet that is unknown, or hidden here."""
        return {facet.key: facet for facet in self.facets}[key]

    def __contains__(self, key: str) -> bool:
        return any(facet.key == key for facet in self.facets)

    def asked_of(self, role: str) -> tuple[Facet, ...]:
        return tuple(facet for facet in self.facets if role in facet.roles)

    def pages(self, role: str) -> list[tuple[Group, tuple[Facet, ...]]]:
        """The groups that ask this role anything, each with what it asks."""
        asked = self.asked_of(role)
        pages = [(group, tuple(facet for facet in asked if facet.group == group.key)) for group in self.groups]
        return [(group, facets) for group, facets in pages if facets]


@cache
def load() -> Vocabulary:
    return read(tomllib.loads(SOURCE.read_text(encoding="utf-8")))


def for_program(overrides: Mapping[str, Any]) -> Vocabulary:
    base = load()
    if not isinstance(overrides, Mapping):
        raise VocabularyError("", "overrides", overrides, "an object that names facets")
    if not overrides:
        return base
    for key in overrides:
        expect(key in base, key, "facet", key, "a facet of the vocabulary")
    facets = [change(facet, overrides.get(facet.key, {})) for facet in base.facets]
    digest = hashlib.sha256(json.dumps(overrides, sort_keys=True).encode()).hexdigest()[:12]
    return replace(base, version=f"{base.version}+{digest}", facets=tuple(facet for facet in facets if facet))


def change(facet: Facet, override: Any) -> Facet | None:
    """The facet as this program asks it; None where it does not."""
    expect(isinstance(override, Mapping), facet.key, "override", override, "an object")
    for field in override:
        expect(field in OVERRIDE_FIELDS, facet.key, field, override[field], f"one of {sorted(OVERRIDE_FIELDS)}")
    hide = take(override, facet.key, "hide", bool, False)
    texts = {name: read_text(override, facet.key, name) for name in OVERRIDE_TEXTS if name in override}
    weight = take(override, facet.key, "weight", float, facet.weight)
    light = not facet.identity or weight <= facet.weight
    expect(light, facet.key, "weight", weight, "no more than before, since identity acts by wish,")
    added = read_choices(override, facet.key, "add")
    expect(not added or facet.kind in CHOICE_KINDS, facet.key, "add", "choices", "nothing: it has no choices")
    changed = replace(facet, texts=replace(facet.texts, **texts), weight=weight, choices=facet.choices + added)
    check(changed)
    return None if hide else changed


def read(data: Mapping[str, Any]) -> Vocabulary:
    """The vocabulary in parsed TOML. Raises VocabularyError with facet, field, value and what was expected."""
    words = Words(**{word.name: take(data["words"], "words", word.name, str) for word in fields(Words)})
    groups = tuple(Group(group["key"], group["title"], group["intro"]) for group in data["group"])
    facets = tuple(read_facet(raw, words) for raw in data["facet"])
    keys = [facet.key for facet in facets]
    for facet in facets:
        expect(facet.group in {group.key for group in groups}, facet.key, "group", facet.group, "a group of the file")
        expect(keys.count(facet.key) == 1, facet.key, "key", facet.key, "a key used once")
    return Vocabulary(version=take(data, "", "version", str), sources=words, groups=groups, facets=facets)


def read_facet(raw: Mapping[str, Any], words: Words) -> Facet:
    key = take(raw, "", "key", str)
    for field in raw:
        expect(field in FACET_FIELDS, key, field, raw[field], f"one of {sorted(FACET_FIELDS)}")
    identity = take(raw, key, "identity", bool)
    texts = {name: read_text(raw, key, name) for name in TEXTS if name in raw}
    texts.setdefault("who", words.who_identity if identity else words.who)
    for name in ("label", "question", "why"):
        expect(name in texts, key, name, None, "text")
    facet = Facet(
        key=key,
        kind=take(raw, key, "kind", str),
        roles=tuple(take(raw, key, "roles", list)),
        group=take(raw, key, "group", str),
        identity=identity,
        texts=Texts(**texts),
        weight=take(raw, key, "weight", float),
        choices=read_choices(raw, key, "choices") + common_choices(raw, key, words),
        self_describe=take(raw, key, "self_describe", bool, False),
        may_decline=take(raw, key, "may_decline", bool, False),
        max_choices=take(raw, key, "max_choices", int, 0) or None,
        max_length=take(raw, key, "max_length", int, 1200),
    )
    check(facet)
    return facet


def read_choices(raw: Mapping[str, Any], facet: str, field: str) -> tuple[Choice, ...]:
    choices = []
    for item in take(raw, facet, field, list, []):
        well_formed = isinstance(item, Mapping) and {"key", "label"} <= item.keys() <= {"key", "label", "more", "alone"}
        expect(well_formed, facet, field, item, "a choice with key and label, perhaps more and alone,")
        more, alone = (take(item, facet, flag, bool, False) for flag in ("more", "alone"))
        choices.append(Choice(take(item, facet, "key", str), read_text(item, facet, "label"), more, alone))
    return tuple(choices)


def common_choices(raw: Mapping[str, Any], facet: str, words: Words) -> tuple[Choice, ...]:
    offered = (
        ("still_figuring", Choice("figuring", words.figuring)),
        ("no_labels", Choice("no-labels", words.no_labels)),
    )
    return tuple(choice for field, choice in offered if take(raw, facet, field, bool, False))


def read_text(raw: Mapping[str, Any], facet: str, field: str) -> str:
    text: str = take(raw, facet, field, str).strip()
    expect(bool(text), facet, field, text, "some words")
    expect(not NEVER_ASKED.search(text), facet, field, text, "nothing that Kindred never asks for")
    return text


def take(raw: Mapping[str, Any], facet: str, field: str, kind: type, default: Any = None) -> Any:
    """The field, which must be of that kind; required unless it has a default. Whole numbers pass for float."""
    value = raw.get(field, default)
    fits = type(value) is kind or (kind is float and type(value) is int)
    expect(fits, facet, field, value, {str: "text", bool: "true or false", list: "a list"}.get(kind, "a number"))
    return value


def check(facet: Facet) -> None:
    keys = [choice.key for choice in facet.choices]
    expect(bool(KEY.fullmatch(facet.key)), facet.key, "key", facet.key, "lower-case words joined by hyphens")
    expect(facet.kind in KINDS, facet.key, "kind", facet.kind, f"one of {KINDS}")
    expect(facet.roles != () and set(facet.roles) <= set(ROLES), facet.key, "roles", facet.roles, f"some of {ROLES}")
    expect(0 <= facet.weight <= HEAVIEST, facet.key, "weight", facet.weight, f"0 to {HEAVIEST}")
    has_choices = facet.kind in CHOICE_KINDS
    expect(bool(keys) is has_choices, facet.key, "choices", keys, "choices" if has_choices else "no choices")
    for key in keys:
        expect(bool(KEY.fullmatch(key)), facet.key, "choices", key, "a key of lower-case words joined by hyphens")
        expect(keys.count(key) == 1, facet.key, "choices", key, "a key used once")
    expect(not facet.texts.wish or has_choices, facet.key, "wish", facet.texts.wish, "no wish without choices")
    in_words = facet.kind == "note"
    expect(not facet.texts.boundary or in_words, facet.key, "boundary", facet.texts.boundary, "a boundary on a note")


def expect(truth: bool, facet: str, field: str, value: object, expected: str) -> None:
    if not truth:
        raise VocabularyError(facet, field, value, expected)
