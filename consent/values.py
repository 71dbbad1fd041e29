"""The shape of an answer, by kind. This is what is sealed, as JSON.

    tags, skills, languages, formats    {"chosen": ["honesty", …], "described": "own words or empty"}
    availability                        [{"day": 0, "start": "18:00", "end": "20:30"}, …]
    text, place, note                   "words"

Days count from Monday = 0; hours are the person's own, on the clock of their zone; "24:00" is the end of a day.
A cleaned value is canonical: choices in the order of the vocabulary, hours sorted and merged, text trimmed.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any, TypedDict

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONGEST_DESCRIPTION = 200
MOST_SLOTS = 60
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


class Chosen(TypedDict):
    chosen: list[str]
    described: str


class Slot(TypedDict):
    day: int
    start: str
    end: str


Value = Chosen | list[Slot] | str


class AnswerError(ValueError):
    """An answer does not fit its facet. `sentence` is for the person who typed it.

    The text of the exception names the place and what belongs there, and never what was said: it may reach a log."""

    def __init__(self, facet: str, field: str, value: object, expected: str, sentence: str) -> None:
        super().__init__(f"facet {facet!r}, field {field!r}: expected {expected}")
        self.facet, self.field, self.value, self.expected, self.sentence = facet, field, value, expected, sentence


def clean_chosen(
    raw: Any, *, facet: str, known: Iterable[str], alone: Collection[str], most: int | None, own_words: bool
) -> Chosen:
    if not isinstance(raw, dict) or not raw.keys() <= {"chosen", "described"}:
        raise AnswerError(facet, "value", raw, 'an object with "chosen" and "described"', _("Please choose again."))
    chosen = clean_choices(raw.get("chosen", []), facet=facet, known=known, alone=alone, most=most)
    described = clean_text(raw.get("described", ""), facet=facet, field="described", longest=LONGEST_DESCRIPTION)
    if described and not own_words:
        raise AnswerError(facet, "described", described, "nothing", _("Please choose from the list."))
    return {"chosen": chosen, "described": described}


def clean_choices(raw: Any, *, facet: str, known: Iterable[str], alone: Collection[str], most: int | None) -> list[str]:
    order = list(known)
    if not isinstance(raw, list) or not all(key in order for key in raw):
        raise AnswerError(facet, "chosen", raw, "a list of known choices", _("Please choose from the list."))
    chosen = sorted(set(raw), key=order.index)
    if most is not None and len(chosen) > most:
        sentence = ngettext("Please choose one.", "Please choose up to %(most)s.", most) % {"most": most}
        raise AnswerError(facet, "chosen", raw, f"at most {most} choices", sentence)
    if len(chosen) > 1 and set(chosen) & set(alone):
        sentence = _("One of these does not go together with the others.")
        raise AnswerError(facet, "chosen", raw, "a choice that stands alone to stand alone", sentence)
    return chosen


def clean_text(raw: Any, *, facet: str, field: str = "value", longest: int, lines: bool = False) -> str:
    if not isinstance(raw, str):
        raise AnswerError(facet, field, raw, "text", _("Please write it in words."))
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    text = text.strip() if lines else " ".join(text.split())
    if len(text) > longest:
        sentence = _("Please keep it to %(longest)s characters; these are %(count)s.")
        raise AnswerError(
            facet, field, raw, f"at most {longest} characters", sentence % {"longest": longest, "count": len(text)}
        )
    return text


def clean_slots(raw: Any, *, facet: str) -> list[Slot]:
    if not isinstance(raw, list) or len(raw) > MOST_SLOTS:
        raise AnswerError(facet, "value", raw, f"a list of at most {MOST_SLOTS} times", _("Please give fewer times."))
    slots = sorted((clean_slot(slot, facet=facet) for slot in raw), key=lambda slot: (slot["day"], slot["start"]))
    merged: list[Slot] = []
    for slot in slots:
        last = merged[-1] if merged else None
        if last and last["day"] == slot["day"] and slot["start"] <= last["end"]:
            last["end"] = max(last["end"], slot["end"])
        else:
            merged.append(slot)
    return merged


def clean_slot(raw: Any, *, facet: str) -> Slot:
    if not isinstance(raw, dict) or raw.keys() != {"day", "start", "end"}:
        raise AnswerError(facet, "value", raw, 'times with "day", "start" and "end"', _("Please give a day and hours."))
    day, start, end = raw["day"], raw["start"], raw["end"]
    if type(day) is not int or not 0 <= day <= 6:
        raise AnswerError(facet, "day", day, "0 (Monday) to 6 (Sunday)", _("Please choose a day of the week."))
    for field, hour in (("start", start), ("end", end)):
        if not isinstance(hour, str) or not CLOCK.fullmatch(hour):
            raise AnswerError(facet, field, hour, "an hour such as 18:30", _("Please give an hour such as 18:30."))
    if start >= end:
        raise AnswerError(facet, "end", end, "an hour after the start", _("The end comes after the start."))
    return {"day": day, "start": start, "end": end}


def slot_words(slot: Slot) -> str:
    return f"{WEEKDAYS[slot['day']]} {slot['start']}–{slot['end']}"
