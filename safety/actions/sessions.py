"""Where somebody is signed in, and ending it there."""

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts.models import User
from safety.models import Session
from safety.sessions import SessionStore


def end(*, session: Session) -> None:
    session.delete()


def end_all(*, user: User) -> int:
    return Session.objects.filter(user=user).delete()[0]


def end_others(*, user: User, here: SessionBase) -> int:
    """Everywhere but where this is asked from."""
    return Session.objects.filter(user=user).exclude(pk=row_of(here)).delete()[0]


def renew(*, request: HttpRequest, user: User) -> None:
    """Whatever proves who somebody is has changed: who was signed in elsewhere may have been somebody else."""
    request.session.cycle_key()
    end_others(user=user, here=request.session)


def row_of(session: SessionBase) -> str:
    return SessionStore(session.session_key).row
