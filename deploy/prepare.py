"""What must be there before anybody is served: tables, and nobody who was erased. For a demo also static files, and a
synthetic community if there is none."""

import os
import sys
import time

import django
from django.core.management import call_command


def main() -> None:
    started = time.monotonic()
    django.setup()
    from django.conf import settings

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("replay_erasures")
    if settings.DEMO:
        furnish()
    print(f"{time.monotonic() - started:6.1f} s  prepared", flush=True)


def furnish() -> None:
    call_command("collectstatic", verbosity=0, interactive=False)
    seed = os.environ.get("SEED")
    call_command("demo_data", *(["--seed", seed] if seed else []))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
