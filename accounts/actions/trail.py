"""The trail: what those did who look after others, as a chain that cannot be changed unseen.

An entry's link is a digest of the link before it and of every field of the entry; its seal is a digest of the link that
only who has a key of ours can make. Whoever can write into the database, but has no key, cannot change, add, move or
take out an entry without `check` finding it. Taking entries off the end leaves a whole, shorter chain: only a head that
was noted elsewhere shows that. Links need no key, so that a head that was noted stays good when keys change."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import Program, TrailEntry, User

Act = TrailEntry.Act
SALT = "accounts.trail"
FIRST = 0


@dataclass(frozen=True)
class Found:
    """What `check` found: how many acts, where the chain ends, and what is wrong with it."""

    acts: int
    head: str
    wrong: list[str]


@transaction.atomic
def record(*, act: Act, by: User | None, row: Model, program: Program | uuid.UUID | None, now: datetime) -> TrailEntry:
    """Write down an act, in the transaction of what it says. `by` is None for the operator on the command line.

    Whoever comes meanwhile waits for the first entry, so that two never follow the same one."""
    _hold(now)
    last = TrailEntry.objects.order_by("-number")[0]
    entry = TrailEntry(number=last.number + 1, at=now, act=act, actor_id=by.pk if by else None)
    entry.kind, entry.row_id = row._meta.label, row.pk
    entry.program_id = program.pk if isinstance(program, Program) else program
    return _append(entry, last.link)


def check(*, against: str = "") -> Found:
    """Walk the whole chain. `against`: a head that was noted before, which must still stand where it stood."""
    wrong: list[str] = []
    before, head, expected, noted = "", "", FIRST, not against
    for entry in TrailEntry.objects.order_by("number").iterator():
        wrong += _faults(entry, before, expected)
        before, expected = entry.link, entry.number + 1
        head = head_of(entry)
        noted = noted or head == against
    if not noted:
        wrong.append(f"{against} stands nowhere: what was there has been taken off or written anew.")
    return Found(max(expected - 1, 0), head, wrong)


def head_of(entry: TrailEntry) -> str:
    """Where the chain stands after this entry, to be noted elsewhere."""
    return f"{entry.number}-{entry.link}"


def link(entry: TrailEntry, before: str) -> str:
    """The digest of an entry that follows `before`: every field but the seal, in one unmistakable form."""
    ids = [str(found) if found else "" for found in (entry.actor_id, entry.row_id, entry.program_id)]
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = json.dumps([before, entry.number, at, str(entry.act), entry.kind, *ids])
    return hashlib.sha256(said.encode()).hexdigest()


def reseal(batch: int = 500) -> Iterator[str]:
    """Seal anew under the first key what an older one sealed. What became of each: `kept`, `anew`, or `shut` (no key
    of ours made its seal)."""
    current = f"{_keys()[0][0]}:"
    for entry in TrailEntry.objects.order_by("number").iterator(chunk_size=batch):
        if entry.seal.startswith(current):
            yield "kept"
        elif not _is_sealed(entry):
            yield "shut"
        else:
            TrailEntry.objects.filter(pk=entry.pk).update(seal=_seal(entry.link))
            yield "anew"


def _hold(now: datetime) -> None:
    """The first entry, locked until the end of the transaction; it is made when it is first needed."""
    if not TrailEntry.objects.filter(number=FIRST).exists():
        begun = TrailEntry(number=FIRST, at=now, act=Act.BEGUN)
        begun.link = link(begun, "")
        begun.seal = _seal(begun.link)
        TrailEntry.objects.bulk_create([begun], ignore_conflicts=True)
    TrailEntry.objects.select_for_update().get(number=FIRST)


def _append(entry: TrailEntry, before: str) -> TrailEntry:
    entry.link = link(entry, before)
    entry.seal = _seal(entry.link)
    entry.save(force_insert=True)
    return entry


def _faults(entry: TrailEntry, before: str, expected: int) -> Iterator[str]:
    if entry.number != expected:
        yield f"{entry.number} comes where {expected} should."
    if entry.link != link(entry, before):
        yield f"{entry.number} was changed, or does not follow the one before it."
    if not _is_sealed(entry):
        yield f"{entry.number} bears no seal of ours."


def _keys() -> list[tuple[str, str]]:
    """Each key's id and secret; the first one seals."""
    return [(key_id, secret) for key_id, _, secret in (word.partition(":") for word in settings.ANSWER_KEYS)]


def _seal(words: str) -> str:
    key_id, secret = _keys()[0]
    return f"{key_id}:{_digest(words, secret)}"


def _is_sealed(entry: TrailEntry) -> bool:
    key_id, _, digest = entry.seal.partition(":")
    return any(
        known == key_id and constant_time_compare(digest, _digest(entry.link, secret)) for known, secret in _keys()
    )


def _digest(words: str, secret: str) -> str:
    return salted_hmac(SALT, words, secret=secret, algorithm="sha256").hexdigest()
