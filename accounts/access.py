"""You obtain an object by proving that you may have it. Stranger and missing are the same 404."""

import uuid

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts import queries
from accounts.models import Membership, Program, Role, Standing, User


def membership_for(user: User, pk: uuid.UUID) -> Membership:
    """Somebody's own membership, in any standing until they leave."""
    return get_object_or_404(queries.of(user), pk=pk)


def approved_membership_for(user: User, pk: uuid.UUID) -> Membership:
    return get_object_or_404(queries.of(user), pk=pk, standing=Standing.APPROVED)


def open_program_for(user: User, pk: uuid.UUID) -> Program:
    """A program that takes new people."""
    return get_object_or_404(queries.open_programs(), pk=pk)


def programs_coordinated_by(user: User) -> QuerySet[Program]:
    """The programs whose people somebody looks after; a superuser looks after all."""
    if not (user.is_active and user.is_staff):
        return Program.objects.none()
    if user.is_superuser:
        return Program.objects.all()
    theirs = Membership.objects.filter(user=user, role=Role.COORDINATOR, standing=Standing.APPROVED)
    return Program.objects.filter(pk__in=theirs.values("program"))


def coordinates(user: User, program: Program) -> bool:
    return programs_coordinated_by(user).filter(pk=program.pk).exists()


def is_coordinator(user: User, program: Program) -> bool:
    """By role. Whoever runs the service is not, and has no way to what is closed but the key."""
    return user.is_staff and queries.coordinators(program).filter(pk=user.pk).exists()
