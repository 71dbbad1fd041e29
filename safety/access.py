"""Stranger and missing are the same 404."""

import uuid
from datetime import datetime

from django.shortcuts import get_object_or_404

from accounts.access import programs_coordinated_by
from accounts.models import User
from safety import queries
from safety.models import Block, Concern, Session


def block_for(user: User, pk: uuid.UUID) -> Block:
    """Somebody's own block."""
    return get_object_or_404(queries.blocks_of(user), pk=pk)


def concern_for(user: User, pk: uuid.UUID) -> Concern:
    """A concern of a program that somebody coordinates; never one about themselves."""
    theirs = Concern.objects.filter(program__in=programs_coordinated_by(user)).exclude(about=user)
    return get_object_or_404(theirs.select_related("program", "by", "about"), pk=pk)


def session_for(user: User, pk: uuid.UUID, now: datetime) -> Session:
    """One of the places where somebody is signed in themselves."""
    return get_object_or_404(queries.sessions_of(user, now), pk=str(pk))
