"""Small pools for the engine's tests: the vocabulary, plain people, and Hypothesis strategies."""

from array import array
from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import strategies as st

from matching.engine.pool import pool
from matching.engine.types import Facet, Kind, Person, Settings, Slot, Strength, Wish

FACETS = (
    Facet("values", Kind.TAGS),
    Facet("skills", Kind.SKILLS),
    Facet("about", Kind.TEXT),
    Facet("hours", Kind.AVAILABILITY),
    Facet("languages", Kind.LANGUAGES, 0.5),
    Facet("formats", Kind.FORMATS),
    Facet("place", Kind.PLACE),
    Facet("identity", Kind.TAGS, 0.0),
)
SETTINGS = Settings(facets=FACETS, week=date(2026, 3, 25))
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]
WORDS = ["garden", "gardening", "books", "Bücher", "кафе", "hike", "music", "日本", "calm"]
WEIGHED = ["values", "skills", "about", "hours"]


def only(*kinds_or_facets):
    """Settings with the facets of these keys alone."""
    return replace(SETTINGS, facets=tuple(facet for facet in FACETS if facet.key in kinds_or_facets))


def person(id_, *, wishes=(), avoid=(), capacity=1, weights=None, timezone="UTC", **answers):
    plain = {k: frozenset(v) if isinstance(v, set) else v for k, v in answers.items()}
    return Person(id_, plain, tuple(wishes), weights or {}, frozenset(avoid), capacity, timezone)


def nice(facet, value):
    return Wish(facet, value, Strength.NICE)


def important(facet, value):
    return Wish(facet, value, Strength.IMPORTANT)


def must(facet, value):
    return Wish(facet, value, Strength.MUST)


def fits(mentees, mentors, settings):
    """Mutual fits and who is possible, (mentees, mentors) each, both sides by id."""
    here = pool(mentees, mentors, settings)
    rows = np.arange(len(mentees))
    return here.score.block(rows), here.eligible.eligible(rows)


def some(values):
    return st.frozensets(st.sampled_from(values), min_size=1, max_size=3)


slots = st.builds(
    lambda day, start, length: Slot(day, start, min(start + length, 1440)),
    st.integers(0, 6),
    st.integers(0, 1380),
    st.integers(20, 600),
)
answers = st.fixed_dictionaries(
    {},
    optional={
        "values": some(["faith", "humour", "care", "art"]),
        "skills": some(["code", "cook", "speak"]),
        "about": st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join),
        "hours": st.lists(slots, min_size=1, max_size=4).map(tuple),
        "languages": some(["en", "de", "ar"]),
        "formats": some(["online", "in-person"]),
        "place": some(["Köln", "Leeds"]),
        "identity": some(["trans", "bi", "ace"]),
    },
)
wishes = st.lists(
    st.builds(
        lambda about, strength: Wish(about[0], about[1], strength),
        st.sampled_from([("identity", "trans"), ("identity", "bi"), ("values", "faith"), ("languages", "de")]),
        st.sampled_from([Strength.NICE, Strength.IMPORTANT, Strength.NICE, Strength.IMPORTANT, Strength.MUST]),
    ),
    max_size=2,
).map(tuple)
weights = st.dictionaries(st.sampled_from(WEIGHED), st.floats(0, 5, width=16), max_size=2)


def drawn(chance, size=3):
    """As many mentees as mentors, quickly: for tests with thousands of pools. Texts are numbers of a model."""
    return tuple([_anybody(f"{letter}{i}", chance) for i in range(size)] for letter in ("mentee", "mentor"))


def _anybody(id_, chance):
    def few(*values):
        return frozenset(chance.sample(values, chance.randint(1, 2)))

    said = {
        "values": few("faith", "humour", "care", "art"),
        "skills": few("code", "cook", "speak"),
        "about": array("f", [chance.uniform(-1, 1) for _ in range(3)]),
        "hours": (Slot(chance.randrange(2), start := 60 * chance.randrange(16), start + 60 * chance.randint(1, 4)),),
        "languages": few("en", "de", "ar"),
        "place": few("Köln", "Leeds"),
        "identity": few("trans", "bi", "ace"),
    }
    about = [("identity", "trans"), ("identity", "bi"), ("values", "faith"), ("skills", "code")]
    return Person(
        id_,
        {key: answer for key, answer in said.items() if chance.random() < 0.7},
        tuple(chance.choice([nice, important])(*chance.choice(about)) for _ in range(2)),
        {key: chance.uniform(0, 5) for key in chance.sample(WEIGHED, 2)},
        timezone=chance.choice(ZONES),
    )


ONE = st.just(1)


@st.composite
def people(draw, letter, most, places=ONE):
    size = draw(st.integers(0, most))
    return [
        Person(
            f"{letter}{i}",
            draw(answers),
            draw(wishes),
            draw(weights),
            capacity=draw(places),
            timezone=draw(st.sampled_from(ZONES)),
        )
        for i in range(size)
    ]


mentees = people("mentee", 7)
mentors = people("mentor", 5, st.integers(0, 3))
pairs = st.frozensets(st.tuples(st.integers(0, 6), st.integers(0, 4)), max_size=6).map(
    lambda found: {(f"mentee{a}", f"mentor{b}") for a, b in found}
)
