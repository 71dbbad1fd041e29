"""A coordinator's match run: queued, worked off by a worker, reviewed, published.

Only `execute` computes, and only there is the matcher imported: a web process never loads it."""

import secrets
import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import trail
from accounts.models import Membership, Program, User
from accounts.refusals import Refusal
from config.celery import ring
from matching import queries, reasons, review
from matching.actions import blocks, claims, drafts, moves
from matching.actions.claims import Clock
from matching.actions.moves import State
from matching.models import MatchRun, Proposal, Unmatched
from mentorship.actions import places

if TYPE_CHECKING:
    from matching.engine import Result
    from matching.engine.types import Pairing
    from matching.pool import Pool

EXECUTE = "matching.tasks.execute_run"
OBJECTIVES = {
    "most_then_fit": _("As many mentees as possible get a mentor; among those ways, the best fit for all."),
    "best_fit": _("The best fit for all, even if fewer mentees get a mentor."),
    "weakest_first": _("As many as possible; then the weakest match is made as strong as it can be."),
    "stable": _("No mentee and mentor would both rather have each other."),
}
AUDIT_EVERY = timedelta(days=7)
MEANWHILE = "meanwhile"
"""Stands among the hindrances of somebody who withdrew, paused, left or kept away while the run was computed."""


class AlreadyRunning(Refusal):
    sentence = _("A match run of this program is under way already. Please wait for it, or call it off.")


class NotReady(Refusal):
    sentence = _("This run cannot be published as it is now. Please look at it again.")


class NotUnderWay(Refusal):
    sentence = _("This run is not under way any more.")


class UnknownObjective(Refusal):
    sentence = _("Please choose one of the ways to match.")


def start(
    *,
    program: Program,
    by: User,
    now: datetime,
    objective: str = "most_then_fit",
    include_waiting: bool = False,
    seed: int | None = None,
) -> MatchRun:
    """Queue a run. One at a time for each program."""
    if objective not in OBJECTIVES:
        raise UnknownObjective
    settings = {"objective": objective, "include_waiting": include_waiting, "week": now.date().isoformat()}
    run = MatchRun(program=program, started_by=by, queued_at=now, settings=settings)
    run.seed = secrets.randbelow(2**53) if seed is None else seed
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            ring(EXECUTE, str(run.pk))
            trail.record(act=trail.Act.RUN_STARTED, by=by, row=run, program=program, now=now)
    except IntegrityError:
        if not MatchRun.objects.filter(program=program, state__in=MatchRun.State.ahead()).exists():
            raise
        raise AlreadyRunning from None
    return run


@transaction.atomic
def cancel(*, run: MatchRun, by: User, now: datetime) -> None:
    """Call it off; a worker that is at it notices with its next sign of life."""
    ahead = MatchRun.objects.filter(pk=run.pk, state__in=MatchRun.State.ahead())
    if not ahead.update(state=MatchRun.State.CANCELLED, claim=None, finished_at=now):
        raise NotUnderWay
    blocks.forget(MatchRun.objects.filter(pk=run.pk))
    run.refresh_from_db()
    trail.record(act=trail.Act.RUN_STOPPED, by=by, row=run, program=run.program_id, now=now)


def execute(*, run_id: uuid.UUID, clock: Clock = timezone.now) -> bool:
    """Work off one run. False if there was nothing to do, or somebody else did it."""
    rows = MatchRun.objects.filter(pk=run_id)
    claim = claims.take(rows, clock())
    if claim is None:
        return False
    rows.filter(claim=claim).update(begun_at=clock(), done=0, of=0)
    run = rows.select_related("program").get()
    try:
        pool, result = _compute(run, claims.Beat(rows, claim, clock))
        record(run=run, claim=claim, pool=pool, result=result, now=clock())
    except claims.Lost:
        return False
    return True


@transaction.atomic
def record(*, run: MatchRun, claim: uuid.UUID, pool: "Pool", result: "Result", now: datetime) -> None:
    """Write the result down, for those for whom it still holds. Raises Lost if the claim is not ours any more."""
    rows = MatchRun.objects.select_for_update(no_key=True).filter(pk=run.pk, claim=claim)
    if rows.filter(state=MatchRun.State.RUNNING).first() is None:
        raise claims.Lost
    _replace_drafts(run, pool, now)
    fresh = load(run)
    kept, dropped = _divide(pool, fresh, result.pairings)
    _write_proposals(run, kept, now)
    alone = {person.id: review.hindered(person.reasons) for person in result.unmatched}
    alone |= {pairing.mentee: {"hindrances": [MEANWHILE]} for pairing in dropped}
    _write_unmatched(run, alone)
    summary = {
        "mentees": len(pool.mentees),
        "mentors": len(pool.mentors),
        "places": sum(mentor.capacity for mentor in pool.mentors),
        "matched": len(kept),
        "unmatched": len(alone),
        "locked": sum(pairing.locked for pairing in kept),
        "dropped": len(dropped),
    }
    told = {"certificate": review.certified(result.certificate), "audit": _audited(run, pool, fresh, result, now)}
    rows.update(state=MatchRun.State.DONE, claim=None, finished_at=now, done=F("of"), summary=summary, **told)
    blocks.forget(MatchRun.objects.filter(pk=run.pk))


