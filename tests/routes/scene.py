"""One place with everybody in it and everything between them: what the tables of routes and of readers speak of.

`mentee` has an agreement with `matched_mentor`, had one with `former_mentor`, keeps away from `blocked_mentor`, and
asks `mentor`. All of it is rows, and every word in them is planted (see tests/canary/tokens.py)."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts.models import Membership, Program, Role, ScreeningStep, Standing, User
from consent import vocabulary
from consent.gate import seal_answer, seal_wish
from consent.letters import seal_letter
from consent.models import Answer, Grant, LedgerEntry, Opening, SecondYes, Wish
from consent.purposes import Purpose, Reach
from matching.models import MatchRun, Proposal, Shortlist, Suggestion, Unmatched, WhatIf
from mentorship.models import Agreement, Meeting, Message, Signature, Version
from notices.models import Manner, Notice
from safety.models import Block, Concern, Session
from safety.sessions import SessionStore
from tests.canary.tokens import Tokens

ANONYMOUS, NEWCOMER = "anonymous", "newcomer"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
REACHES = tuple(Reach)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DAY = timedelta(days=1)
WHY = [{"facet": key, "kind": "shared", "whose": "both"} for key in ("values", "gender", "goals")]
ROLES = {
    "mentee": Role.MENTEE,
    "other_mentee": Role.MENTEE,
    "applicant": Role.MENTEE,
    "mentor": Role.MENTOR,
    "matched_mentor": Role.MENTOR,
    "former_mentor": Role.MENTOR,
    "blocked_mentor": Role.MENTOR,
    "paused_mentor": Role.MENTOR,
    "ally": Role.ALLY,
    "coordinator": Role.COORDINATOR,
    "stranger": Role.MENTEE,
    "other_program_mentor": Role.MENTOR,
    "other_program_coordinator": Role.COORDINATOR,
}
ELSEWHERE = {"stranger", "other_program_mentor", "other_program_coordinator"}
STANDINGS = {"applicant": Standing.APPLIED, "paused_mentor": Standing.PAUSED}
PEOPLE = (ANONYMOUS, NEWCOMER, *ROLES, "superuser")
"""Everybody who knocks at every door."""


@dataclass
class Scene:
    now: datetime
    turn: int = 0
    tokens: Tokens = field(default_factory=Tokens)
    users: dict[str, User] = field(default_factory=dict)
    members: dict[str, Membership] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def pk(self, name: str) -> Any:
        """What stands in an address: the id of a row, of somebody's membership, or a number."""
        return self.rows[name].pk if name in self.rows else name

    def __getitem__(self, name: str) -> Any:
        return self.rows[name]


def build(now: datetime | None = None) -> Scene:
    scene = Scene(now or timezone.now())
    _people(scene)
    for who, member in scene.members.items():
        _answers(scene, who, member)
    _wishes(scene)
    _agreements(scene)
    _proposals(scene)
    _lists(scene)
    _care(scene)
    _notices(scene)
    _sessions(scene)
    return scene


def turn(scene: Scene, number: int) -> None:
    """Let every answer travel otherwise than before: after four turns each has had each reach."""
    Grant.objects.all().delete()
    scene.turn = number
    for row in Answer.objects.select_related("membership").order_by("pk"):
        _grant(row, reach_of(row.facet, number))


def reach_of(facet: str, number: int) -> Reach:
    keys = [known.key for known in vocabulary.load().facets]
    return REACHES[(keys.index(facet) + number) % len(REACHES)]


