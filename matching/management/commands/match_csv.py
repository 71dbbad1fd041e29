import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from matching.engine.types import Objective, PoolError, Result, Settings
from matching.spreadsheets import sheets
from matching.spreadsheets.cells import FACETS

INTERRUPTED = 130
WIDTH = 30


class Command(BaseCommand):
    help = "Match mentees with mentors from two spreadsheets. Stores nothing."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mentors", type=Path, required=True, metavar="M.csv")
        parser.add_argument("--mentees", type=Path, required=True, metavar="N.csv")
        parser.add_argument("--out", type=Path, required=True, metavar="pairs.csv")
        parser.add_argument("--seed", type=_seed, default=1, help="draws the lots between equals (1)")
        parser.add_argument("--objective", choices=[o.value for o in Objective], default=Objective.MOST_THEN_FIT.value)
        parser.add_argument("--week", type=_week, help="a day of the week to compare hours in, 2026-03-30 (this week)")

    def handle(self, *, mentors: Path, mentees: Path, out: Path, **options: Any) -> None:
        bar = Bar(sys.stderr)
        try:
            result = run(mentors, mentees, out, options, bar)
        except (sheets.SheetError, PoolError) as error:
            bar.end()
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            bar.end()
            raise CommandError("Stopped. Nothing was written.", returncode=INTERRUPTED) from None
        bar.end()
        self.stdout.write(
            f"{out}: {len(result.pairings)} of {result.counts['mentees']} mentees matched with "
            f"{len({pairing.mentor for pairing in result.pairings})} of {result.counts['mentors']} mentors, "
            f"seed {result.seed}."
        )


class Bar:
    """A bar on a terminal, nothing anywhere else."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.shown = stream, False

    def __call__(self, done: int, of: int) -> None:
        if self.stream.isatty():
            filled = WIDTH * done // of
            self.stream.write(f"\rMatching [{'#' * filled}{'.' * (WIDTH - filled)}] {100 * done // of:3d} %")
            self.stream.flush()
            self.shown = True

    def end(self) -> None:
        if self.shown:
            self.stream.write("\n")
            self.stream.flush()
        self.shown = False


def run(mentors: Path, mentees: Path, out: Path, options: dict[str, Any], bar: Bar) -> Result:
    from matching.engine import match  # takes a while, in which one may change one's mind

    _check_out(out, mentors, mentees)
    settings = Settings(
        facets=FACETS,
        week=options["week"] or timezone.localdate(),
        objective=Objective(options["objective"]),
    )
    asked = sheets.read(mentees, mentors=False)
    offered = sheets.read(mentors, mentors=True)
    result = match(asked, offered, settings, options["seed"], progress=bar)
    sheets.write(out, result)
    return result


def _check_out(out: Path, *inputs: Path) -> None:
    if not out.parent.is_dir():
        raise sheets.SheetError(f"{out}: expected a folder that exists")
    if out.is_dir():
        raise sheets.SheetError(f"{out}: expected a file, not a folder")
    if out.resolve() in {path.resolve() for path in inputs}:
        raise sheets.SheetError(f"{out}: expected another file than those read from")


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError(f"{text!r}: expected a whole number from 0")
    return int(text)


def _week(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r}: expected a day such as 2026-03-30") from None
