"""What a spreadsheet would run. Apart from the rest, so that whoever writes a list need not load the matcher."""

import re

FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def guarded(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is made text by a quote before it."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def bare(cell: str) -> str:
    """Without that quote. `bare(guarded(x)) == x` for every x, so that an id comes back as it left."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
