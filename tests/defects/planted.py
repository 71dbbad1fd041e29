"""The guards, taken away one at a time."""

import logging
import uuid
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from unittest import mock

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.admin_site import OwnPrograms
from accounts.models import Membership, User
from config.logs import Formatter
from consent import gate
from consent.letters import open_letter
from consent.sealing import Keyring
from mentorship import access
from mentorship.admin import AgreementAdmin
from mentorship.models import Agreement, Message

Defect = AbstractContextManager[Any]


def a_gate_without_grants() -> Defect:
    """Everything given is opened, whatever for."""

    def read(purpose: object, people: gate.People, *, model: str = "") -> gate.Answers:
        return gate._opened(gate._given(people))

    return mock.patch.object(gate, "read", read)


def a_gate_without_purpose() -> Defect:
    """Some grant will do: what may only help to match is shown."""

    def read(purpose: object, people: gate.People, *, model: str = "") -> gate.Answers:
        return gate._opened(gate._given(people).filter(grants__isnull=False).distinct())

    return mock.patch.object(gate, "read", read)


def an_agreement_for_everybody() -> Defect:
    """Whoever knows the id may have it."""

    def agreement_for(user: object, pk: object) -> Agreement:
        rows = Agreement.objects.select_related("mentee__user", "mentor__user", "mentee__program", "mentor__program")
        return get_object_or_404(rows, pk=pk)

    return mock.patch.object(access, "agreement_for", agreement_for)


def a_membership_for_everybody() -> Defect:
    def membership_for(user: object, pk: object) -> Membership:
        return get_object_or_404(Membership.objects.select_related("user", "program"), pk=pk)

    return mock.patch("accounts.access.membership_for", membership_for)


def a_refusal_that_tells() -> Defect:
    """A stranger's row is answered otherwise than a missing one: so the two can be told apart."""
    own = access.lasting_agreement_for

    def lasting_agreement_for(user: User, pk: uuid.UUID) -> Agreement:
        try:
            return own(user, pk)
        except Http404:
            if Agreement.objects.filter(pk=pk).exists():
                raise SuspiciousOperation from None
            raise

    return mock.patch.object(access, "lasting_agreement_for", lasting_agreement_for)


def a_look_before_the_check() -> Defect:
    """The row is written before it is known whose it is."""

    def thread_for(user: User, pk: uuid.UUID, *, now: datetime) -> Agreement:
        Message.objects.filter(agreement=pk).update(read_at=now)
        return access.agreement_for(user, pk)

    return mock.patch.object(access, "thread_for", thread_for)


def an_admin_without_programs() -> Defect:
    """A coordinator's lists hold everybody's rows."""

    def get_queryset(self: OwnPrograms, request: HttpRequest) -> Any:
        return super(OwnPrograms, self).get_queryset(request)

    return mock.patch.object(OwnPrograms, "get_queryset", get_queryset)


def an_admin_that_opens_letters() -> Defect:
    """A coordinator reads what two people write to each other."""

    def review_on(self: AgreementAdmin, agreement: Agreement) -> str:
        return " ".join(open_letter(row.pk, row.sealed) for row in agreement.messages.all())

    return mock.patch.object(AgreementAdmin, "review_on", review_on)


def a_log_that_quotes_exceptions() -> Defect:
    """The formatter of the standard library, with the texts of exceptions."""
    return mock.patch.object(Formatter, "formatException", logging.Formatter.formatException)


def answers_in_clear() -> Defect:
    """Sealing that seals nothing."""
    return mock.patch.object(Keyring, "seal", lambda self, plain, place: plain)
