"""A copy of everything of one person, to take along: one file for machines and one page to read, in a ZIP.

Neither its name nor the names inside tell what it is of."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Program, User
from consent import vocabulary
from consent.facets import Facet
from consent.models import Answer, Wish
from consent.queries import WISH
from home import export
from home.export import Cell, Table
from mentorship import outline
from ui import standalone
from ui.templatetags.ui import when

NAME = "copy.zip"
DATA, PAGE = FILES = ("data.json", "read.html")
FEW = 20
"""So many rows of a kind are shown unfolded."""
CALLED = {"sealed": gettext_lazy("words"), "note": gettext_lazy("note"), "passing": gettext_lazy("why I passed on")}
"""What a sealed column is called once it is opened."""
SHEETS = ("tokens", "base", "components", "report")


@dataclass(frozen=True)
class Section:
    heading: str
    rows: list[list[tuple[str, str]]]

    @property
    def is_short(self) -> bool:
        return len(self.rows) <= FEW


def zipped(user: User, now: datetime) -> bytes:
    tables = list(export.of(user))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(DATA, as_json(tables, now))
        archive.writestr(PAGE, as_page(user, tables, now))
    return buffer.getvalue()


def as_json(tables: list[Table], now: datetime) -> str:
    kept = {
        table.name: {
            "about": table.about,
            "rows": [{cell.column: cell.value for cell in cells} for _row, cells in table.rows],
        }
        for table in tables
    }
    return json.dumps({"made_at": now, "kept": kept}, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def as_page(user: User, tables: list[Table], now: datetime) -> str:
    reader = _Reader(user)
    sections = [Section(_(table.about), [list(reader.words(*row)) for row in table.rows]) for table in tables]
    shown = [section for section in sections if section.rows]
    return render_to_string("home/copied.html", {"sections": shown, "now": now, **standalone.look(*SHEETS)})


class _Reader:
    """Turns what is stored into words. Ids say nothing to anybody, and are left to the file for machines."""

    def __init__(self, user: User) -> None:
        self.facets: dict[str, Facet] = {facet.key: facet for facet in vocabulary.load().facets}
        self.programs = dict(Program.objects.filter(memberships__user=user).values_list("pk", "name"))
        self.members = {
            member.pk: f"{member.program.name} · {member.get_role_display()}"
            for member in Membership.objects.filter(user=user).select_related("program")
        }

    def words(self, row: Model, cells: list[Cell]) -> Iterator[tuple[str, str]]:
        for cell in cells:
            if isinstance(cell.value, dict) and not isinstance(row, Answer):
                yield from self._parts(cell.value)
            elif text := self._text(row, cell):
                yield capfirst(_label(row, cell)), text

    def _text(self, row: Model, cell: Cell) -> str:
        value = cell.value
        if cell.column == "facet":
            return self._facet(str(value))
        if isinstance(row, Answer | Wish) and cell.column == "sealed":
            return self._said(row, value)
        if isinstance(value, UUID):
            return self.members.get(value) or self.programs.get(value) or ""
        choices = _choices(row, cell)
        return str(choices.get(value, value)) if choices else _plain(value)

    def _facet(self, key: str) -> str:
        facet = self.facets.get(key.removeprefix(WISH))
        return facet.label if facet else key

    def _said(self, row: Answer | Wish, value: Any) -> str:
        """As it was said on this question; a boundary is in one's own words."""
        facet = self.facets.get(row.facet)
        if not value or facet is None:
            return _plain(value)
        if isinstance(row, Wish):
            return value if facet.boundary else facet.word(value)
        return "; ".join(facet.words(value))

    def _parts(self, terms: dict[str, str]) -> Iterator[tuple[str, str]]:
        labels = {part.key: str(part.label) for part in (*outline.JOINT, outline.OWN)}
        yield from ((labels.get(key, capfirst(key)), text) for key, text in terms.items() if text)


def _label(row: Model, cell: Cell) -> str:
    return str(CALLED.get(cell.column) or export.field_of(row, cell.column).verbose_name)


def _choices(row: Model, cell: Cell) -> dict[Any, Any]:
    return {} if cell.column == "sealed" else dict(export.field_of(row, cell.column).flatchoices)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return when(value)
    if isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    return "" if value is None else str(value)
