"""`manage.py replay_erasures`: after a back-up was put back, erase again whoever was erased since. Runs before anybody
is served, at every start, and is done in a moment where there is nothing to do."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from home.actions import erasures


class Command(BaseCommand):
    help = "Erase again whoever was erased after the back-up that was put back."

    def handle(self, *args: Any, **options: Any) -> None:
        back = erasures.replay(now=timezone.now())
        if back or options["verbosity"] > 1:
            self.stdout.write(f"{back:,} people whom a back-up had brought back were erased again.")
