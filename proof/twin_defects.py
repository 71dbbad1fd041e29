"""What must show in a twin world: each lets something that is nobody else's business reach what others see."""

import math
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from accounts.models import Membership
from consent import gate
from consent.actions import answers
from consent.models import Answer, LedgerEntry
from consent.purposes import Purpose
from matching import engine, pages, pool, queries, reasons
from matching.engine import features, text
from matching.engine.types import Person
from matching.models import Proposal, Shortlist
from notices.actions import outbox
from notices.models import Notice
from proof.goal import Defect
from safety.models import Block

Planted = AbstractContextManager[Any]
read = gate.read
OPEN = Purpose.SHOW_SUGGESTED


def lists_of_what_may_match() -> Planted:
    """Members' own lists are computed from all that may help to match."""

    def opened(purpose: Purpose, people: gate.People, **more: Any) -> gate.Answers:
        return read(Purpose.MATCH, people, **more)

    return mock.patch.object(pool.gate, "read", opened)


def reasons_of_what_may_match() -> Planted:
    """A mentor's page tells what they said only to help match them."""

    def facts(member: Membership) -> list[reasons.Fact]:
        return list(reasons._facts(member, read(Purpose.MATCH, [member])[member.pk]))

    return mock.patch.object(reasons, "facts", facts)


def order_by_the_last_word() -> Planted:
    """Whoever said something last stands first."""
    listed = queries.listed

    def latest(row: Shortlist) -> list[Any]:
        at = {row.membership_id: row.pk for row in LedgerEntry.objects.order_by("pk")}
        return sorted(listed(row), key=lambda one: -at.get(one.mentor_id, 0))

    return mock.patch.object(pages.queries, "listed", latest)


def a_count_of_hidden_answers() -> Planted:
    """Beside a name stands how many questions somebody answered."""
    told = reasons.for_suggestions

    def counting(mentee: Membership, suggestions: list[Any]) -> Any:
        found = told(mentee, suggestions)
        return {pk: [*why, str(Answer.objects.filter(membership=pk).count())] for pk, why in found.items()}

    return mock.patch.object(reasons, "for_suggestions", counting)


def a_header_with_a_length() -> Planted:
    """A header tells how much is kept of a mentor."""
    from matching import views

    page = views._mentor_page

    def measured(request: HttpRequest, suggestion: Any, form: Any) -> HttpResponse:
        response = page(request, suggestion, form)
        kept = Answer.objects.filter(membership=suggestion.mentor).values_list("sealed", flat=True)
        response["X-Size"] = str(sum(map(len, kept)))
        return response

    return mock.patch.object(views, "_mentor_page", measured)


def a_query_more_for_a_block() -> Planted:
    """Whoever is kept away from takes one query more."""
    of_user = queries.of_user

    def looked_up(user: Any) -> Any:
        for row in Block.objects.filter(blocked=user).order_by("pk"):
            Block.objects.filter(pk=row.pk).exists()
        return of_user(user)

    return mock.patch.object(queries, "of_user", looked_up)


def a_query_more_for_an_answer() -> Planted:
    """Asks come one query later where the other has something to hide."""
    before_yes = reasons.for_proposal

    def looked_up(proposal: Proposal, reader: Membership) -> list[str]:
        for row in Answer.objects.filter(membership__in=[proposal.mentee_id, proposal.mentor_id]):
            row.grants.exists()
        return before_yes(proposal, reader)

    return mock.patch.object(reasons, "for_proposal", looked_up)


def _hidden() -> dict[Any, dict[str, Any]]:
    """What may help to match and nothing more, by person."""
    everybody = list(Membership.objects.order_by("pk"))
    shown, matched = read(OPEN, everybody), read(Purpose.MATCH, everybody)
    return {
        pk: {facet: value for facet, value in said.items() if facet not in shown[pk]} for pk, said in matched.items()
    }


