"""`manage.py register` writes what is made from `home/register.toml`. With `--check` it writes nothing, and fails where
something is there and not declared, declared and not there, or made from an older register."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from home import inventory, privacy, register, retention


class Command(BaseCommand):
    help = "Write docs/privacy.md and docs/record-of-processing.md, or check all that home/register.toml says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; say what deviates")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        told = register.read({})
        files = privacy.files(told)
        if not check:
            for path, words in files.items():
                path.write_text(words, encoding="utf-8")
            return
        found = inventory.deviations(told) + [f"{column}: no rule deletes its row" for column in retention.unreached()]
        found += [
            f"{path.name} is older than the register" for path, words in files.items() if path.read_text() != words
        ]
        if found:
            raise CommandError("\n".join([*found, "See home/register.toml; `manage.py register` makes the files."]))
        self.stdout.write(f"{len(told.entries):,} lines of the register, all there, and nothing besides.")
