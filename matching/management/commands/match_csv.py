import gc
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.actions.runs import OBJECTIVES
from matching.engine.types import Objective, Person, PoolError, Result, Settings
from matching.spreadsheets import cells, files, pairs, people, report
from matching.spreadsheets.sheets import SheetError

INTERRUPTED = 130
WIDTH = 30


class Command(BaseCommand):
    help = "Match mentees with mentors from two spreadsheets. Stores nothing."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        ways = " ".join(f"{key}: {sentence}" for key, sentence in OBJECTIVES.items())
        parser.add_argument("--mentors", type=Path, required=True, metavar="M.csv")
        parser.add_argument("--mentees", type=Path, required=True, metavar="N.csv")
        parser.add_argument("--out", type=Path, required=True, metavar="pairs.csv")
        parser.add_argument("--report", type=Path, metavar="report.html", help="a page about the match, too")
        parser.add_argument("--locked", type=Path, metavar="locked.csv", help="pairs that stay; columns mentee,mentor")
        parser.add_argument(
            "--explain", type=_id, metavar="ID", help="say why this person got whom they got, and who came next"
        )
        parser.add_argument("--seed", type=_seed, default=1, help="draws the lots between equals (1)")
        parser.add_argument("--objective", choices=list(OBJECTIVES), default=Objective.MOST_THEN_FIT.value, help=ways)
        parser.add_argument("--week", type=_week, help="a day of the week to compare hours in, 2026-03-30 (this week)")

    def handle(self, *, verbosity: int, **options: Any) -> None:
        bar = Bar(sys.stderr)
        try:
            said = run(options, bar)
        except (SheetError, PoolError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was written.", returncode=INTERRUPTED) from None
        finally:
            bar.end()
            gc.unfreeze()
        self.stdout.write("\n".join(said))
        if verbosity > 1:
            self.stdout.write(bar.times())


class Bar:
    """A bar on a terminal, nothing anywhere else; and how long each step took."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.shown = stream, ""
        self.steps: list[tuple[str, float]] = []

    def begin(self, step: str) -> None:
        self.end()
        self.steps.append((step, time.monotonic()))

    def __call__(self, done: int, of: int) -> None:
        filled, percent = WIDTH * done // of, 100 * done // of
        bar = f"\r{self.steps[-1][0]:16}[{'#' * filled}{'.' * (WIDTH - filled)}] {percent:3d} %"
        if self.stream.isatty() and bar != self.shown:
            self.stream.write(bar)
            self.stream.flush()
            self.shown = bar

    def end(self) -> None:
        if self.shown:
            self.stream.write("\n")
            self.stream.flush()
        self.shown = ""

    def times(self) -> str:
        ends = [start for _step, start in self.steps[1:]] + [time.monotonic()]
        return ", ".join(f"{step} {end - start:.1f} s" for (step, start), end in zip(self.steps, ends, strict=True))


def run(options: dict[str, Any], bar: Bar) -> list[str]:
    """What there is to say, once everything is written."""
    bar.begin("Getting ready")
    from matching.engine import match  # takes a while, in which one may change one's mind

    _check_outs(options)
    settings = Settings(
        facets=cells.FACETS,
        week=options["week"] or timezone.localdate(),
        objective=Objective(options["objective"]),
    )
    with _read_and_kept():
        bar.begin("Reading mentees")
        mentees = people.read(options["mentees"], mentors=False, progress=bar)
        bar.begin("Reading mentors")
        mentors = people.read(options["mentors"], mentors=True, progress=bar)
    locked = pairs.locked(options["locked"], mentees, mentors) if options["locked"] else []
    _check_asked(options["explain"], mentees, mentors)
    bar.begin("Matching")
    result = match(mentees, mentors, settings, options["seed"], locked=locked, progress=bar)
    said = [_summary(options["out"], result)]
    if options["explain"]:
        bar.begin("Explaining")
        said += _explained(options["explain"], result, mentees, mentors, settings)
    bar.begin("Writing")
    files.write(_texts(options, result, mentors, settings))
    return said


@contextmanager
def _read_and_kept() -> Iterator[None]:
    """Nothing of what is read is garbage before the end: to look for some over and over takes longer than to read."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _texts(options: dict[str, Any], result: Result, mentors: Sequence[Person], settings: Settings) -> dict[Path, str]:
    table = pairs.text(result)
    if not options["report"]:
        return {options["out"]: table}
    made = [
        (_("Way of matching"), OBJECTIVES[options["objective"]]),
        (_("Hours compared in the week of"), settings.week - timedelta(days=settings.week.weekday())),
        (_("Pairs that stayed as asked"), result.counts["locked"]),
        (_("Seed"), result.seed),
        (_("SHA-256 of the spreadsheet of pairs"), sha256(table.encode()).hexdigest()),
    ]
    return {options["out"]: table, options["report"]: report.html(result, mentors, made)}


def _summary(out: Path, result: Result) -> str:
    return (
        f"{out}: {len(result.pairings)} of {result.counts['mentees']} mentees matched with "
        f"{len({pairing.mentor for pairing in result.pairings})} of {result.counts['mentors']} mentors, "
        f"seed {result.seed}."
    )


def _explained(
    id_: str, result: Result, mentees: Sequence[Person], mentors: Sequence[Person], settings: Settings
) -> Iterator[str]:
    from matching.spreadsheets.explanation import Explanation  # needs arrays

    return Explanation(result, mentees, mentors, settings).lines(id_)


def _check_asked(id_: str | None, mentees: Sequence[Person], mentors: Sequence[Person]) -> None:
    if id_ and not any(person.id == id_ for side in (mentees, mentors) for person in side):
        raise SheetError(f"--explain: {id_!r}: expected the id of a mentee or a mentor")


def _check_outs(options: dict[str, Any]) -> None:
    taken = {options[name].resolve() for name in ("mentors", "mentees", "locked") if options[name]}
    for out in filter(None, (options["out"], options["report"])):
        if not out.parent.is_dir():
            raise SheetError(f"{out}: expected a folder that exists")
        if out.is_dir():
            raise SheetError(f"{out}: expected a file, not a folder")
        if out.resolve() in taken:
            raise SheetError(f"{out}: expected another file than those read from and written to")
        taken.add(out.resolve())


def _id(text: str) -> str:
    try:
        return cells.id_(text)
    except cells.BadCellError as bad:
        raise ArgumentTypeError(f"{text!r}: expected {bad}") from bad


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError(f"{text!r}: expected a whole number from 0")
    return int(text)


def _week(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r}: expected a day such as 2026-03-30") from None