def _people(scene: Scene) -> None:
    here = Program.objects.create(name="Harbour", about="In the city.", terms="Be kind.", agreements_per_mentee=5)
    there = Program.objects.create(name="Lighthouse", about="By the sea.", terms="Be kind.")
    closed = Program.objects.create(name="Island", is_open=False)
    scene.rows |= {"program": here, "other_program": there, "closed_program": closed}
    for who, role in ROLES.items():
        user = scene.users[who] = _person(scene, who, is_staff=role == Role.COORDINATOR)
        program = there if who in ELSEWHERE else here
        standing = STANDINGS.get(who, Standing.APPROVED)
        member = Membership.objects.create(program=program, user=user, role=role, standing=standing, capacity=6)
        scene.members[who] = scene.rows[who] = member
    scene.users["superuser"] = _person(scene, "superuser", is_staff=True, is_superuser=True)
    scene.users[NEWCOMER] = _person(scene, NEWCOMER, adult_attested_at=None)
    for who, user in scene.users.items():
        scene.rows[f"{who}'s_account"] = user
    scene.rows["authenticator"] = TOTP.activate(scene.users["ally"], SECRET).instance
    # Just set up, and still so when a busy machine has knocked at the last door.
    Authenticator.objects.filter(pk=scene["authenticator"].pk).update(created_at=scene.now + DAY)
    left = {"program": there, "user": scene.users["mentor"], "role": Role.MENTEE, "standing": Standing.LEFT}
    scene.rows["left"] = Membership.objects.create(**left)


def _person(scene: Scene, who: str, **fields: Any) -> User:
    name, address = scene.tokens.plant("name", who), scene.tokens.plant("address", who)
    settled = {"name_to_use": f"Person {name}", "adult_attested_at": scene.now, **fields}
    user = User.objects.create_user(f"{address}@example.org", **settled)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def _answers(scene: Scene, who: str, member: Membership) -> None:
    """One on every question that they are asked, and none of them like another's."""
    for facet in vocabulary.load().asked_of(member.role):
        reach = reach_of(facet.key, scene.turn)
        if facet.kind == "availability":
            value: Any = [scene.tokens.plant_hours("answer", who, facet.key, "")]
        else:
            word = scene.tokens.plant("answer", who, facet.key)
            value = word if facet.kind in {"text", "note", "place"} else {"chosen": [], "described": word}
        sealed = seal_answer(member.pk, facet.key, value)
        row = Answer.objects.create(membership=member, facet=facet.key, sealed=sealed, saved_at=scene.now)
        _grant(row, reach)


def _grant(row: Answer, reach: Reach) -> None:
    purposes = reach.purposes | {Purpose.STATISTICS, Purpose.CIRCLES}
    about = {"notice": "1", "language": "en"}
    Grant.objects.bulk_create(
        Grant(answer=row, purpose=purpose, granted_at=row.saved_at, **about) for purpose in purposes
    )


def _wishes(scene: Scene) -> None:
    for who in ("mentee", "mentor", "other_mentee", "blocked_mentor", "stranger"):
        member = scene.members[who]
        for facet, strength, on_lists in (("employer", "never", True), ("gender", "nice", False)):
            sealed = seal_wish(member.pk, facet, scene.tokens.plant("wish", who, facet))
            fields = {"facet": facet, "strength": strength, "on_lists": on_lists, "sealed": sealed}
            scene.rows[f"{who}'s_wish"] = Wish.objects.create(membership=member, saved_at=scene.now, **fields)
    LedgerEntry.objects.create(
        membership_id=scene.members["mentee"].pk, facet="gender", purpose="match", event="granted", at=scene.now - DAY,
        notice="1", language="en",
    )  # fmt: skip


def _agreements(scene: Scene) -> None:
    """`agreement` goes on and has a change to sign, `beginning` is being written, `ended` is over."""
    now = scene.now
    held = {"state": "active", "active_at": now - 9 * DAY, "mentee_seat": 1, "mentor_seat": 1}
    agreement = _agreement(scene, "agreement", "mentee", "matched_mentor", **held)
    _version(scene, "agreement", 1, signed=("mentee", "matched_mentor"))
    _version(scene, "agreement", 2, signed=("mentee",))
    _meeting(scene, "meeting", agreement, now + 3 * DAY)
    _message(scene, "agreement", "mentee")
    _message(scene, "agreement", "matched_mentor")
    begun = {"state": "writing", "mentee_seat": 1, "mentor_seat": 2}
    beginning = _agreement(scene, "beginning", "other_mentee", "matched_mentor", **begun)
    _version(scene, "beginning", 1, signed=("matched_mentor",))
    _meeting(scene, "other_meeting", beginning, now + 4 * DAY)
    over = {"state": "ended", "active_at": now - 8 * DAY, "ended_at": now - DAY, "ended_by": scene.users["mentee"]}
    ended = _agreement(scene, "ended", "mentee", "former_mentor", **over)
    _version(scene, "ended", 1, signed=("mentee", "former_mentor"))
    _meeting(scene, "past_meeting", ended, now - 3 * DAY)
    _message(scene, "ended", "former_mentor")


