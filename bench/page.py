"""Writes what a full run found: docs/performance.json, the plot, and the marked part of docs/performance.md."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from bench import findings, plot, tables
from bench.tables import Row

DOCS = Path(__file__).parents[1] / "docs"
BEGIN, END = "<!-- written by make bench: begin -->", "<!-- written by make bench: end -->"


def write(docs: Path = DOCS) -> None:
    found = findings.plain()
    (docs / "performance.json").write_text(json.dumps(found, indent=1) + "\n")
    rows = [Row(**row) for row in found["rows"]]
    (docs / "images" / "performance.svg").write_text(plot.drawn(rows))
    page = docs / "performance.md"
    before, rest = page.read_text().split(BEGIN)
    page.write_text(f"{before}{BEGIN}\n\n{text(found, rows)}\n\n{END}{rest.split(END)[1]}")


def text(found: Mapping[str, Any], rows: Sequence[Row]) -> str:
    goals = sorted(found["goals"], key=lambda goal: goal["name"])
    parts = [
        ", ".join(f"{key}: {value}" for key, value in found["machine"].items()) + f". Seed {found['seed']}.",
        "## Goals",
        "\n".join(f"- {findings.Goal(**goal)}" for goal in goals),
        "## Seconds by size",
        "![Seconds by number of possible pairs, for each contender](images/performance.svg)",
        "## By size",
        tables.LEGEND.replace("\n", " "),
    ]
    for size, group in groupby(rows, key=str):
        parts += [f"### {size}", tables.markdown(list(group)), found["floor"][size]]
    return "\n\n".join(part for part in parts if part)
