"""Every address that we answer at, and what each of the cast gets there.

A row of the table is `Route(name, of, get, post, data)`:

- `name` is what `reverse` takes; an address without a name is declared by its pattern.
- `of` names the rows of the scene that stand in the address, in its order ("agreement meeting"), or numbers.
- `get` and `post` say who gets what, as "mentee mentor: ok; rest: missing". Who stands nowhere in it is among the
  `rest`, but for `anonymous` and `newcomer`, who are led to sign in and to say hello unless they are named ("all" names
  everybody).
- `data` is what is sent in with a POST, as in a query string; `{agreement}` is the id of that row.

What HEAD, PUT, PATCH, DELETE and OPTIONS get follows from the two by a rule: methods.py.

What one can get: `ok` (a page or a file), `missing` (the 404 that says nothing), `no` (405: not this way), `sign-in`,
`welcome`, `away` (to another site), or `>name`, led on to our page of that name.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from django.urls import reverse

from consent import notice
from home import inventory
from tests.routes.methods import OTHERWISE, by_rule
from tests.routes.scene import ANONYMOUS, NEWCOMER, PEOPLE, Scene

ANYTHING = "(?P<url>.*)$"
ID = re.compile(r"<path:object_id>")
NO = "rest: no"
UNNAMED = {ANONYMOUS: "sign-in", NEWCOMER: "welcome"}
GROUPS = {
    "all": PEOPLE,
    "staff": ("coordinator", "other_program_coordinator", "superuser"),
    "mentees": ("mentee", "other_mentee", "stranger"),
    "mentors": (
        "mentor", "matched_mentor", "former_mentor", "blocked_mentor", "paused_mentor", "other_program_mentor",
    ),
}  # fmt: skip


class Undeclared(AssertionError):
    """A cell of the table that says nothing, or says it twice."""


@dataclass(frozen=True)
class Route:
    name: str
    of: str = ""
    get: str = NO
    post: str = NO
    data: str = ""

    @property
    def label(self) -> str:
        return f"{self.name} {self.of}".strip()

    def expected(self, method: str) -> dict[str, str]:
        declared = {"GET": self.get, "POST": self.post, **OTHERWISE.get(self.name, {})}
        if method in declared:
            return read_row(declared[method], self.label)
        got, sent = self.expected("GET"), self.expected("POST")
        return {who: by_rule(self.name, method, got[who], sent[who]) for who in PEOPLE}

    def path(self, scene: Scene) -> str:
        return self.path_with(*(scene.pk(name) for name in self.of.split()))

    def path_with(self, *ids: object) -> str:
        if "/" in self.name:
            return "/" + self.name.replace(ANYTHING, "nowhere/").format(*ids)
        return reverse(self.name, args=ids)

    def fields(self, scene: Scene) -> dict[str, list[str]]:
        ids = {name: row.pk for name, row in scene.rows.items()} | {"version": notice.VERSION}
        return parse_qs(self.data.format_map(ids), keep_blank_values=True)


def read_row(row: str, label: str = "") -> dict[str, str]:
    """Who gets what, spelled out for everybody."""
    said = dict(UNNAMED)
    rest = None
    for part in row.split(";"):
        people, _, outcome = part.strip().rpartition(": ")
        for who in (member for word in people.split() for member in GROUPS.get(word, (word,))):
            if who == "rest":
                rest = outcome
            elif who not in PEOPLE or (who in said and who not in UNNAMED):
                raise Undeclared(f"{label}: {who} is nobody of the cast, or is named twice.")
            else:
                said[who] = outcome
    missing = [who for who in PEOPLE if who not in said]
    if missing and rest is None:
        raise Undeclared(f"{label}: says nothing of {', '.join(missing)}.")
    return {who: said.get(who, rest or "") for who in PEOPLE}


def addresses() -> set[str]:
    """The name of every address there is, or its pattern where it has none."""
    return {ID.sub("{}", name) for name in inventory.routes()}