@transaction.atomic
def publish(*, run: MatchRun, by: User, now: datetime) -> int:
    """Tell both sides of every draft of the run that still can meet, and start the clocks. How many were told.

    A draft whose two cannot meet any more stays a draft, for the coordinator to see."""
    if not MatchRun.objects.filter(pk=run.pk, state=MatchRun.State.DONE).update(
        state=MatchRun.State.PUBLISHED, published_at=now
    ):
        raise NotReady
    waiting = Proposal.objects.filter(run=run, state=State.DRAFT).order_by("id")
    people = waiting.values_list("mentee_id", "mentor_id")
    places.hold(*{pk for pair in people for pk in pair})
    run.refresh_from_db()
    told = sum(_published(draft, now) for draft in waiting)
    trail.record(act=trail.Act.RUN_PUBLISHED, by=by, row=run, program=run.program_id, now=now)
    return told


def give_back(*, now: datetime) -> int:
    """Runs whose worker has fallen silent wait again; those queued are announced again. How many are ahead."""
    claims.give_back(MatchRun.objects.all(), now)
    MatchRun.objects.filter(state=MatchRun.State.FAILED, finished_at=None).update(finished_at=now)
    queued = MatchRun.objects.filter(state=MatchRun.State.QUEUED).order_by("queued_at", "id")
    ids = [str(pk) for pk in queued.values_list("pk", flat=True)]
    for pk in ids:
        ring(EXECUTE, pk)
    return len(ids)


def load(run: MatchRun) -> "Pool":
    """The people of a run as they are now, with the settings it was started with."""
    from matching import pool  # here, so that only workers load the matcher

    return pool.load(
        run.program,
        for_lists=False,
        week=date.fromisoformat(run.settings["week"]),
        objective=run.settings["objective"],
        include_waiting=run.settings["include_waiting"],
    )


def _compute(run: MatchRun, beat: claims.Beat) -> "tuple[Pool, Result]":
    from matching import engine

    pool = load(run)
    apart: dict[str, Any] = {"locked": pool.locked, "forbidden": pool.forbidden, "earlier": pool.earlier}
    people = (pool.mentees, pool.mentors, pool.settings, run.seed)
    spread = blocks.Spread(run.pk, beat)
    return pool, engine.match(*people, **apart, previous=pool.previous, progress=beat, spread=spread)


def _divide(pool: "Pool", fresh: "Pool", found: "Iterable[Pairing]") -> "tuple[list[Pairing], list[Pairing]]":
    """What still holds, and what does not: asked again of the database, in the transaction that writes."""
    pairings, locked = list(found), dict(fresh.locked)
    made = {(pairing.mentee, pairing.mentor) for pairing in pairings}
    left = Counter({mentor.id: mentor.capacity for mentor in fresh.mentors})
    left.subtract(mentor for mentee, mentor in fresh.locked if (mentee, mentor) not in made)
    kept, dropped = [], []
    for pairing in pairings:
        mentee, mentor = pool.people[pairing.mentee], pool.people[pairing.mentor]
        holds = fresh.allows(mentee.id, mentor.id) and locked.get(mentee.id, mentor.id) == mentor.id
        if holds and left[mentor.id] > 0 and fresh.still_says(mentee) and fresh.still_says(mentor):
            kept.append(pairing)
            left[mentor.id] -= 1
        else:
            dropped.append(pairing)
    return kept, dropped


def _replace_drafts(run: MatchRun, pool: "Pool", now: datetime) -> None:
    """Earlier drafts make room, but for those that a coordinator kept."""
    kept = set(pool.locked)
    for draft in Proposal.objects.filter(program=run.program, state=State.DRAFT, locked=False).order_by("id"):
        if (str(draft.mentee_id), str(draft.mentor_id)) not in kept:
            moves.move(draft, State.WITHDRAWN, now)


def _write_proposals(run: MatchRun, pairings: "list[Pairing]", now: datetime) -> None:
    standing = {
        (str(draft.mentee_id), str(draft.mentor_id)): draft
        for draft in Proposal.objects.filter(program=run.program, state=State.DRAFT)
    }
    new = []
    for pairing in pairings:
        found = {"run": run, "fit": pairing.fit, "reasons": reasons.stored(pairing.reasons)}
        draft = standing.get((pairing.mentee, pairing.mentor))
        if draft:
            Proposal.objects.filter(pk=draft.pk).update(**found)
            continue
        pair = {"mentee_id": uuid.UUID(pairing.mentee), "mentor_id": uuid.UUID(pairing.mentor)}
        new.append(Proposal(program=run.program, origin=Proposal.Origin.RUN, created_at=now, **pair, **found))
    Proposal.objects.bulk_create(new, batch_size=1000)


def _audited(run: MatchRun, pool: "Pool", fresh: "Pool", result: "Result", now: datetime) -> dict[str, Any]:
    """How groups fared; not if somebody took back that they are counted, and not soon after another audit of the
    program: the difference of two tells of whoever came, left or was moved by hand in between."""
    last = queries.last_audited(run.program)
    too_soon = last is not None and last.finished_at is not None and last.finished_at > now - AUDIT_EVERY
    return {} if too_soon or not fresh.still_counts(pool.mentees) else review.audited(result)


def _write_unmatched(run: MatchRun, alone: dict[str, dict[str, Any]]) -> None:
    here = {str(pk) for pk in Membership.objects.filter(program=run.program).values_list("pk", flat=True)}
    Unmatched.objects.bulk_create(
        [Unmatched(run=run, membership_id=uuid.UUID(id_), **why) for id_, why in sorted(alone.items()) if id_ in here],
        batch_size=1000,
    )


def _published(draft: Proposal, now: datetime) -> bool:
    try:
        drafts.tell_both(proposal=draft, now=now)
    except (drafts.CannotMeet, moves.NoLongerOpen):
        return False
    return True
