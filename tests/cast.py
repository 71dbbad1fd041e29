"""The cast: people by role and relation, as real rows. `mentee` is who it is all about; the others are named by what
they are to them. Everybody here is a Membership; `.user` is the person."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from accounts.models import Membership, Program, Role, Standing, User
from consent.gate import seal_answer, seal_wish
from consent.models import Answer, Grant, Wish
from consent.purposes import Reach
from mentorship.models import Agreement

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def make_user(name: str, **fields: Any) -> User:
    email = fields.pop("email", f"{name.lower().replace(' ', '.')}.{uuid.uuid4().hex[:8]}@example.org")
    settled = {"name_to_use": name, "adult_attested_at": NOW, **fields}
    user = User.objects.create_user(email, **settled)
    user.emailaddress_set.create(email=email, verified=True, primary=True)
    return user


def make_program(name: str = "Harbour", **fields: Any) -> Program:
    return Program.objects.create(name=name, about="Mentoring in the city.", terms="Be kind.", **fields)


def make_member(
    program: Program, role: Role, name: str, standing: Standing = Standing.APPROVED, **fields: Any
) -> Membership:
    user = fields.pop("user", None) or make_user(name, is_staff=role == Role.COORDINATOR)
    return Membership.objects.create(program=program, user=user, role=role, standing=standing, **fields)


def give(member: Membership, facet: str, value: Any, reach: Reach = Reach.SUGGESTED) -> Answer:
    """An answer with its grants, written as rows: what the tests of the action itself do not use."""
    answer, _ = Answer.objects.update_or_create(
        membership=member, facet=facet, defaults={"sealed": seal_answer(member.pk, facet, value), "saved_at": NOW}
    )
    answer.grants.all().delete()
    Grant.objects.bulk_create(
        Grant(answer=answer, purpose=purpose, granted_at=NOW, notice="test", language="en")
        for purpose in reach.purposes
    )
    return answer


def wish(
    member: Membership, facet: str, value: str, strength: str = Wish.Strength.NICE, on_lists: bool = False
) -> Wish:
    sealed = seal_wish(member.pk, facet, value)
    return Wish.objects.create(membership=member, facet=facet, strength=strength, sealed=sealed, on_lists=on_lists)


def agree(mentee: Membership, mentor: Membership, state: str = Agreement.State.ACTIVE, seat: int = 1) -> Agreement:
    """An agreement as a row, in the state asked for."""
    held = {} if state == Agreement.State.ENDED else {"mentor_seat": seat, "mentee_seat": 1}
    ended = {"ended_at": NOW} if state == Agreement.State.ENDED else {}
    active = {} if state == Agreement.State.WRITING else {"active_at": NOW}
    return Agreement.objects.create(
        program=mentee.program, mentee=mentee, mentor=mentor, state=state, **held, **ended, **active
    )


def chosen(*keys: str) -> dict[str, Any]:
    return {"chosen": list(keys), "described": ""}


def signed_in(member: Membership | User) -> Client:
    client = Client()
    client.force_login(member.user if isinstance(member, Membership) else member)
    return client
