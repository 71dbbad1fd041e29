"""A list of a program for its coordination to take away: who is here, where they stand, and with whom. No answer, no
address, nothing that anybody said."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import is_coordinator
from accounts.actions import trail
from accounts.models import Membership, Program, Standing, User
from home.actions import second_yes
from home.actions.second_yes import What
from matching.spreadsheets.formulas import guarded
from mentorship.models import Agreement

Together = dict[object, list[tuple[str, Agreement]]]


@transaction.atomic
def take(*, program: Program, by: User, now: datetime) -> str:
    """The list as CSV, once, with a colleague's yes. Raises second_yes.Missing, NotYours."""
    if not is_coordinator(by, program):
        raise second_yes.NotYours
    row = second_yes.use(what=What.LIST, program=program, by=by, now=now)
    trail.record(act=trail.Act.EXPORTED, by=by, row=row, program=program, now=now)
    return _written(_lines(program))


def _lines(program: Program) -> Iterator[list[str]]:
    """A line for each person and role; one for each of their agreements, where they have any that goes on."""
    yield [_("Name to use"), _("Role"), _("Standing"), _("Since"), _("With"), _("Agreement"), _("Begun")]
    pairs = _together(program)
    here = Membership.objects.filter(program=program).exclude(standing=Standing.LEFT).select_related("user")
    for member in here.order_by("role", "applied_at", "id"):
        said = [str(member.user), member.get_role_display(), member.get_standing_display(), _day(member.changed_at)]
        for name, agreement in pairs.get(member.pk, []):
            yield [*said, name, agreement.get_state_display(), _day(agreement.opened_at)]
        if member.pk not in pairs:
            yield [*said, "", "", ""]


def _together(program: Program) -> Together:
    found: Together = defaultdict(list)
    going = Agreement.objects.filter(program=program, state__in=Agreement.State.holding())
    for agreement in going.select_related("mentee__user", "mentor__user").order_by("opened_at", "id"):
        found[agreement.mentee_id].append((str(agreement.mentor.user), agreement))
        found[agreement.mentor_id].append((str(agreement.mentee.user), agreement))
    return found


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _written(lines: Iterator[list[str]]) -> str:
    """No cell can be run as a formula."""
    file = io.StringIO()
    csv.writer(file).writerows([guarded(cell) for cell in line] for line in lines)
    return file.getvalue()
