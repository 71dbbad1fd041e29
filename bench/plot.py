"""Seconds by number of possible pairs, both on logarithmic scales, as one SVG that reads in light and dark."""

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from bench.tables import BEST, DENSE, FLOOR, FLOW, KINDRED, PLAIN, Row

WIDTH, HEIGHT = 900, 460
LEFT, RIGHT, TOP, BOTTOM = 70, 240, 24, 50
SHOWN = (KINDRED, FLOW, DENSE, BEST, FLOOR)
STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #1f1b24 }
.grid { stroke: #d9d4de } .axis { stroke: #6b6472 }
.c0 { --c: #7a2fb5 } .c1 { --c: #0b6e8f } .c2 { --c: #a8460b } .c3 { --c: #6d6a00 }
.c4 { --c: #5b5b66 } .c5 { --c: #b3186b } .c6 { --c: #1c7a3e }
.line { fill: none; stroke: var(--c); stroke-width: 2 } .c0 .line { stroke-width: 3.5 }
.c4 .line { stroke-dasharray: 5 4 } .dot { fill: var(--c) } .hard { fill: none; stroke: var(--c); stroke-width: 2 }
.name { fill: var(--c); font-weight: 600 }
@media (prefers-color-scheme: dark) {
  text { fill: #ece7f1 } .grid { stroke: #3b3642 } .axis { stroke: #a69dad }
  .c0 { --c: #cf9bff } .c1 { --c: #6fcbe8 } .c2 { --c: #ffab76 } .c3 { --c: #dcd75e }
  .c4 { --c: #b9b6c2 } .c5 { --c: #ff8cc6 } .c6 { --c: #7ddb9b }
}"""


class Scale:
    """A logarithmic axis from one power of ten to another."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low, self.high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        self.high = max(self.high, self.low + 1)
        self.start, self.end = start, end

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def drawn(rows: Sequence[Row]) -> str:
    measured = [row for row in rows if row.seconds]
    across = Scale([row.pairs for row in measured], LEFT, WIDTH - RIGHT)
    up = Scale([row.seconds for row in measured], HEIGHT - BOTTOM, TOP)
    names = list(dict.fromkeys([*SHOWN, *(row.contender for row in rows if row.contender != PLAIN)]))
    lines = {name: [row for row in measured if row.contender == name] for name in names}
    parts = [*_grid(across, up), *_lines(lines, across, up)]
    title = "Seconds by number of possible pairs, both logarithmic. The figures stand in the tables of this page."
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title">\n'
        f'<title id="title">{title}</title>\n<style>\n{STYLE}\n</style>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _grid(across: Scale, up: Scale) -> list[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = []
    for tick in up.ticks():
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{up(tick)}" y2="{up(tick)}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{up(tick) + 4}" text-anchor="end">{tick:g} s</text>')
    for tick in across.ticks():
        parts.append(f'<line class="axis" x1="{across(tick)}" x2="{across(tick)}" y1="{bottom}" y2="{bottom + 5}"/>')
        parts.append(f'<text x="{across(tick)}" y="{bottom + 20}" text-anchor="middle">{_count(tick)}</text>')
    middle = (LEFT + right) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">possible pairs; ring: places = mentees</text>'
    )
    return parts


def _lines(lines: dict[str, list[Row]], across: Scale, up: Scale) -> list[str]:
    parts: list[str] = []
    taken: list[float] = []
    last = {name: max(rows, key=lambda row: row.pairs) for name, rows in lines.items() if rows}
    for name in sorted(last, key=lambda name: up(last[name].seconds)):
        easy = [row for row in lines[name] if row.places != "equal"]
        points = " ".join(f"{across(row.pairs)},{up(row.seconds)}" for row in easy)
        y = max([up(easy[-1].seconds) + 4, *(other + 16 for other in taken)])
        taken.append(y)
        dots = "".join(_dot(row, across, up) for row in lines[name])
        label = f'<text class="name" x="{WIDTH - RIGHT + 10}" y="{y}">{escape(name)}</text>'
        number = list(lines).index(name)
        parts.append(f'<g class="c{number}"><polyline class="line" points="{points}"/>{dots}{label}</g>')
    return parts


def _dot(row: Row, across: Scale, up: Scale) -> str:
    kind, radius = ("hard", 6) if row.places == "equal" else ("dot", 4)
    return f'<circle class="{kind}" cx="{across(row.pairs)}" cy="{up(row.seconds)}" r="{radius}"/>'


def _count(pairs: float) -> str:
    for unit, name in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if pairs >= unit:
            return f"{pairs / unit:g}{name}"
    return f"{pairs:g}"