def _agreement(scene: Scene, name: str, mentee: str, mentor: str, **fields: Any) -> Agreement:
    sides = {"mentee": scene.members[mentee], "mentor": scene.members[mentor]}
    opened = scene.now - 10 * DAY
    scene.rows[name] = Agreement.objects.create(program=scene["program"], opened_at=opened, **sides, **fields)
    return scene.rows[name]


def _version(scene: Scene, name: str, number: int, signed: tuple[str, ...]) -> None:
    agreement: Agreement = scene[name]
    keys = ("goals", "cadence", "channel", "confidentiality", "limits", "ending")
    terms: dict[str, Any] = {key: scene.tokens.plant("terms", name, f"{number} {key}") for key in keys}
    terms["parts"] = {
        str(side.pk): scene.tokens.plant("terms", name, f"{number} part of {side.role}")
        for side in (agreement.mentee, agreement.mentor)
    }
    row = Version(agreement=agreement, number=number, review_on=(scene.now + 60 * DAY).date())
    row.written_by, row.written_at, row.sealed = agreement.mentee, scene.now - 9 * DAY, seal_letter(row.pk, terms)
    row.save(force_insert=True)
    for who in signed:
        Signature.objects.create(version=row, membership=scene.members[who], signed_at=scene.now - 8 * DAY)


def _meeting(scene: Scene, name: str, agreement: Agreement, at: datetime) -> None:
    row = Meeting(agreement=agreement, starts_at=at, said_in="UTC", planned_by=agreement.mentee)
    row.sealed = seal_letter(row.pk, scene.tokens.plant("meeting", name))
    row.save(force_insert=True)
    scene.rows[name] = row


def _message(scene: Scene, name: str, by: str) -> None:
    row = Message(agreement=scene[name], by=scene.members[by], at=scene.now - 2 * DAY)
    row.sealed = seal_letter(row.pk, scene.tokens.plant("message", name, by))
    row.save(force_insert=True)


def _proposals(scene: Scene) -> None:
    """`ask` waits for the mentor, `offer` for both, `passed` was passed on, `draft` nobody has heard of."""
    settings = {"objective": "most_then_fit", "include_waiting": False, "week": scene.now.date().isoformat()}
    run = MatchRun.objects.create(
        program=scene["program"], state="done", seed=7, settings=settings, started_by=scene.users["coordinator"],
        finished_at=scene.now, summary={"matched": 2, "unmatched": 1},
    )  # fmt: skip
    Unmatched.objects.create(run=run, membership=scene.members["mentee"], hindrances=["must", "language"])
    scene.rows["run"] = run
    scene.rows["question"] = WhatIf.objects.create(
        run=run, mentee=scene.members["mentee"], mentor=scene.members["paused_mentor"], asked_at=scene.now,
        asked_by=scene.users["coordinator"], state="ready", answer={"rules": ["private"]},
    )  # fmt: skip
    out = {"published_at": scene.now - DAY, "due_at": scene.now + 9 * DAY, "remind_at": scene.now + 3 * DAY}
    said = {"mentee_yes_at": scene.now - DAY}
    _proposal(scene, "ask", "mentee", "mentor", origin="ask", state="published", **out, **said)
    _proposal(scene, "offer", "other_mentee", "former_mentor", origin="run", state="published", run=run, **out)
    closed = {"closed_at": scene.now - timedelta(hours=1)}
    _proposal(scene, "passed", "other_mentee", "mentor", origin="ask", state="passed", **out, **said, **closed)
    _proposal(scene, "draft", "other_mentee", "blocked_mentor", origin="run", state="draft", run=run)


