"""What must let the attacker win: each lets a hidden answer be felt from outside, if only a little."""

import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from django.http import HttpRequest, HttpResponse

from accounts.models import Membership
from consent import gate
from consent.models import Answer
from consent.purposes import Purpose
from matching import pool, queries, reasons, views
from matching.models import Shortlist, Suggestion
from proof.goal import Defect
from proof.twin_defects import Planted, lists_of_what_may_match, reasons_of_what_may_match

read = gate.read


def _is_trans(member: Membership) -> bool:
    """Whatever they let travel how far."""
    said = read(Purpose.MATCH, [member])[member.pk]
    return "gender" in said and "trans" in said["gender"]["chosen"]


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


@contextmanager
def a_page_that_takes_longer() -> Any:
    """By a tenth of a second, for whom there is more to think about."""
    facts = reasons.facts

    def thought_over(member: Membership) -> Any:
        until = time.process_time() + 0.1 * _is_trans(member)
        while time.process_time() < until:
            pass
        return facts(member)

    with mock.patch.object(reasons, "facts", thought_over):
        yield


DEFECTS = tuple(
    Defect(plant.__name__.replace("_", " "), plant)
    for plant in (
        lists_of_what_may_match,
        reasons_of_what_may_match,
        a_page_as_long_as_what_is_kept,
        k_of_one_over_what_may_match,
        a_k_that_counts_the_hidden,
        an_order_that_knows,
        a_query_more,
        a_page_that_takes_longer,
    )
)
