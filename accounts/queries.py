"""Reads that have a name: who is here, where, in which role."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Membership, Program, Role, ScreeningStep, Standing, User

MONTH = timedelta(days=30)


def approved(program: Program, role: Role) -> QuerySet[Membership]:
    """Who may be met: the pool of a program in one role."""
    return Membership.objects.filter(program=program, role=role, standing=Standing.APPROVED).order_by("id")


def of(user: User) -> QuerySet[Membership]:
    """Where somebody is, in whatever standing, until they leave."""
    return (
        Membership.objects.filter(user=user)
        .exclude(standing=Standing.LEFT)
        .select_related("program", "user")
        .order_by("applied_at", "id")
    )


def turned_away(user: User, now: datetime) -> list[Membership]:
    """Where somebody else ended it in the last month, so that a program does not just vanish for them."""
    last = ScreeningStep.objects.filter(membership=OuterRef("pk"), kind=ScreeningStep.Kind.STANDING).order_by(
        "-at", "-id"
    )
    ended = Membership.objects.filter(user=user, standing=Standing.LEFT, changed_at__gt=now - MONTH)
    by_others = ended.annotate(ended_by=Subquery(last.values("by")[:1])).exclude(ended_by=user.pk)
    return list(by_others.select_related("program").order_by("-changed_at", "id"))


def coordinators(program: Program) -> QuerySet[User]:
    """Who looks after a program."""
    here = {"memberships__program": program, "memberships__role": Role.COORDINATOR}
    return User.objects.filter(**here, memberships__standing=Standing.APPROVED, is_active=True).order_by("id")


def open_programs() -> QuerySet[Program]:
    return Program.objects.filter(is_open=True).order_by("name", "id")
