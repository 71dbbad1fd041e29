"""How answers are typed: long lists of choices, and the times of a week. All of it works without scripts."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from consent.values import MOST_SLOTS, Slot

Row = tuple[str, str, str]
"""Day, from and to, as typed."""


class LongChoices(forms.CheckboxSelectMultiple):
    """Checkboxes, the rarer ones folded away until asked for. One that is ticked is never hidden."""

    template_name = "consent/widgets/choices.html"

    def __init__(self, *args: Any, more: Collection[str] = (), more_words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.more, self.more_words = more, more_words

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = [option for _group, group, _index in context["widget"]["optgroups"] for option in group]
        folded = [option for option in options if str(option["value"]) in self.more]
        context["widget"] |= {
            "first": [option for option in options if str(option["value"]) not in self.more],
            "folded": folded,
            "unfolded": any(option["selected"] for option in folded),
            "more_words": self.more_words,
        }
        return context


class WeekRows(forms.Widget):
    """Rows of day, from and to."""

    template_name = "consent/widgets/week.html"
    use_fieldset = True
    spare = 3

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        filled = [row for row in map(typed, value or []) if any(row)]
        rows = [*filled, *[("", "", "")] * max(self.spare, 1)]
        context["widget"] |= {"rows": rows[:MOST_SLOTS], "days": list(WEEKDAYS.items())}
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Row]:
        count = next(number for number in range(MOST_SLOTS + 1) if f"{name}{number}d" not in data)
        return [
            (data.get(f"{name}{row}d", ""), data.get(f"{name}{row}f", ""), data.get(f"{name}{row}t", ""))
            for row in range(count)
        ]

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_0"


class WeekField(forms.Field):
    widget = WeekRows

    def clean(self, value: list[Row]) -> list[dict[str, Any]]:
        rows = [row for row in value if any(row)]
        if not all(all(row) and row[0].isdecimal() for row in rows):
            raise forms.ValidationError(_("Please give a day, a start and an end, or leave the whole row empty."))
        return [
            {"day": int(day), "start": start[:5], "end": "24:00" if end[:5] == "00:00" else end[:5]}
            for day, start, end in rows
        ]


def typed(row: Slot | Row) -> Row:
    """As the browser's time fields hold it: they know no 24:00."""
    if isinstance(row, dict):
        return str(row["day"]), row["start"], "00:00" if row["end"] == "24:00" else row["end"]
    return row
