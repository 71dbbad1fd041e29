"""What one member sees, byte for byte, before and after somebody else did something."""

import re
from datetime import datetime

from django.urls import reverse

from accounts.models import Membership, Program
from matching.actions import shortlists
from matching.models import Shortlist
from tests import cast

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def look(member: Membership, *paths: str) -> dict[str, tuple[int, bytes]]:
    """Status and body of each page, without the token that is drawn anew for each."""
    client = cast.signed_in(member)
    pages = {path: client.get(path) for path in paths}
    return {path: (page.status_code, TOKEN.sub(b"", page.content)) for path, page in pages.items()}


def pages_of_mentee(mentee: Membership, *mentors: Membership) -> list[str]:
    own = reverse("matching:shortlist", args=[mentee.pk])
    there = [reverse("matching:mentor", args=[mentee.pk, mentor.pk]) for mentor in mentors]
    return [own, *there, reverse("matching:asks")]


def compute_all(program: Program, now: datetime) -> None:
    """Everybody's list anew, in one go."""
    for row in Shortlist.objects.select_related("mentee").order_by("pk"):
        shortlists.want(mentee=row.mentee, now=now)
    shortlists.compute(program_id=program.pk, clock=lambda: now)


def listed(mentee: Membership) -> list[str]:
    rows = mentee.shortlist.suggestions.order_by("position").select_related("mentor__user")
    return [str(row.mentor.user) for row in rows]
