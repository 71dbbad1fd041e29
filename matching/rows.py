"""What the database says of a program's pool, before anything is opened."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from accounts.models import Membership, Program, Role, Standing
from matching.models import Proposal
from mentorship.models import Agreement
from mentorship.queries import places_left
from safety.queries import blocked_pairs


@dataclass(frozen=True)
class Rows:
    people: list[Membership]
    places: dict[uuid.UUID, int]
    agreements: list[tuple[uuid.UUID, uuid.UUID, str]]
    proposals: list[Proposal]
    blocked: set[frozenset[uuid.UUID]]

    @cached_property
    def mentors_by_user(self) -> dict[uuid.UUID, list[Membership]]:
        found: dict[uuid.UUID, list[Membership]] = {}
        for mentor in self.in_role(Role.MENTOR):
            found.setdefault(mentor.user_id, []).append(mentor)
        return found

    @cached_property
    def _apart(self) -> dict[uuid.UUID, set[uuid.UUID]]:
        found: dict[uuid.UUID, set[uuid.UUID]] = {}
        for one, other in self.blocked:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
        return found

    def kept_apart(self, member: Membership) -> set[uuid.UUID]:
        """The people with whom they have a block, whoever made it."""
        return self._apart.get(member.user_id, set())

    def in_role(self, role: Role) -> list[Membership]:
        return [person for person in self.people if person.role == role]


def rows(program: Program, here: QuerySet[Membership], among: Collection[uuid.UUID] | None = None) -> Rows:
    """`here` are the people meant; `among` names them where they are few, so that only what concerns them is read."""
    people = list(here.filter(standing__in=[Standing.APPROVED, Standing.PAUSED]).select_related("user"))
    agreements = Agreement.objects.filter(program=program).order_by("id")
    proposals = Proposal.objects.filter(program=program).order_by("created_at", "id")
    if among is not None:
        agreements = agreements.filter(mentee__in=among)
        proposals = proposals.filter(Q(mentee__in=among) | Q(mentor__in=among))
    return Rows(
        people,
        places_left(here.filter(role=Role.MENTOR, standing=Standing.APPROVED)),
        list(agreements.values_list("mentee_id", "mentor_id", "state")),
        list(proposals.only("mentee_id", "mentor_id", "state", "origin", "locked", "set_aside")),
        blocked_pairs({person.user_id for person in people}),
    )
