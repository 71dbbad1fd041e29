"""A community that does not exist, drawn from a seed: the same seed, the same people, on every machine.

`draw` is a pure function from a seed to plain rows. `manage.py demo_data` writes them."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from consent import vocabulary
from consent.purposes import Reach
from consent.vocabulary import Facet, Value

SOURCE = Path(__file__).with_name("synthetic.toml")
APPLICANTS = {"mentee": 4, "mentor": 2}
PLACES = (1, 1, 1, 2, 2, 2, 3, 3, 4)
BANDS = {18: "18-24", 25: "25-34", 35: "35-44", 45: "45-54", 55: "55-64", 65: "65-plus"}
STEPS = (Reach.ONLY_ME, Reach.HELP_MATCH, Reach.MATCHED, Reach.SUGGESTED)


@dataclass(frozen=True)
class Said:
    """One answer. `kind` is as in `consent.models.Answer.Kind`; only a given one has a value."""

    facet: str
    kind: str
    value: Value = ""
    reach: Reach = Reach.ONLY_ME
    circles: bool = False
    statistics: bool = False


@dataclass(frozen=True)
class Wished:
    facet: str
    value: str
    strength: str
    on_lists: bool = False


@dataclass(frozen=True)
class Person:
    role: str
    number: int
    name: str
    email: str
    time_zone: str
    language: str
    standing: str
    capacity: int
    answers: tuple[Said, ...]
    wishes: tuple[Wished, ...] = ()

    def said(self, facet: str) -> Value | None:
        return next((said.value for said in self.answers if said.facet == facet and said.kind == "given"), None)


@dataclass(frozen=True)
class Community:
    seed: int
    mentees: tuple[Person, ...] = field(repr=False)
    mentors: tuple[Person, ...] = field(repr=False)


@cache
def source() -> dict[str, Any]:
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def draw(seed: int, mentees: int = 120, mentors: int = 60) -> Community:
    """The first mentee and the first mentor are always the same two: the people one signs in as. The last few of each
    role have only just applied. Everybody else depends on the seed and their own number, not on how many there are."""
    names = list(dict.fromkeys(source()["names"]))
    Random(f"{seed} names").shuffle(names)  # noqa: S311
    featured = {source()["featured"][role]["name"] for role in ("mentee", "mentor")}
    names = [name for name in names if name not in featured]
    return Community(
        seed,
        tuple(person(seed, "mentee", number, mentees, names[0::2]) for number in range(mentees)),
        tuple(person(seed, "mentor", number, mentors, names[1::2]) for number in range(mentors)),
    )


def person(seed: int, role: str, number: int, among: int, names: Sequence[str]) -> Person:
    if number == 0:
        return feature(role)
    rng = Random(f"{seed} {role} {number}")  # noqa: S311
    region = rng.choices(source()["region"], [region["share"] for region in source()["region"]])[0]
    answers = answer_all(rng, role, region)
    return Person(
        role=role,
        number=number,
        name=name_of(number, names),
        email=f"{role}-{number:03d}@example.org",
        time_zone=region["zone"],
        language="en",
        standing=standing(role, number, among),
        capacity=rng.choice(PLACES) if role == "mentor" else 1,
        answers=answers,
        wishes=wish_some(rng, role, answers),
    )


def feature(role: str) -> Person:
    data = source()["featured"][role]
    facet = vocabulary.load().facet
    reach = {key: Reach(data["reaches"].get(key, Reach.SUGGESTED)) for key in data["answers"]}
    answers = [
        Said(key, "given", facet(key).clean(value), reach[key], statistics=is_counted(role, facet(key), reach[key]))
        for key, value in data["answers"].items()
    ]
    return Person(
        role=role,
        number=0,
        name=data["name"],
        email=f"{role}@example.org",
        time_zone=data["zone"],
        language=data["language"],
        standing="approved",
        capacity=data["capacity"],
        answers=tuple(answers),
        wishes=tuple(Wished(**wish) for wish in data["wishes"]),
    )


def name_of(number: int, names: Sequence[str]) -> str:
    """Names run out in a large community; then they come with an initial."""
    again, which = divmod(number - 1, len(names))
    return names[which] if not again else f"{names[which]} {chr(64 + (again - 1) % 26 + 1)}."


def standing(role: str, number: int, among: int) -> str:
    """The last few wait at the door, half of them already checked; now and then a mentor takes a rest."""
    waiting = min(APPLICANTS[role], among // 6)
    if number >= among - waiting:
        return "checked" if (among - number) % 2 == 0 else "applied"
    return "paused" if role == "mentor" and number % 23 == 22 else "approved"


def answer_all(rng: Random, role: str, region: dict[str, Any]) -> tuple[Said, ...]:
    themes = rng.sample(source()["theme"], rng.choice((1, 2, 2)))
    about, at_least = write(rng, role, themes)
    drawn = {
        **threads(rng, themes),
        **tastes(rng),
        **meeting(rng, region),
        **identity(rng, role, region, at_least),
        "about": about,
    }
    return tuple(say(rng, role, facet, drawn.get(facet.key, "")) for facet in vocabulary.load().asked_of(role))


def say(rng: Random, role: str, facet: Facet, value: Value) -> Said:
    """Answered, skipped or rather not said, and how far it may travel."""
    skip = source()["skipped"].get(facet.key, 0.25 if facet.group == "self" else 0.02)
    if rng.random() < skip or facet.is_empty(value):
        return Said(facet.key, "not_said" if facet.may_decline and rng.random() < 0.3 else "skipped")
    reach = rng.choices(STEPS, source()["reaches"][reach_kind(role, facet)])[0]
    circles, statistics = rng.random() < 0.3, rng.random() < 0.6
    return Said(facet.key, "given", value, reach, circles, statistics and is_counted(role, facet, reach))


def is_counted(role: str, facet: Facet, reach: Reach) -> bool:
    """Whether somebody would be asked if they may be counted, and their yes would stand."""
    return role == "mentee" and facet.is_counted and reach != Reach.ONLY_ME


def reach_kind(role: str, facet: Facet) -> str:
    if facet.key in source()["reaches"]:
        return facet.key
    if facet.key in ("access", "openness"):
        return "only a match"
    if facet.key in ("languages", "availability", "formats"):
        return "meeting"
    if facet.identity:
        return "identity of a mentor" if role == "mentor" else "identity"
    return "plain"


def threads(rng: Random, themes: list[dict[str, Any]]) -> dict[str, Value]:
    """Goals, topics and skills that belong together, because they come from the same themes, and one stray each."""
    return {key: thread(rng, key, themes) for key in ("goals", "topics", "skills")}


def thread(rng: Random, key: str, themes: list[dict[str, Any]]) -> Value:
    facet = vocabulary.load().facet(key)
    keys = list(dict.fromkeys(key_ for theme in themes for key_ in theme[key]))
    kept = rng.sample(keys, min(len(keys), rng.randint(2, facet.max_choices or 4)))
    return chosen(facet, [*kept, rng.choice(facet.first_choices).key] if rng.random() < 0.5 else kept)


def tastes(rng: Random) -> dict[str, Value]:
    own = rng.choice(source()["own_values"]) if rng.random() < 0.1 else ""
    return {
        "employer": rng.choice(source()["workplaces"]),
        "values": pick(rng, "values", 3, 6, own),
        "interests": pick(rng, "interests", 2, 5),
        "work": pick(rng, "work", 1, 2),
        "communication": pick(rng, "communication", 1, 3),
    }


def meeting(rng: Random, region: dict[str, Any]) -> dict[str, Value]:
    spoken = rng.sample(region["languages"], min(len(region["languages"]), rng.choice((1, 1, 2))))
    languages = [*spoken, "en"] if rng.random() < 0.86 else spoken
    formats = rng.choices((["online"], ["online", "in-person"], ["in-person"]), (62, 34, 4))[0]
    facet = vocabulary.load().facet
    return {
        "languages": chosen(facet("languages"), languages),
        "availability": facet("availability").clean([slot(rng) for _ in range(rng.randint(2, 5))]),
        "formats": chosen(facet("formats"), formats),
        "place": rng.choice(region["towns"]),
    }


def slot(rng: Random) -> dict[str, Any]:
    day = rng.randrange(7)
    start, end = rng.choice(source()["daytimes" if day >= 5 or rng.random() < 0.2 else "evenings"])
    return {"day": day, "start": start, "end": end}


def identity(rng: Random, role: str, region: dict[str, Any], at_least: int) -> dict[str, Value]:
    facet = vocabulary.load().facet
    gender = one_of(rng, source()["odds"]["gender"])
    own_gender = rng.choice(source()["own_genders"]) if gender == ["nonbinary"] and rng.random() < 0.3 else ""
    roots = rng.sample(region["cultures"], min(len(region["cultures"]), rng.choice((1, 1, 2))))
    ages = [(odds, year) for odds, year in source()["odds"][f"age_{role}"] if year >= at_least]
    drawn = {key: one_of(rng, source()["odds"][key]) for key in ("faith", "disability", "openness")}
    drawn |= {"gender": gender, "culture": roots, "age": [BANDS[one_of(rng, ages)]]}
    drawn["orientation"] = one_of(rng, [odd for odd in source()["odds"]["orientation"] if goes(odd[1], gender)])
    return {
        **{key: chosen(facet(key), keys, own_gender if key == "gender" else "") for key, keys in drawn.items()},
        "pronouns": rng.choice(source()["pronouns"].get(gender[0], source()["pronouns"]["anyone"])),
        "access": rng.choice(source()["access"]),
    }


def goes(orientation: Sequence[str], gender: Sequence[str]) -> bool:
    """People use words as they like; a drawn community is more readable where most use them as most people do."""
    if "man" in gender:
        return not {"lesbian", "sapphic"} & set(orientation)
    return "woman" not in gender or "gay" not in orientation


def write(rng: Random, role: str, themes: list[dict[str, Any]]) -> tuple[str, int]:
    """Some sentences, and the age from which somebody can say them."""
    lines = [rng.choice(theme[role]) for theme in themes]
    opening, closing = rng.choice(source()["openings"][role]), rng.choice(source()["closings"][role])
    ages = [int(line[:2]) for line in lines if line[2:4] == "+ "]
    lines = [line[4:] if line[2:4] == "+ " else line for line in lines]
    return " ".join([opening, *lines, closing] if rng.random() < 0.8 else [*lines, closing]), max(ages, default=18)


def wish_some(rng: Random, role: str, answers: tuple[Said, ...]) -> tuple[Wished, ...]:
    """Mostly none to three, often for somebody who shares what one is or has lived through."""
    count = rng.choices((0, 1, 2, 3), (30, 34, 24, 12) if role == "mentee" else (65, 25, 10, 0))[0]
    wishable = [said for said in answers if said.kind == "given" and vocabulary.load().facet(said.facet).texts.wish]
    return tuple(wish(rng, said) for said in rng.sample(wishable, min(count, len(wishable))))


def wish(rng: Random, said: Said) -> Wished:
    facet = vocabulary.load().facet(said.facet)
    own = said.value["chosen"] if isinstance(said.value, dict) else []
    value = rng.choice(own) if own and rng.random() < 0.8 else rng.choice(facet.first_choices).key
    return Wished(said.facet, value, one_of(rng, source()["odds"]["strength"]), on_lists=rng.random() < 0.3)


def pick(rng: Random, key: str, least: int, most: int, own: str = "") -> Value:
    """Some choices, those of the short list three times as likely as the rest."""
    facet = vocabulary.load().facet(key)
    urn = [choice.key for choice in facet.first_choices] * 3 + [choice.key for choice in facet.more_choices]
    rng.shuffle(urn)
    return chosen(facet, list(dict.fromkeys(urn))[: rng.randint(least, most)], own)


def chosen(facet: Facet, keys: Sequence[str], own: str = "") -> Value:
    kept = list(dict.fromkeys(keys))[: facet.max_choices]
    return facet.clean({"chosen": kept, "described": own})


def one_of(rng: Random, urn: Sequence[tuple[int, Any]]) -> Any:
    return rng.choices([what for _, what in urn], [odds for odds, _ in urn])[0]
