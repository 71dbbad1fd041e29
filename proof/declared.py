"""The register's own line: every stored column, address, mail template, task, log line, cache key, file and column of
coordination is declared, with its class, purpose, audience, retention and export, and nothing is that is not there."""

from functools import partial

from home import inventory, register
from home.register import Misread
from proof.goal import Defect, Goal, Look, Size
from tests.register import planted, strangers
from tests.register.stored import declared, stored
from tests.register.strangers import STRANGERS


def look(size: Size, seed: int) -> Look:
    """All there is, at any size."""
    try:
        told = register.read({})
    except Misread as contradiction:
        return Look(1, [str(contradiction)])
    wrong = inventory.compared("table", declared(told), stored()) + inventory.deviations(told)
    return Look(len(told.entries), list(dict.fromkeys(wrong)))


GOAL = Goal(
    "REGISTER",
    "every stored column, and whatever touches one, is declared",
    look,
    (
        *(Defect(name, come) for name, (come, _said) in STRANGERS.items()),
        Defect("a column that is no field", strangers.a_column_of_the_database),
        Defect("a column that is gone", partial(planted.written, planted.a_line_too_many)),
        Defect("a class that nobody knows", partial(planted.written, planted.an_unknown_class)),
        Defect("a line that says not how long", partial(planted.written, planted.nothing_of_how_long)),
    ),
)
