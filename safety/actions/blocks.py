"""Blocking: these two never meet again, and neither is told.

People whom something connects are parted first: that is `home.actions.blocks`, which calls this."""

from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Refusal
from safety.models import Block


class Yourself(Refusal):
    sentence = _("This is you. Please choose somebody else.")


class NotYours(Refusal):
    sentence = _("Only who made this block can lift it.")


def digests(address: str) -> list[str]:
    """Keyed digests, the first by the key in use: they tell whether two addresses are the same one, and nothing else
    without our keys."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    plain = address.strip().lower()
    return [salted_hmac("safety.block", plain, secret=key, algorithm="sha256").hexdigest() for key in keys]


@transaction.atomic
def block(*, blocker: User, blocked: User, now: datetime) -> Block:
    """Blocking somebody twice is blocking them once."""
    if blocker.pk == blocked.pk:
        raise Yourself
    return Block.objects.get_or_create(blocker=blocker, blocked=blocked, defaults={"at": now})[0]


@transaction.atomic
def block_address(*, blocker: User, address: str, now: datetime) -> Block:
    """Block whoever has this address, now or later. The same rows and words whether we know it or not."""
    known = digests(address)
    if known[0] in _digests(blocker):
        raise Yourself
    row = Block.objects.filter(blocker=blocker, address__in=known).first()
    row = row or Block.objects.get_or_create(blocker=blocker, address=known[0], defaults={"at": now})[0]
    for person in people_at(address):
        _fill_in(row, person)
    return row


@transaction.atomic
def unblock(*, block: Block, by: User) -> None:
    """Lift one block. If the same person was blocked by address too, that other block stands."""
    if block.blocker_id != by.pk:
        raise NotYours
    person = block.blocked
    block.delete()
    if person is not None:
        resolve_addresses(users=[person])


@transaction.atomic
def resolve_addresses(*, users: list[User]) -> None:
    """People whose address was blocked before they were here (or before it was theirs) are blocked from now on."""
    for user in users:
        for row in Block.objects.filter(address__in=_digests(user), blocked=None).exclude(blocker=user).order_by("id"):
            _fill_in(row, user)


@transaction.atomic
def outlive(*, user: User) -> None:
    """Before somebody is erased: whoever keeps away from them keeps away from their addresses from now on, so that it
    holds if they come back."""
    proved = EmailAddress.objects.filter(user=user, verified=True).order_by("pk").values_list("email", flat=True)
    by_name = Block.objects.filter(blocked=user)
    for row in by_name.select_related("blocker").order_by("id"):
        for known in map(digests, proved):
            if not Block.objects.filter(blocker=row.blocker, address__in=known).exists():
                Block.objects.create(blocker=row.blocker, address=known[0], at=row.at)
    by_name.filter(address="").delete()
    by_name.update(blocked=None)


def people_at(address: str) -> list[User]:
    """Who proved that this address is theirs."""
    wanted = address.strip().lower()
    proved = EmailAddress.objects.filter(email=wanted, verified=True).values("user")
    return list(User.objects.filter(pk__in=proved).order_by("id"))


def _digests(user: User) -> set[str]:
    proved: Iterable[str] = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {found for address in proved for found in digests(address)}


def _fill_in(row: Block, person: User) -> None:
    """The database refuses where the two have a block by name already, or an agreement that nobody ended yet: then
    the row waits, and whoever lifts the one or ends the other asks again."""
    try:
        with transaction.atomic():
            Block.objects.filter(pk=row.pk, blocked=None).update(blocked=person)
    except IntegrityError:
        return
