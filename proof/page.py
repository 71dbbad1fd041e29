"""`python -m proof.page` writes the table of docs/proof.md: each goal in its own words, with its planted defects."""

import importlib
import os
from pathlib import Path

import django

from proof import goals
from proof.goal import Goal

PAGE = Path(__file__).resolve().parent.parent / "docs" / "proof.md"
BEGIN, END = "<!-- written by python -m proof.page: begin -->", "<!-- written by python -m proof.page: end -->"


def every_goal() -> list[Goal]:
    """By their numbers; those without one last."""
    found = [importlib.import_module(module).GOAL for module in goals.MODULES.values()]
    return sorted(found, key=lambda goal: (int(goal.key[1:]) if goal.key[1:].isdecimal() else 1000, goal.key))


def table() -> str:
    head = ["| goal | what it shows | planted defects that it catches |", "|---|---|---|"]
    rows = [f"| {goal.key} | {goal.sentence} | {_names(goal)} |" for goal in every_goal()]
    planted = sum(len(goal.defects) for goal in every_goal())
    return "\n".join([*head, *rows, "", f"{planted} planted defects in all."])


def _names(goal: Goal) -> str:
    return "; ".join(defect.name for defect in goal.defects)


def written(page: str) -> str:
    """The page with the table as it is now."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    PAGE.write_text(written(PAGE.read_text()))
