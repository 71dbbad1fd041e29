"""What two people wrote to and for each other, and what they let each other know: mentorship's one way to the gate."""

import uuid
from collections.abc import Iterable, Mapping
from typing import TypedDict

from accounts.models import Membership
from consent import gate, letters, vocabulary
from consent.purposes import Purpose
from mentorship import outline
from mentorship.models import Meeting, Message, Version

JOINT = tuple(part.key for part in outline.JOINT)


class Terms(TypedDict):
    """What an agreement says. `parts` holds what each wrote on how out they are and where, by membership id."""

    goals: str
    cadence: str
    channel: str
    confidentiality: str
    limits: str
    ending: str
    parts: dict[str, str]


def merged(before: Terms | None, said: Mapping[str, str], by: uuid.UUID) -> Terms:
    """What was agreed so far, with what `by` says now: the joint words and their own `part`, never the other's."""
    unknown = set(said) - {*JOINT, "part"}
    if unknown:
        raise ValueError(f"terms know nothing called {sorted(unknown)}")
    joint = {key: said.get(key, before[key] if before else "") for key in JOINT}  # type: ignore[literal-required]
    parts = dict(before["parts"]) if before else {}
    if "part" in said:
        parts[str(by)] = said["part"]
    return Terms(**joint, parts=parts)  # type: ignore[typeddict-item]


def seal(owner: uuid.UUID, words: Terms | str) -> bytes:
    return letters.seal_letter(owner, words)


def terms_of(version: Version) -> Terms:
    terms: Terms = letters.open_letter(version.pk, bytes(version.sealed))
    return terms


def of_messages(messages: Iterable[Message]) -> list[tuple[Message, str]]:
    return [(message, letters.open_letter(message.pk, bytes(message.sealed))) for message in messages]


def of_meeting(meeting: Meeting) -> str:
    words: str = letters.open_letter(meeting.pk, bytes(meeting.sealed))
    return words


def told_to_match(membership: Membership) -> list[tuple[str, list[str]]]:
    """What this person lets their match know, as pairs of label and words, in the order of the questions: one query.

    Only for the other side of an agreement that lasts: `access` decides that before."""
    told = gate.read(Purpose.SHOW_MATCHED, [membership])[membership.pk]
    asked = vocabulary.for_program(membership.program.vocabulary).asked_of(membership.role)
    pairs = [(facet.label, facet.words(told[facet.key])) for facet in asked if facet.key in told]
    return [(label, words) for label, words in pairs if words]
