"""What must let the attacker win: each lets a hidden answer be felt from outside, if only a little."""

import hashlib
from collections import Counter
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.http import HttpRequest, HttpResponse

from accounts.models import Membership
from consent import gate
from consent.models import Answer
from consent.purposes import Purpose
from matching import pool, queries, reasons, views
from matching.models import Proposal, Shortlist, Suggestion
from proof.goal import Defect
from proof.twin_defects import Planted, reasons_of_what_may_match

read = gate.read


def _is_trans(member: Membership) -> bool:
    """Whatever they let travel how far."""
    said = read(Purpose.MATCH, [member])[member.pk]
    return "gender" in said and "trans" in said["gender"]["chosen"]


def lists_of_what_may_match() -> Planted:
    """Only the lists: pages and reasons go on telling what is open, and nothing else."""
    mixed = {**Purpose.__members__, Purpose.SHOW_SUGGESTED.name: Purpose.MATCH}
    return mock.patch.object(pool, "Purpose", SimpleNamespace(**mixed))


def k_of_one_over_what_may_match() -> Planted:
    stack = ExitStack()
    stack.enter_context(lists_of_what_may_match())
    stack.enter_context(mock.patch.object(pool, "K", 1))
    return stack


def a_k_that_counts_the_hidden() -> Planted:
    """Five are enough, whether they say so in the open or not."""

    def common(self: Any) -> set[tuple[str, str]]:
        said = read(Purpose.MATCH, self.mentors)
        given = Counter(
            ("gender", value)
            for mentor in self.mentors
            if self.capacity[mentor.pk] and "gender" in said[mentor.pk]
            for value in said[mentor.pk]["gender"]["chosen"]
        )
        return {key for key, count in given.items() if count >= pool.K}

    return mock.patch.object(pool._Draft, "_common", common)


def a_boundary_that_acts_on_the_hidden() -> Planted:
    """Whom somebody would rather not meet is left out, though nobody can read why."""

    def meets(self: Any, member: Membership, facet: str, value: str) -> bool:
        return value in read(Purpose.MATCH, [member])[member.pk].get(facet, {}).get("chosen", ())

    return mock.patch.object(pool._Draft, "_meets", meets)


def an_order_that_knows() -> Planted:
    """Whoever would meet the wish stands first."""
    listed = queries.listed

    def first(row: Shortlist) -> list[Suggestion]:
        return sorted(listed(row), key=lambda one: not _is_trans(one.mentor))

    return mock.patch.object(queries, "listed", first)


def a_page_as_long_as_what_is_kept() -> Planted:
    """By a byte for each that is kept of a mentor."""
    page = views._mentor_page

    def padded(request: HttpRequest, suggestion: Any, form: Any) -> HttpResponse:
        response = page(request, suggestion, form)
        kept = Answer.objects.filter(membership=suggestion.mentor).values_list("sealed", flat=True)
        response.content += b" " * sum(map(len, kept))
        return response

    return mock.patch.object(views, "_mentor_page", padded)


def a_query_more() -> Planted:
    """Only where there is something to look up."""
    facts = reasons.facts

    def looked_up(member: Membership) -> Any:
        if _is_trans(member):
            Answer.objects.filter(membership=member).exists()
        return facts(member)

    return mock.patch.object(reasons, "facts", looked_up)


def an_ask_that_tells_what_both_hide() -> Planted:
    """Whoever says the same of themselves reads that the other does, too."""

    def why(proposal: Proposal, reader: Membership) -> list[str]:
        with mock.patch.object(reasons, "Purpose", SimpleNamespace(SHOW_SUGGESTED=Purpose.MATCH)):
            return for_proposal(proposal, reader)

    for_proposal = reasons.for_proposal
    return mock.patch.object(reasons, "for_proposal", why)


def a_page_that_takes_longer() -> Planted:
    """By a few milliseconds, and by nothing else: as many queries, as many bytes."""
    facts = reasons.facts

    def thought_over(member: Membership) -> Any:
        _think(_is_trans(member))
        return facts(member)

    return mock.patch.object(reasons, "facts", thought_over)


def a_list_that_takes_longer() -> Planted:
    """The worker thinks about what it must not use."""
    common = pool._Draft._common

    def thought_over(self: Any) -> Any:
        _think(sum(map(_is_trans, self.mentors)))
        return common(self)

    return mock.patch.object(pool._Draft, "_common", thought_over)


def _think(times: int) -> None:
    """For some fifteen milliseconds each."""
    hashlib.pbkdf2_hmac("sha256", b"", b"", 1 + 40_000 * times)


DEFECTS = tuple(
    Defect(plant.__name__.replace("_", " "), plant)
    for plant in (
        lists_of_what_may_match,
        reasons_of_what_may_match,
        a_page_as_long_as_what_is_kept,
        k_of_one_over_what_may_match,
        a_k_that_counts_the_hidden,
        a_boundary_that_acts_on_the_hidden,
        an_order_that_knows,
        an_ask_that_tells_what_both_hide,
        a_query_more,
        a_page_that_takes_longer,
        a_list_that_takes_longer,
    )
)
