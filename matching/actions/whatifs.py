"""A coordinator asks why two people were not paired, and what pairing them would cost the others.

Every answer says something about two people who may have kept it to themselves, be it only that something private is in
the way. So each asking stays on record, few are allowed in a day, and very few about the same person."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import trail
from accounts.models import Membership, Program, User
from accounts.refusals import Refusal
from config.celery import ring
from matching.actions import claims, runs
from matching.actions.claims import Clock
from matching.models import MatchRun, Proposal, WhatIf

if TYPE_CHECKING:
    from matching.engine.types import Rule
    from matching.engine.whatif import WhatIf as Answer
    from matching.pool import Pool

ANSWER = "matching.tasks.answer_whatif"
A_DAY, A_MONTH = timedelta(days=1), timedelta(days=30)
IN_A_DAY, ABOUT_ONE = 10, 5
"""So many questions in a program and a day, and so many about one person in thirty days, whoever asks."""

ABSENT, PRIVATE = "absent", "private"
TELLABLE = {"language", "availability", "format", "place", "earlier_pair", "no_places"}
"""What may be told by name; whether the answers behind it may is asked when it is read."""


class NotHere(Refusal):
    sentence = _("Please choose a mentee and a mentor of this program, and not yourself.")


class Paired(Refusal):
    sentence = _("These two are a pair of this run already.")


class Enough(Refusal):
    sentence = _(
        "That is enough questions for now: ten in a day, and five about one person in thirty days. More of them would "
        "tell what people keep to themselves. Talking to the two helps more."
    )


@transaction.atomic
def ask(*, run: MatchRun, mentee: Membership, mentor: Membership, by: User, now: datetime) -> WhatIf:
    """Queue a question. Raises NotHere, NotReady, Paired, Enough."""
    Program.objects.select_for_update(no_key=True).get(pk=run.program_id)  # whoever asks is counted one by one
    if {mentee.program_id, mentor.program_id} != {run.program_id} or by.pk in {mentee.user_id, mentor.user_id}:
        raise NotHere
    if run.state not in {MatchRun.State.DONE, MatchRun.State.PUBLISHED}:
        raise runs.NotReady
    if run.proposals.filter(mentee=mentee, mentor=mentor, state__in=Proposal.State.open()).exists():
        raise Paired
    asked = WhatIf.objects.filter(run__program=run.program_id)
    lately = asked.filter(asked_at__gt=now - A_MONTH)
    if asked.filter(asked_at__gt=now - A_DAY).count() >= IN_A_DAY or any(
        lately.filter(Q(mentee=one) | Q(mentor=one)).count() >= ABOUT_ONE for one in (mentee, mentor)
    ):
        raise Enough
    row = WhatIf.objects.create(run=run, mentee=mentee, mentor=mentor, asked_by=by, asked_at=now)
    ring(ANSWER, str(row.pk))
    trail.record(act=trail.Act.WHY_NOT, by=by, row=row, program=run.program_id, now=now)
    return row


def answer(*, whatif_id: uuid.UUID, clock: Clock = timezone.now) -> bool:
    """Work off one question. False if there was nothing to do, or somebody else did it."""
    rows = WhatIf.objects.filter(pk=whatif_id)
    claim = claims.take(rows, clock())
    if claim is None:
        return False
    row = rows.select_related("run__program").get()
    try:
        found = _found(row, claims.Beat(rows, claim, clock))
    except claims.Lost:
        return False
    return bool(rows.filter(claim=claim).update(state=WhatIf.State.READY, claim=None, **found))


def give_back(*, now: datetime) -> int:
    """Questions whose worker has fallen silent wait again; those queued are announced again."""
    claims.give_back(WhatIf.objects.all(), now)
    waiting = [str(pk) for pk in WhatIf.objects.filter(state=WhatIf.State.QUEUED).values_list("pk", flat=True)]
    for pk in waiting:
        ring(ANSWER, pk)
    return len(waiting)


def _found(row: WhatIf, beat: claims.Beat) -> dict[str, Any]:
    """What is written: for two who are both still here, and still say what they said when it was begun."""
    from matching.engine.whatif import what_if  # here, so that only workers load the matcher

    pool, pair = runs.load(row.run), (str(row.mentee_id), str(row.mentor_id))
    if not _here(pool, pair):
        return {"answer": {"rules": [ABSENT]}}
    people = (pool.mentees, pool.mentors, pool.settings, row.run.seed)
    apart: dict[str, Any] = {"locked": pool.locked, "forbidden": pool.forbidden, "earlier": pool.earlier}
    answer = what_if(pair, *people, **apart, previous=pool.previous, progress=beat)
    fresh = runs.load(row.run)
    if not (_here(fresh, pair) and all(fresh.still_says(pool.people[id_]) for id_ in pair)):
        return {"answer": {"rules": [ABSENT]}}
    return _told(row, answer)


def _here(pool: "Pool", pair: tuple[str, str]) -> bool:
    mentees, mentors = ({person.id for person in side} for side in (pool.mentees, pool.mentors))
    return pair[0] in mentees and pair[1] in mentors


def _told(row: WhatIf, answer: "Answer") -> dict[str, Any]:
    if answer.rules or answer.lock is None:
        return {"answer": {"rules": tellable(answer.rules)}}
    lock = {"total": answer.lock.total, "lose": answer.lock.lose, "gain": answer.lock.gain, "move": answer.lock.move}
    told: dict[str, Any] = {"rules": [], "fit": answer.fit, "now": answer.now, "lock": lock}
    other = Membership.objects.filter(pk=answer.swap.other).exclude(user=row.asked_by).first() if answer.swap else None
    if answer.swap and other:
        told["swap"] = answer.swap.total
    return {"answer": told, "other": other}


def tellable(rules: "Iterable[Rule]") -> list[str]:
    """What stands in the way by name; anything private only if nothing else does, and then as one word: neither which
    such rules there are nor how many is kept."""
    return [rule.value for rule in rules if rule.value in TELLABLE] or [PRIVATE]
