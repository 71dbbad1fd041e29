"""What is asked of agreements again and again, in a fixed number of queries."""

import uuid
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, User
from mentorship.models import Agreement, Meeting, Message, Signature, Version


def places_left(mentors: QuerySet[Membership]) -> dict[uuid.UUID, int]:
    """How many more mentees each of them has room for: one query. Whether they want to is their standing."""
    taken = Count("agreements_as_mentor", filter=Q(agreements_as_mentor__state__in=Agreement.State.holding()))
    rows = Membership.objects.filter(pk__in=mentors.order_by().values("pk")).annotate(taken=taken)
    return {
        pk: max(capacity - taken, 0) for pk, capacity, taken in rows.order_by().values_list("pk", "capacity", "taken")
    }


def of_user(user: User) -> QuerySet[Agreement]:
    """Their agreements on either side, those that last first, with everything that a page needs of both people."""
    return (
        Agreement.objects.filter(Q(mentee__user=user) | Q(mentor__user=user))
        .select_related("program", "mentee__user", "mentee__program", "mentor__user", "mentor__program")
        .order_by("ended_at", "-opened_at", "id")
    )


def held_between(mentee: Membership, mentor: Membership) -> QuerySet[Agreement]:
    return Agreement.objects.filter(mentee=mentee, mentor=mentor, state__in=Agreement.State.holding())


def held_by(membership: Membership) -> QuerySet[Agreement]:
    """Agreements that take one of this person's places."""
    return Agreement.objects.filter(Q(mentee=membership) | Q(mentor=membership), state__in=Agreement.State.holding())


def latest(agreement: Agreement) -> Version | None:
    return agreement.versions.select_related("written_by__user").order_by("-number").first()


def in_force(agreement: Agreement) -> Version | None:
    """The newest wording that both signed."""
    return signed_by_both().filter(agreement=agreement).order_by("-number").first()


def signed_by_both() -> QuerySet[Version]:
    signatures = Signature.objects.filter(version=OuterRef("pk"))
    return Version.objects.filter(
        Exists(signatures.filter(membership=OuterRef("agreement__mentee"))),
        Exists(signatures.filter(membership=OuterRef("agreement__mentor"))),
    )


def signers(version: Version) -> dict[uuid.UUID, Signature]:
    """Who signed this wording, by membership."""
    return {signature.membership_id: signature for signature in version.signatures.order_by("signed_at", "id")}


def unread_by(membership: Membership, agreement: Agreement) -> QuerySet[Message]:
    """Messages of the other that `membership` has not read."""
    return Message.objects.filter(agreement=agreement, read_at=None).exclude(by=membership)


def planned(agreement: Agreement) -> QuerySet[Meeting]:
    return agreement.meetings.filter(cancelled_at=None).select_related("planned_by").order_by("starts_at", "id")


def meetings_around(agreement: Agreement, now: datetime) -> tuple[list[Meeting], list[Meeting]]:
    """Those to come, called off or not, and the latest of those that took place."""
    meetings = agreement.meetings.select_related("planned_by")
    past = meetings.filter(starts_at__lte=now, cancelled_at=None).order_by("-starts_at", "id")
    return list(meetings.filter(starts_at__gt=now).order_by("starts_at", "id")), list(past[:10])
