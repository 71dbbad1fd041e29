"""`manage.py verify_trail`: walks the chain of what was done by those who look after others, and prints its head.

Note the head somewhere that whoever can write into the database cannot reach, and give it back with `--against`: a
chain from which the end was taken off, or that was written anew, no longer holds it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import trail


class Command(BaseCommand):
    help = "Check that the trail is whole, and print its head."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--against", default="", metavar="HEAD", help="a head that was printed before")

    def handle(self, *args: Any, against: str, **options: Any) -> None:
        found = trail.check(against=against)
        if found.wrong:
            raise CommandError("\n".join([f"The trail is not whole ({found.acts} acts):", *found.wrong]))
        acts = "1 act" if found.acts == 1 else f"{found.acts:,} acts"
        self.stdout.write(f"{acts}, whole. Head: {found.head or 'none yet'}")
