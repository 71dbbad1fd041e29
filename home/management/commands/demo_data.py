"""manage.py demo_data: fill an empty installation with a synthetic community, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import Program
from home import synthetic
from home.actions import community, first_weeks

LEAST = 2


class Command(BaseCommand):
    help = "Fill an empty installation with people drawn from a seed. Does nothing where they are already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=7, help="the same seed draws the same people")
        parser.add_argument("--mentees", type=int, default=120)
        parser.add_argument("--mentors", type=int, default=60)

    def handle(self, *args: Any, seed: int, mentees: int, mentors: int, **options: Any) -> None:
        if community.exists():
            self.stdout.write("The synthetic community is here already. Nothing was changed.")
            return
        if Program.objects.exists():
            raise CommandError("There is a program here already; the synthetic people would mix with real ones.")
        if min(mentees, mentors) < LEAST:
            raise CommandError(f"--mentees and --mentors: expected {LEAST} or more, got {mentees} and {mentors}.")
        drawn = synthetic.draw(seed, mentees=mentees, mentors=mentors)
        now = timezone.now()
        with transaction.atomic():
            program, coordinator = community.write(community=drawn, now=now)
            first_weeks.tell(community=drawn, program=program, by=coordinator, now=now)
        self.stdout.write(f"Drew {mentees} mentees, {mentors} mentors and a coordinator from seed {seed}.")
