"""The first steps of a deployment: a program, and somebody who coordinates it."""

from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.actions import trail
from accounts.models import Membership, Program, Role, ScreeningStep, Standing, User


class Command(BaseCommand):
    help = "Make somebody the coordinator of a program; makes the person and the program where there are none yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="their e-mail address: they sign in with a code sent to it")
        parser.add_argument("program", help="the name of the program")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        user = self._person(options["address"])
        program, is_new = Program.objects.get_or_create(name=options["program"])
        now = timezone.now()
        membership, _ = Membership.objects.get_or_create(user=user, program=program, role=Role.COORDINATOR)
        if membership.standing != Standing.APPROVED:
            Membership.objects.filter(pk=membership.pk).update(standing=Standing.APPROVED, changed_at=now)
            ScreeningStep.objects.create(
                membership=membership,
                kind=ScreeningStep.Kind.STANDING,
                standing=Standing.APPROVED,
                note="by the operator, on the command line",
                at=now,
            )
            trail.record(act=trail.Act.ROLE_GIVEN, by=None, row=membership, program=program, now=now)
        made = "made" if is_new else "found"
        self.stdout.write(f"Program “{program.name}” {made}; {user.email} coordinates it now and can sign in.")

    def _person(self, address: str) -> User:
        try:
            validate_email(address)
        except ValidationError as error:
            raise CommandError(f"“{address}” is not an e-mail address.") from error
        user = User.objects.filter(email=address.lower()).first() or User.objects.create_user(address)
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        if not user.is_staff:
            user.is_staff = True
            user.save(update_fields=["is_staff"])
        return user