def rarity_over_hidden_answers() -> Planted:
    """How rare a value is takes everybody into account, also those who do not show it."""

    def rarity(mentees: Sequence[Person], mentors: Sequence[Person], key: str) -> dict[str, float]:
        said = [features.values(person, key) for side in (mentees, mentors) for person in side]
        hidden = [value[key]["chosen"] for value in _hidden().values() if isinstance(value.get(key), dict)]
        given = [one for one in (*said, *hidden) if one]
        times = Counter(value for one in given for value in one)
        return {value: math.log((1 + len(given)) / (1 + df)) + 1 for value, df in times.items()}

    return mock.patch.object(features, "rarity", rarity)


def texts_fitted_over_hidden_texts() -> Planted:
    """How rare a word is, too."""
    measured = text.measured

    def over_all(texts: Sequence[Any], mentees: int) -> Any:
        more = [said["about"] for said in _hidden().values() if "about" in said]
        rows, reader = measured([*texts, *more], mentees)
        return rows[: len(texts)], reader

    return mock.patch.object(text, "measured", over_all)


def prices_of_what_may_match() -> Planted:
    """Lists rest on what is shown, but how sought after a mentor is does not."""
    market = engine.market

    def priced(mentees: Iterable[Person], mentors: Iterable[Person], *args: Any, **more: Any) -> Any:
        made, hidden = market(mentees, mentors, *args, **more), _hidden()
        for column, mentor in enumerate(made.here.mentors):
            made.prices[column] += 1_000_000 * len(hidden.get(uuid.UUID(mentor.id), {}))
        for id_, aside in made.names.items():
            made.names[id_] = sorted(aside, key=lambda column: made.prices[column])
        return made

    return mock.patch.object(engine, "market", priced)


def private_wishes_that_act_on_all_lists() -> Planted:
    def everywhere(self: Any, member: Membership, own: bool) -> Iterable[gate.OwnWish]:
        return [] if own else self.wishes.get(member.pk, [])

    return mock.patch.object(pool._Draft, "_acting", everywhere)


def a_block_that_moves_others() -> Planted:
    """Who keeps away from somebody makes room for others: their lists change."""
    forbidden = pool._Draft._forbidden

    def everywhere(self: Any) -> Iterable[Any]:
        yield from forbidden(self)
        for mentee in self.mentees:
            for mentor in self.mentors:
                if frozenset({mentee.user_id, mentor.user_id}) in self.rows.blocked:
                    yield str(mentee.pk), str(mentor.pk)

    return mock.patch.object(pool._Draft, "_forbidden", everywhere)


def a_list_that_anything_puts_out_of_date() -> Planted:
    """A list is looked up again after whatever a listed mentor did."""

    def said_since(shortlist: Shortlist, mentors: list[Any]) -> bool:
        theirs = Q(membership_id__in=[*mentors, shortlist.mentee_id])
        return LedgerEntry.objects.filter(theirs, pk__gt=shortlist.basis).exists()

    return mock.patch.object(queries, "said_since", said_since)


def news_of_every_answer() -> Planted:
    """Who is asking somebody hears that they said something new."""
    save = answers.save

    def telling(**said: Any) -> Any:
        for ask in Proposal.objects.filter(mentor=said["membership"]).select_related("mentee__user").order_by("pk"):
            outbox.queue(to=ask.mentee.user, kind=Notice.Kind.ANSWERED, about=ask.pk, now=said["now"])
        return save(**said)

    return mock.patch.object(answers, "save", telling)


DEFECTS = tuple(
    Defect(plant.__name__.replace("_", " "), plant)
    for plant in (
        lists_of_what_may_match,
        reasons_of_what_may_match,
        order_by_the_last_word,
        a_count_of_hidden_answers,
        a_header_with_a_length,
        a_query_more_for_a_block,
        a_query_more_for_an_answer,
        rarity_over_hidden_answers,
        texts_fitted_over_hidden_texts,
        prices_of_what_may_match,
        private_wishes_that_act_on_all_lists,
        a_block_that_moves_others,
        a_list_that_anything_puts_out_of_date,
        news_of_every_answer,
    )
)
