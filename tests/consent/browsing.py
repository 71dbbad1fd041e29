"""What the tests of pages share: where a question is, what its form sends, what a page says."""

import re

from django.urls import reverse

from consent import access, notice, vocabulary
from tests.cast import signed_in

FACETS = {facet.key: facet for facet in vocabulary.load().facets}
PLACES = {key: access.place_of(facet) for key, facet in FACETS.items()}


def url(name: str, member, key: str = "values") -> str:
    place = [PLACES[key]] if name in {"facet", "forget", "wish", "reach"} else []
    return reverse(f"consent:{name}", args=[member.pk, *place])


def choice(facet: str, key: str) -> str:
    return str([known.key for known in FACETS[facet].choices].index(key))


def answer(member, facet: str, do: str = "save", **typed):
    data = {"v": notice.version_for(member.program), "do": do, **typed}
    return signed_in(member).post(url("facet", member, facet), data)


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
