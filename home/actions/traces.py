"""Every trace of somebody: what is removed when they are erased, and what is left to others.

Rows that are theirs go with `User.delete`, by foreign key. What only names them goes here. Left to others is what those
wrote: an agreement, without its words, keeps the messages of the other side, and belongs to nobody on this one."""

import hashlib
import uuid
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.db.models import Model

from accounts.models import Membership, Program, Role, Standing, User
from consent.models import LedgerEntry
from matching.actions import blocks as run_blocks
from matching.models import MatchRun, Proposal
from mentorship.models import Agreement
from notices.models import Notice
from safety.actions import blocks
from safety.models import Concern, Session
from safety.sessions import opened

NOBODY = "somebody@erased.invalid"
"""The address of whoever stands in for those who are gone. Nobody can have it: `invalid` is no domain."""


def remove(*, user: User) -> None:
    """In one transaction, held by the caller. Whatever lasted has ended."""
    person = user.pk
    members = list(Membership.objects.filter(user=user).values_list("pk", flat=True))
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    _leave_to_others(user)
    _stop_runs(members)
    blocks.outlive(user=user)
    Concern.objects.filter(by=user).delete()
    Notice.objects.filter(address__in=addresses).delete()
    _forget_history(user, members)
    _forget_sessions(addresses)
    user.delete()
    LedgerEntry.objects.filter(membership_id__in=members).delete()
    _forget_cached(person, addresses)
    _forget_files(addresses)


def _leave_to_others(user: User) -> None:
    """An agreement or ask that has ended stays with the other side as it is for them, with nobody in this place. Where
    both are gone, nothing is left."""
    for side, other in (("mentee", "mentor"), ("mentor", "mentee")):
        for agreement in Agreement.objects.filter(**{f"{side}__user": user}).select_related("program"):
            agreement.versions.all().delete()
            agreement.meetings.exclude(planned_by=getattr(agreement, f"{other}_id")).delete()
            agreement.messages.filter(by__user=user).delete()
            _hand_over(agreement, side, other)
        for proposal in Proposal.objects.filter(**{f"{side}__user": user}).select_related("program"):
            own = {"note": b""} if side == "mentee" else {"passing": b""}
            Proposal.objects.filter(pk=proposal.pk).update(reasons=[], fit=None, **own)
            _hand_over(proposal, side, other)


def _hand_over(row: Agreement | Proposal, side: str, other: str) -> None:
    if getattr(row, other).user.email == NOBODY:
        row.delete()
    else:
        type(row)._base_manager.filter(pk=row.pk).update(**{side: nobody(row.program, Role(side))})


def nobody(program: Program, role: Role) -> Membership:
    """Who stands in for those who are gone: can neither sign in nor be met."""
    closed = {"name_to_use": "Somebody", "is_active": False, "password": make_password(None)}
    user, _ = User.objects.get_or_create(email=NOBODY, defaults=closed)
    left = {"standing": Standing.LEFT}
    return Membership.objects.get_or_create(program=program, user=user, role=role, defaults=left)[0]


def _stop_runs(members: list[uuid.UUID]) -> None:
    """What the workers of a run hand each other holds their answers: it begins anew, without them."""
    programs = Membership.objects.filter(pk__in=members).values("program")
    running = MatchRun.objects.filter(program__in=programs, state=MatchRun.State.RUNNING, parcels__isnull=False)
    held = MatchRun.objects.filter(pk__in=list(running.values_list("pk", flat=True)))
    held.update(state=MatchRun.State.QUEUED, claim=None)
    run_blocks.forget(held)


def _forget_history(user: User, members: list[uuid.UUID]) -> None:
    """What others did to their rows in coordination. What they did themselves goes with them."""
    factors = Authenticator.objects.filter(user=user).values_list("pk", flat=True)
    named: list[tuple[type[Model], list[object]]] = [
        (User, [user.pk]),
        (Membership, [*members]),
        (Authenticator, [*factors]),
    ]
    for model, keys in named:
        about = {"content_type": ContentType.objects.get_for_model(model), "object_id__in": [str(key) for key in keys]}
        LogEntry.objects.filter(**about).delete()


def _forget_sessions(addresses: set[str]) -> None:
    """Where they are signed in goes with them. Here are browsers in which their address waits for its code; what a
    session holds is sealed as a whole, so each is looked into."""
    waiting = Session.objects.filter(user=None).iterator()
    theirs = [row.pk for row in waiting if addresses & _strings(opened(row.pk, row.session_data))]
    Session.objects.filter(pk__in=theirs).delete()


def _strings(value: object) -> set[str]:
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return {found for one in inside for found in _strings(one)}
    return {value.lower()} if isinstance(value, str) else set()


def _forget_cached(person: uuid.UUID, addresses: set[str]) -> None:
    """Limits are counted under an id or the digest of an address."""
    backend = caches["default"]
    digests = {hashlib.sha256(address.encode()).hexdigest() for address in addresses}
    words = {backend.make_key(word).rpartition(":")[2] for word in (str(person), person.hex, *addresses, *digests)}
    if isinstance(backend, DatabaseCache):
        with connection.cursor() as cursor:
            for word in words:
                cursor.execute("DELETE FROM cache WHERE cache_key LIKE %s", [f"%{word}%"])
        return
    client = backend._cache.get_client(None, write=True)  # type: ignore[attr-defined]
    for word in words:
        for key in client.scan_iter(match=f"*{word}*", count=1000):
            client.delete(key)


def _forget_files(addresses: set[str]) -> None:
    """Mail that a demo keeps in files instead of sending it."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    for file in Path(folder).glob("*.log") if folder else ():
        if any(address in file.read_text(errors="replace") for address in addresses):
            file.unlink(missing_ok=True)
