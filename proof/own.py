"""Whose each planted word is, said anew for the goals: by the scene's rows, not by the code that is looked at."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from consent.letters import seal_letter
from mentorship.models import Agreement, Meeting, Message, Signature, Version
from tests.canary.tokens import Token
from tests.routes.scene import ELSEWHERE, ROLES, Scene

ABOUT_ONESELF = {"name", "address", "answer", "wish", "own words", "opening", "second yes", "screening"}
Signers = dict[tuple[UUID, int], set[UUID]]
JOINT = ("goals", "cadence", "channel", "confidentiality", "limits", "ending")


def owned(scene: Scene) -> dict[str, set[Token]]:
    """By person, what they said, wrote or signed, and what was noted about them."""
    found: dict[str, set[Token]] = {who: set() for who in scene.users}
    signers = _signers()
    for token in scene.tokens.planted.values():
        for who in _owners(scene, token, signers):
            found[who].add(token)
    return found


def _owners(scene: Scene, token: Token, signers: Signers) -> set[str]:
    if token.kind in ABOUT_ONESELF:
        return {token.of} & scene.users.keys()
    if token.kind == "message":
        return {token.detail}
    if token.kind == "concern":
        return {who for who, user in scene.users.items() if user.pk == scene.rows[token.of].by_id}
    members = _members(scene.rows.get(token.of), token, signers)
    return {who for who, member in scene.members.items() if member.pk in members}


def _members(row: Any, token: Token, signers: Signers) -> set[UUID]:
    """Of what stands in a row of two: whose words they are."""
    if token.kind == "meeting":
        return {row.planned_by_id}
    if token.kind in {"note", "passing"}:
        return {row.mentee_id if token.kind == "note" else row.mentor_id}
    if token.kind != "terms":
        return set()
    number, _, place = token.detail.partition(" ")
    if place.startswith("part of "):
        return {row.mentee_id if place.endswith("mentee") else row.mentor_id}
    return signers[row.pk, int(number)]


def _signers() -> Signers:
    """By agreement and number: who wrote or signed the joint words."""
    found: Signers = {}
    for version in Version.objects.prefetch_related("signatures"):
        signed = {signature.membership_id for signature in version.signatures.all()}
        found[version.agreement_id, version.number] = {version.written_by_id, *signed}
    return found


def crowd(scene: Scene, seed: int, pairs: int) -> None:
    """More that lies between two: agreements that have ended, drawn by lot, with words of both in each."""
    lot = random.Random(seed)
    here = [who for who in ROLES if who not in ELSEWHERE]
    mentees, mentors = ([who for who in here if ROLES[who] == role] for role in ("mentee", "mentor"))
    for number in range(pairs):
        sides = {"mentee": lot.choice(mentees), "mentor": lot.choice(mentors)}
        _agreement(scene, lot, f"crowd{number}", sides)


def _agreement(scene: Scene, lot: random.Random, name: str, sides: dict[str, str]) -> None:
    members = {side: scene.members[who] for side, who in sides.items()}
    ended = {"state": "ended", "ended_at": scene.now - timedelta(days=1)}
    row = Agreement.objects.create(
        program=scene["program"], opened_at=scene.now - timedelta(days=9), **members, **ended
    )
    scene.rows[name] = row
    for who in lot.choices(list(sides.values()), k=4):
        message = Message(agreement=row, by=scene.members[who], at=scene.now)
        message.sealed = seal_letter(message.pk, scene.tokens.plant("message", name, who))
        message.save(force_insert=True)
    writer = lot.choice(list(sides.values()))
    _version(scene, row, name, writer, signed=lot.sample(list(sides.values()), lot.randint(0, 2)))
    planner = scene.members[lot.choice(list(sides.values()))]
    meeting = Meeting(agreement=row, starts_at=scene.now, said_in="UTC", planned_by=planner)
    meeting.sealed = seal_letter(meeting.pk, scene.tokens.plant("meeting", f"{name}_meeting"))
    meeting.save(force_insert=True)
    scene.rows[f"{name}_meeting"] = meeting


def _version(scene: Scene, agreement: Agreement, name: str, writer: str, signed: list[str]) -> None:
    words: dict[str, object] = {key: scene.tokens.plant("terms", name, f"1 {key}") for key in JOINT}
    words["parts"] = {
        str(side.pk): scene.tokens.plant("terms", name, f"1 part of {side.role}")
        for side in (agreement.mentee, agreement.mentor)
    }
    row = Version(agreement=agreement, number=1, review_on=scene.now.date(), written_by=scene.members[writer])
    row.sealed = seal_letter(row.pk, words)
    row.save(force_insert=True)
    for who in signed:
        Signature.objects.create(version=row, membership=scene.members[who], signed_at=scene.now)
