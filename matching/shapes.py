"""What people said, in the shapes that the matcher compares: from the vocabulary's to the engine's."""

from collections.abc import Mapping
from typing import Any

from consent import facets as asked
from consent.vocabulary import Vocabulary
from matching.engine.types import Answer, Facet, Kind, Slot
from matching.values import values

KINDS = {
    "tags": Kind.TAGS,
    "text": Kind.TEXT,
    "availability": Kind.AVAILABILITY,
    "skills": Kind.SKILLS,
    "languages": Kind.LANGUAGES,
    "formats": Kind.FORMATS,
    "place": Kind.PLACE,
}
RULES = {Kind.AVAILABILITY, Kind.LANGUAGES, Kind.FORMATS, Kind.PLACE}
NOT_FOR_WISHES = {Kind.TEXT, Kind.AVAILABILITY}


def facets(vocabulary: Vocabulary) -> tuple[Facet, ...]:
    """What takes part in matching: what weighs something, what is a rule, what can be wished for."""
    found = (Facet(facet.key, KINDS[facet.kind], facet.weight) for facet in vocabulary.facets if facet.is_matched)
    wished = {facet.key for facet in vocabulary.facets if facet.texts.wish}
    return tuple(facet for facet in found if facet.weight > 0 or facet.kind in RULES or facet.key in wished)


def answers(asked_here: Mapping[str, asked.Facet], opened: Mapping[str, Any]) -> dict[str, Answer]:
    """One person's, by facet, of the facets that take part; what is empty is absent."""
    shaped = {key: shape(asked_here[key], value) for key, value in sorted(opened.items()) if key in asked_here}
    return {key: answer for key, answer in shaped.items() if answer}


def shape(facet: asked.Facet, value: Any) -> Answer:
    if facet.kind == "availability":
        return tuple(Slot(slot["day"], minutes(slot["start"]), minutes(slot["end"])) for slot in value)
    return str(value) if facet.kind == "text" else values(facet, value)


def minutes(clock: str) -> int:
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)
