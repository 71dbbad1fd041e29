"""One row for each rule of the register, whose clock stands where it is told to; and rows that no age may take away."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailConfirmation
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models

from accounts.models import Membership, Role, Standing, User
from consent.models import Consent, LedgerEntry, Opening, SecondYes
from consent.purposes import Purpose
from home.retention import Limit
from matching.models import MatchRun, PairEvent, Parcel, Proposal, Shortlist, Unmatched, WhatIf
from mentorship.models import Agreement, Meeting, Message, Version
from notices.models import Notice
from safety.models import Block, Concern, Session
from tests.cast import NOW, agree, make_member, make_program, make_user

Row = Callable[[datetime], models.Model]
HOUR = timedelta(hours=1)


def member(role: Role = Role.MENTEE, **fields: Any) -> Membership:
    return make_member(make_program(), role, "Robin", **fields)


def asked(until: datetime) -> SecondYes:
    about = member()
    said = {"what": "opening", "membership": about, "program": about.program, "reason": "care"}
    return SecondYes.objects.create(**said, asked_at=until - HOUR, until=until)


def pair(**fields: Any) -> dict[str, Any]:
    mentee = member()
    return {"mentee": mentee, "mentor": make_member(mentee.program, Role.MENTOR, "Sam"), **fields}


def agreement(state: str = "ended", **fields: Any) -> Agreement:
    made = agree(**pair(), state=state)
    Agreement.objects.filter(pk=made.pk).update(**fields)
    return made


def run(state: str = "done", **fields: Any) -> MatchRun:
    return MatchRun.objects.create(program=make_program(), state=state, seed=1, **fields)


def proposal(state: str, **fields: Any) -> Proposal:
    two = pair()
    return Proposal.objects.create(**two, program=two["mentee"].program, origin="run", state=state, **fields)


def version(of: Agreement) -> Version:
    return Version.objects.create(agreement=of, number=1, sealed=b"sealed", review_on="2026-01-01")


def message(of: Agreement) -> Message:
    return Message.objects.create(agreement=of, by=of.mentee, sealed=b"sealed")


def meeting(of: Agreement, at: datetime) -> Meeting:
    return Meeting.objects.create(agreement=of, starts_at=at, said_in="UTC")


def event(at: datetime) -> PairEvent:
    learning = {"purpose": Purpose.LEARNING, "notice": "test", "language": "en"}
    two = {side: Consent.objects.create(membership=one, **learning) for side, one in pair().items()}
    return PairEvent.objects.create(**two, kind=PairEvent.Kind.SHOWN, on=at.date())


def confirmation(at: datetime) -> EmailConfirmation:
    address = member().user.emailaddress_set.get()
    return EmailConfirmation.objects.create(email_address=address, created=at, key=uuid.uuid4().hex)


def concern(**fields: Any) -> Concern:
    return Concern.objects.create(program=make_program(), sealed=b"sealed", **fields)


def notice(**fields: Any) -> Notice:
    return Notice.objects.create(to=member().user, kind=Notice.Kind.MESSAGE, **fields)


def change(at: datetime) -> LogEntry:
    kind = ContentType.objects.get_for_model(User)
    return LogEntry.objects.create(
        user=member(Role.COORDINATOR).user, content_type=kind, action_time=at, action_flag=CHANGE
    )


def session(at: datetime) -> Session:
    times = {"since": at - HOUR, "seen_at": at - HOUR, "expire_date": at}
    return Session.objects.create(session_key=uuid.uuid4().hex, session_data="", **times)


def entry(membership: uuid.UUID) -> LedgerEntry:
    said = {"facet": "about", "purpose": Purpose.MATCH, "event": "granted", "notice": "test", "language": "en"}
    return LedgerEntry.objects.create(membership_id=membership, at=NOW, **said)


ROWS: dict[tuple[str, str], Row] = {
    ("account", "accounts_user"): lambda at: make_user("Robin", joined_at=at - HOUR, last_login=at),
    ("unfinished", "accounts_user"): lambda at: make_user("Robin", adult_attested_at=None, joined_at=at),
    ("unfinished", "account_emailconfirmation"): confirmation,
    ("membership", "accounts_membership"): lambda at: member(standing=Standing.LEFT, changed_at=at),
    ("agreement", "mentorship_version"): lambda at: version(agreement(ended_at=at)),
    ("message", "mentorship_message"): lambda at: message(agreement(ended_at=at)),
    ("message", "mentorship_meeting"): lambda at: meeting(agreement(ended_at=at), at),
    ("proposal", "matching_proposal"): lambda at: proposal("passed", closed_at=at),
    ("shortlist", "matching_shortlist"): lambda at: Shortlist.objects.create(
        mentee=member(), seed=1, state="ready", wanted_at=at - HOUR, computed_at=at
    ),
    ("match_run", "matching_proposal"): lambda at: proposal("draft", run=run(finished_at=at)),
    ("match_run", "matching_matchrun"): lambda at: run(finished_at=at),
    ("unmatched", "matching_unmatched"): lambda at: Unmatched.objects.create(
        run=run(finished_at=at), membership=member()
    ),
    ("parcel", "matching_parcel"): lambda at: Parcel.objects.create(
        run=run(finished_at=at), name="pool", piece=1, of=1, sealed=b"sealed"
    ),
    ("what_if", "matching_whatif"): lambda at: WhatIf.objects.create(run=run(), **pair(asked_at=at, state="ready")),
    ("learning", "matching_pairevent"): event,
    ("opening", "consent_opening"): lambda at: Opening.objects.create(
        membership=member(), reason="care", at=at - HOUR, until=at
    ),
    ("opening", "consent_secondyes"): asked,
    ("handled_concern", "safety_concern"): lambda at: concern(state="handled", handled_at=at),
    ("sent_notice", "notices_notice"): lambda at: notice(state="sent", sent_at=at, due_at=at - HOUR),
    ("session", "safety_session"): session,
    ("limit", "cache"): lambda at: Limit.objects.create(cache_key=uuid.uuid4().hex, value="", expires=at),
    ("coordination", "django_admin_log"): change,
}

SPARED: dict[str, Row] = {
    "somebody in a program": lambda at: member(user=make_user("Robin", joined_at=at)).user,
    "somebody who coordinates": lambda at: make_user("Mika", joined_at=at, is_staff=True),
    "somebody whom somebody keeps away from": lambda at: (
        Block.objects.create(blocker=member().user, blocked=make_user("Kim", joined_at=at)).blocked
    ),
    "somebody who signed in lately": lambda at: make_user(
        "Robin", joined_at=at, last_login=at + timedelta(days=10_000)
    ),
    "a membership that is paused": lambda at: member(standing=Standing.PAUSED, changed_at=at),
    "a version that holds": lambda at: version(agreement(state="active", active_at=at, opened_at=at)),
    "a message to a match": lambda at: message(agreement(state="active", active_at=at, opened_at=at)),
    "a meeting with a match": lambda at: meeting(agreement(state="active", active_at=at, opened_at=at), at),
    "an ask that waits": lambda at: proposal("published", published_at=at, due_at=at, created_at=at),
    "a list that waits": lambda at: Shortlist.objects.create(mentee=member(), seed=1, wanted_at=at),
    "a run that waits": lambda at: run(state="queued", queued_at=at),
    "a question that waits": lambda at: WhatIf.objects.create(run=run(), **pair(asked_at=at)),
    "a concern that is open": lambda at: concern(at=at),
    "a notice that waits": lambda at: notice(due_at=at, created_at=at),
    "a block": lambda at: Block.objects.create(blocker=member().user, blocked=member().user, at=at),
}
