"""Whom somebody may keep away from: people they have met here, and nobody else, or the page would be a directory."""

import uuid

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from matching.models import Proposal, Suggestion
from mentorship.models import Agreement
from safety.queries import are_apart


def met_by(user: User, pk: uuid.UUID) -> Membership:
    """A membership that was suggested to `user`, asked them, was asked by them, or had an agreement with them."""
    mine = Membership.objects.filter(user=user).values("pk")
    pair = Q(mentee__in=mine, mentor=OuterRef("pk")) | Q(mentor__in=mine, mentee=OuterRef("pk"))
    shown = Proposal.objects.filter(pair).exclude(state=Proposal.State.DRAFT).exclude(published_at=None)
    found = (
        Membership.objects.filter(pk=pk)
        .filter(
            Exists(Agreement.objects.filter(pair))
            | Exists(shown)
            | Exists(Suggestion.objects.filter(shortlist__mentee__in=mine, mentor=OuterRef("pk")))
        )
        .exclude(user=user)
        .select_related("user")
        .first()
    )
    if found is None:
        raise Http404
    return found


def called(user: User, other: Membership) -> str:
    """The other's name while the two can still meet. Afterwards nobody: a name that somebody took later, or gave up, is
    not for those who once met them, and an end reads like a block."""
    pair = Q(mentee__user=user, mentor=other) | Q(mentor__user=user, mentee=other)
    together = Agreement.objects.filter(pair, state__in=Agreement.State.holding())
    asking = Proposal.objects.filter(pair, state=Proposal.State.PUBLISHED)
    listed = Suggestion.objects.filter(shortlist__mentee__user=user, mentor=other)
    near = not are_apart(user, other.user) and (together.exists() or asking.exists() or listed.exists())
    return str(other.user) if near else _("this person")
