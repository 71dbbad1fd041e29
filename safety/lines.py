"""What the help page holds: the person's own programs first, then their country, then everybody else's."""

import logging
from dataclasses import dataclass

from accounts import queries
from accounts.models import Program, User
from safety.crisis import Country, CrisisError, Line, load, own_lines

logger = logging.getLogger("kindred.help")


@dataclass(frozen=True)
class OwnLines:
    program: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Help:
    own: list[OwnLines]
    here: Country | None
    others: list[Country]
    elsewhere: tuple[str, ...]


def for_whom(user: User | None, country: str) -> Help:
    directory = load()
    here = directory.country(country) if country else None
    others = [other for other in directory.by_name() if other != here]
    programs = {member.program for member in queries.of(user)} if user else set()
    own = [OwnLines(program.name, _lines(program)) for program in sorted(programs, key=lambda one: one.name)]
    return Help([entry for entry in own if entry.lines], here, others, directory.elsewhere)


def _lines(program: Program) -> tuple[Line, ...]:
    """A slip in a program's own lines must not keep anybody from all the others."""
    try:
        return own_lines(program.help_lines)
    except CrisisError as error:
        logger.warning("a program's own help lines cannot be shown: field %s", error.field)
        return ()