def _proposal(scene: Scene, name: str, mentee: str, mentor: str, **fields: Any) -> None:
    sides = {"mentee": scene.members[mentee], "mentor": scene.members[mentor]}
    row = Proposal(program=scene["program"], reasons=WHY, fit=0.5, created_at=scene.now - 2 * DAY, **sides, **fields)
    if row.origin == "ask":
        row.note = seal_letter(row.pk, scene.tokens.plant("note", name), "note")
    if row.state == "passed":
        row.passing = seal_letter(row.pk, scene.tokens.plant("passing", name), "passing")
    row.save(force_insert=True)
    scene.rows[name] = row


def _lists(scene: Scene) -> None:
    """Lists from before things changed: the blocked and the paused one still stand on the mentee's."""
    head = LedgerEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    listed = {"mentee": ("mentor", "blocked_mentor", "paused_mentor"), "other_mentee": ("blocked_mentor",)}
    for who, mentors in listed.items():
        row = Shortlist.objects.create(
            mentee=scene.members[who], state="ready", seed=3, computed_at=scene.now, basis=head,
            held_back=[str(uuid.uuid4())] if who == "mentee" else [],
        )  # fmt: skip
        scene.rows[f"{who}'s_list"] = row
        for position, mentor in enumerate(mentors, start=1):
            Suggestion.objects.create(shortlist=row, mentor=scene.members[mentor], position=position, reasons=WHY)


def _care(scene: Scene) -> None:
    mentee, coordinator = scene.users["mentee"], scene.users["coordinator"]
    scene.rows["block"] = Block.objects.create(blocker=mentee, blocked=scene.users["blocked_mentor"])
    for name, about in (("concern", "matched_mentor"), ("concern_about_coordinator", "coordinator")):
        row = Concern(program=scene["program"], by=mentee, about=scene.users[about], at=scene.now)
        row.sealed = seal_letter(row.pk, scene.tokens.plant("concern", name))
        row.save(force_insert=True)
        scene.rows[name] = row
    reason = scene.tokens.plant("opening", "other_mentee")
    span = {"at": scene.now - timedelta(minutes=5), "until": scene.now + timedelta(minutes=55)}
    opened = {"membership": scene.members["other_mentee"], "by": coordinator, "reason": reason}
    scene.rows["opening"] = Opening.objects.create(**opened, **span)
    _second_yeses(scene)
    for who in ("mentee", "applicant"):
        note = scene.tokens.plant("screening", who)
        step = {"kind": "conversation", "note": note, "by": coordinator, "at": scene.now}
        ScreeningStep.objects.create(membership=scene.members[who], **step)


def _second_yeses(scene: Scene) -> None:
    """A list of the program was taken, and the coordinator waits for somebody's yes to open answers."""
    asked = {"program": scene["program"], "asked_by": scene.users["coordinator"], "asked_at": scene.now - DAY}
    just = scene.now + timedelta(minutes=1)  # everybody has joined
    taken = {"state": "used", "answered_at": just, "used_at": just, "until": scene.now + DAY}
    why = scene.tokens.plant("second yes", "everybody")
    scene.rows["second_yes"] = SecondYes.objects.create(what="list", reason=why, **asked, **taken)
    why = scene.tokens.plant("second yes", "other_mentee")
    about = {"what": "opening", "membership": scene.members["other_mentee"], "until": scene.now + DAY}
    scene.rows["yes_to_open"] = SecondYes.objects.create(reason=why, **asked, **about)


def _notices(scene: Scene) -> None:
    """One of every kind that says only that there is an update; and somebody who chose own words for theirs."""
    manner = Manner(user=scene.users["matched_mentor"])
    own = {name: scene.tokens.plant("own words", "matched_mentor", name) for name in ("line", "entry")}
    manner.sealed = seal_letter(manner.pk, own)
    manner.save(force_insert=True)
    for kind in Notice.Kind:
        if kind != Notice.Kind.ACCOUNT:
            about = scene["agreement"].pk
            Notice.objects.create(to=scene.users["mentee"], kind=kind, about=about, due_at=scene.now - DAY)


def _sessions(scene: Scene) -> None:
    for who, user in scene.users.items():
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        scene.sessions[who] = session.session_key or ""
        scene.rows[f"{who}'s_session"] = Session.objects.get(pk=session.row)
