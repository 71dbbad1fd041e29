"""A mentee's private list: wanted, computed for all of a program that wait, out of date, computed again.

What B did not let reach people they are suggested to changes nothing here: not the list, not its order, not whether or
when it is computed again."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership, Program
from config.celery import ring
from matching import queries, reasons
from matching.actions import claims, markets
from matching.actions.claims import Clock
from matching.actions.markets import Drawn
from matching.models import Shortlist, Suggestion

if TYPE_CHECKING:
    from matching.engine.types import Pairing
    from matching.pool import Pool

COMPUTE = "matching.tasks.compute_shortlists"
FRESH, FRESH_IF_EMPTY = timedelta(days=1), timedelta(minutes=10)
AT_A_TIME = 500
WRITTEN = ["state", "claim", "tries", "computed_at", "basis", "seed", "hindrances", "held_back"]
State = Shortlist.State


@transaction.atomic
def want(*, mentee: Membership, now: datetime) -> Shortlist:
    """Have a mentee's list computed (again). What it shows stays until the new one is there."""
    fields = {"seed": seed_of(mentee.program_id, now), "wanted_at": now}
    row, created = Shortlist.objects.get_or_create(mentee=mentee, defaults=fields)
    if not created:
        Shortlist.objects.filter(pk=row.pk, state__in=[State.READY, State.FAILED]).update(
            state=State.QUEUED, tries=0, **fields
        )
        Shortlist.objects.filter(pk=row.pk, state=State.RUNNING).update(wanted_at=now)
        row.refresh_from_db()
    ring(COMPUTE, str(mentee.program_id))
    return row


def refresh(*, mentee: Membership, now: datetime) -> Shortlist:
    """The list as it stands; wanted where there is none yet or it is out of date."""
    row = Shortlist.objects.filter(mentee=mentee).first()
    if row is None or (row.state == State.READY and is_out_of_date(row, now)):
        return want(mentee=mentee, now=now)
    return row


def compute(*, program_id: uuid.UUID, clock: Clock = timezone.now) -> int:
    """Work off all lists of a program that wait, in one computation. How many were written."""
    begun = clock()
    claim = claims.take(queries.lists_of(program_id), begun)
    if claim is None:
        return 0
    held, program = Shortlist.objects.filter(claim=claim), Program.objects.get(pk=program_id)
    from_what = {"computed_at": begun, "basis": queries.ledger_head(), "seed": seed_of(program_id, begun)}
    try:
        drawn = _draw(program, held, claims.Beat(held, claim, clock), from_what)
    except claims.Lost:
        return 0
    with transaction.atomic():
        return _record(_mine(held), program, drawn, from_what)


def give_back(*, now: datetime) -> int:
    """Lists whose worker has fallen silent wait again; the programs of those that wait are announced again."""
    markets.let_go(now=now)
    claims.give_back(Shortlist.objects.all(), now)
    waiting = Shortlist.objects.filter(state=State.QUEUED).order_by("mentee__program_id")
    programs = list(waiting.values_list("mentee__program_id", flat=True).distinct())
    for program_id in programs:
        ring(COMPUTE, str(program_id))
    return len(programs)


def is_out_of_date(row: Shortlist, now: datetime) -> bool:
    """Somebody on it is not to be met any more, or said something new in the open; or the mentee did something; or it
    is simply old: others may have joined."""
    listed = list(queries.listed(row))
    if row.computed_at is None or row.computed_at < now - (FRESH if listed else FRESH_IF_EMPTY):
        return True
    if len(queries.available(row.mentee, listed)) < len(listed):
        return True
    return queries.said_since(row, [suggestion.mentor_id for suggestion in listed])


def seed_of(program_id: uuid.UUID, now: datetime) -> int:
    """Of a program and a week. It is nobody's in particular: were it that of whoever waits, one person's list would
    depend on who else had something computed. Looking again in the same week draws no other lots."""
    year, week, _ = now.isocalendar()
    digest = hashlib.sha256(f"{program_id}:{year}:{week}".encode()).digest()
    return int.from_bytes(digest[:6])


def _mine(held: QuerySet[Shortlist]) -> list[Shortlist]:
    rows = held.filter(state=State.RUNNING)
    return list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))


def _draw(program: Program, held: QuerySet[Shortlist], beat: claims.Beat, from_what: dict[str, Any]) -> Drawn:
    wanted = list(held.values_list("mentee_id", flat=True))
    basis, seed, now = from_what["basis"], from_what["seed"], from_what["computed_at"]
    if len(wanted) == 1 and (drawn := markets.draw_one(program, wanted[0], seed, basis, now)):
        return drawn
    keep = queries.wanted_in_the_open(held)
    return markets.draw_all(program, wanted, seed, basis, now, keep=keep, beat=beat)


def _record(lists: list[Shortlist], program: Program, drawn: Drawn, from_what: dict[str, Any]) -> int:
    """Write what still holds: asked again of the database, in the transaction that writes."""
    fresh = markets.load(program, from_what["computed_at"], drawn.among)
    Suggestion.objects.filter(shortlist__in=lists).delete()
    suggestions: list[Suggestion] = []
    for row in lists:
        mentee = str(row.mentee_id)
        suggestions += _suggestions(row, [one for one in drawn.pairings(mentee) if _holds(drawn, fresh, one)])
        row.hindrances = drawn.hindrances(mentee)
        row.held_back = list(drawn.held_back.get(mentee, ()))
        # Wanted again while it was computed: perhaps for something that came too late for it.
        row.state = State.QUEUED if row.wanted_at > from_what["computed_at"] else State.READY
        row.claim, row.tries = None, 0
        row.computed_at, row.basis, row.seed = from_what["computed_at"], from_what["basis"], from_what["seed"]
    Suggestion.objects.bulk_create(suggestions, batch_size=AT_A_TIME)
    Shortlist.objects.bulk_update(lists, WRITTEN, batch_size=AT_A_TIME)
    return len(lists)


def _holds(drawn: Drawn, fresh: "Pool", pairing: "Pairing") -> bool:
    mentee, mentor = drawn.people[pairing.mentee], drawn.people[pairing.mentor]
    if not fresh.allows(mentee.id, mentor.id) or not fresh.people[mentor.id].capacity:
        return False
    return fresh.still_says(mentee) and fresh.still_says(mentor)


def _suggestions(row: Shortlist, kept: "Sequence[Pairing]") -> Iterator[Suggestion]:
    for position, pairing in enumerate(kept, start=1):
        why = reasons.stored(pairing.reasons)
        yield Suggestion(shortlist=row, mentor_id=uuid.UUID(pairing.mentor), position=position, reasons=why)
