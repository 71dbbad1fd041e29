"""The people of `bench.pools` as members of a program: each answer sealed, with its grants, as if they had joined."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Program
from bench.pools import GROUPS, TAGS, family
from consent import gate
from consent.models import Answer
from consent.purposes import Reach
from home.actions import community
from home.synthetic import Community, Person, Said
from matching.engine.types import Person as Drawn

MODEL = "bench"
"""The label of the numbers beside each text: as after a text model has read it, which it does once."""
COUNTED = "gender"
VOCABULARY = {
    "values": {"weight": 1, "add": [{"key": tag, "label": tag} for tag in TAGS]},
    "languages": {"weight": 0},
    COUNTED: {"add": [{"key": name, "label": name} for name in GROUPS]},
}


def write(n: int, m: int, seed: int, now: datetime) -> tuple[Program, Any]:
    """A program of n mentees and m mentors, and its coordinator. Nobody has weights of their own: no page asks."""
    mentees, mentors, _ = family(n, m, seed)
    people = Community(seed, _joined("mentee", mentees), _joined("mentor", mentors))
    program, coordinator = community.write(community=people, now=now)
    program.vocabulary = VOCABULARY
    program.save(update_fields=["vocabulary"])
    _read_texts(program, {f"{person.id}@example.org": person for person in [*mentees, *mentors]})
    return program, coordinator


def _joined(role: str, drawn: list[Drawn]) -> tuple[Person, ...]:
    return tuple(
        Person(
            role=role,
            number=number,
            name=person.id,
            email=f"{person.id}@example.org",
            time_zone="UTC",
            language="en",
            standing="approved",
            capacity=person.capacity,
            answers=_said(person),
        )
        for number, person in enumerate(drawn)
    )


def _said(person: Drawn) -> tuple[Said, ...]:
    ticked = [
        ("values", person.answers["values"]),
        ("languages", person.answers["languages"]),
        (COUNTED, person.groups),
    ]
    choices = [
        Said(key, "given", {"chosen": sorted(said), "described": ""}, Reach.HELP_MATCH, statistics=key == COUNTED)
        for key, said in ticked
        if said
    ]
    return (*choices, Said("about", "given", person.id, Reach.HELP_MATCH))


def _read_texts(program: Program, people: dict[str, Drawn]) -> None:
    texts = list(Answer.objects.filter(membership__program=program, facet="about").select_related("membership__user"))
    for text in texts:
        numbers = people[text.membership.user.email].answers["about"]
        text.numbers = gate.seal_numbers(text.membership_id, "about", MODEL, numbers)
        text.model = MODEL
    Answer.objects.bulk_update(texts, ["numbers", "model"], batch_size=500)
