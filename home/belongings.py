"""What somebody has here, in numbers, for their own eyes."""

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Membership, User
from consent.models import Answer, Wish
from matching.models import Proposal
from mentorship.models import Agreement, Message
from safety.models import Concern


@dataclass(frozen=True)
class Counted:
    memberships: int
    answers: int
    wishes: int
    together: int
    asks: int
    messages: int
    open_concerns: int


def counted(user: User) -> Counted:
    between = Q(mentee__user=user) | Q(mentor__user=user)
    return Counted(
        memberships=Membership.objects.filter(user=user).count(),
        answers=Answer.objects.filter(membership__user=user, kind=Answer.Kind.GIVEN).count(),
        wishes=Wish.objects.filter(membership__user=user).count(),
        together=Agreement.objects.filter(between, state__in=Agreement.State.holding()).count(),
        asks=Proposal.objects.filter(between, state=Proposal.State.PUBLISHED).count(),
        messages=Message.objects.filter(by__user=user).count(),
        open_concerns=Concern.objects.filter(by=user, state=Concern.State.OPEN).count(),
    )
