"""What a person looks for in the other. A wish is a grant, too: to act in matching, and on lists if they say so."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, Standing
from accounts.refusals import Refusal
from consent import gate, notice, queries, vocabulary
from consent.actions import grants
from consent.actions.answers import HasLeft, NotAsked, hold
from consent.facets import Facet
from consent.models import LedgerEntry, Wish
from consent.purposes import Purpose

MOST = 40
OTHER = {Role.MENTEE: Role.MENTOR, Role.MENTOR: Role.MENTEE}


class TooManyWishes(Refusal):
    sentence = _("That is as many wishes as we can work with. Please take one away before you add another.")


class OnlyABoundary(Refusal):
    sentence = _("This can only be something that should never be.")


@transaction.atomic
def add(
    *,
    membership: Membership,
    facet: str,
    value: str,
    strength: Wish.Strength,
    on_lists: bool,
    now: datetime,
) -> Wish:
    """Wish for one value of a facet; wishing for the same again changes how much it matters.

    Raises NotAsked, HasLeft, TooManyWishes, OnlyABoundary; AnswerError where nobody can wish for that value."""
    held = hold(membership)
    if held.standing == Standing.LEFT:
        raise HasLeft
    wanted = _facet(held, facet)
    cleaned = wanted.clean_wish(value)
    if wanted.texts.boundary and strength != Wish.Strength.NEVER:
        raise OnlyABoundary
    before = gate.own_wishes(held)
    same = next((wish for wish in before if (wish.facet, wish.value) == (facet, cleaned)), None)
    if same is None and len(before) >= MOST:
        raise TooManyWishes
    if same:
        return _change(held, Wish.objects.get(pk=same.id), strength, on_lists, now)
    _record(held, facet, _purposes(on_lists), LedgerEntry.Event.GRANTED, now)
    sealed = gate.seal_wish(held.pk, facet, cleaned)
    return Wish.objects.create(
        membership=held, facet=facet, strength=strength, sealed=sealed, on_lists=on_lists, saved_at=now
    )


@transaction.atomic
def add_all(
    *,
    membership: Membership,
    facet: str,
    values: Iterable[str],
    strength: Wish.Strength,
    on_lists: bool,
    now: datetime,
) -> None:
    """Wish for several values of one facet alike: all of them, or none."""
    for value in values:
        add(membership=membership, facet=facet, value=value, strength=strength, on_lists=on_lists, now=now)


@transaction.atomic
def remove(*, wish: Wish, now: datetime) -> None:
    """Take a wish back; a second time does nothing."""
    held = hold(wish.membership)
    for row in Wish.objects.filter(pk=wish.pk):
        row.delete()
        _record(held, row.facet, _purposes(row.on_lists), LedgerEntry.Event.WITHDRAWN, now)


def facets_to_wish_for(membership: Membership) -> list[Facet]:
    """What the other side is asked, and somebody may look for."""
    other = OTHER.get(Role(membership.role))
    asked = vocabulary.for_program(membership.program.vocabulary).facets
    return [facet for facet in asked if (facet.texts.wish or facet.texts.boundary) and other in facet.roles]


def _change(held: Membership, wish: Wish, strength: Wish.Strength, on_lists: bool, now: datetime) -> Wish:
    if (wish.strength, wish.on_lists) == (strength, on_lists):
        return wish
    if wish.on_lists and not on_lists:
        _record(held, wish.facet, [Purpose.SHOW_SUGGESTED], LedgerEntry.Event.WITHDRAWN, now)
    _record(held, wish.facet, _purposes(on_lists), LedgerEntry.Event.GRANTED, now)
    wish.strength, wish.on_lists, wish.saved_at = strength, on_lists, now
    wish.save(update_fields=["strength", "on_lists", "saved_at"])
    return wish


def _facet(membership: Membership, key: str) -> Facet:
    for facet in facets_to_wish_for(membership):
        if facet.key == key:
            return facet
    raise NotAsked


def _purposes(on_lists: bool) -> list[Purpose]:
    return [Purpose.MATCH, Purpose.SHOW_SUGGESTED] if on_lists else [Purpose.MATCH]


def _record(held: Membership, facet: str, purposes: list[Purpose], event: LedgerEntry.Event, now: datetime) -> None:
    grants.record(
        membership_id=held.pk,
        facet=queries.WISH + facet,
        purposes=purposes,
        event=event,
        notice=notice.version_for(held.program),
        language=held.user.language,
        now=now,
    )
