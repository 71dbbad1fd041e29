"""match_csv from two files to two files: how long reading, matching and writing take, and how much memory.

    python -m bench.spreadsheets            1,000 x 500 and 100,000 x 20,000
    QUICK=1 python -m bench.spreadsheets    1,000 x 500

Once with the columns of the other measurements' pools, and once with all, whose hours in five time zones ask most of
the matcher. Making the files is not part of the time; starting Python is."""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import accumulate, product
from pathlib import Path
from string import ascii_lowercase

SEED = 20260325
SIZES = [(1_000, 500)] if os.environ.get("QUICK") else [(1_000, 500), (100_000, 20_000)]
FEW = ("id", "languages", "values", "about", "weights", "capacity")
MOST_SECONDS, MOST_MEGABYTES = 90, 800
MEETING = ("languages", "availability", "timezone", "formats", "place")
WANTED = ("identity", "wishes", "weights")
WORDS, WORDS_EACH = 2_000, 30
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = ("09:00-11:30", "12:00-14:00", "16:00-18:30", "18:00-20:30", "19:00-21:30")
ZONES = ("Europe/Berlin", "Europe/Madrid", "Europe/London", "America/New_York", "UTC")
IDENTITY = ("ace", "bi", "gay", "lesbian", "nonbinary", "trans")
TAGS = {"values": (60, 6), "goals": (40, 3), "topics": (40, 3), "skills": (50, 3)}
ALL = ("id", *MEETING, *TAGS, "about", *WANTED, "capacity")


class Crowd:
    """Draws people, row by row."""

    def __init__(self) -> None:
        self.draw = random.Random(SEED)
        self.words = ["".join(self.draw.choices(ascii_lowercase, k=self.draw.randint(3, 10))) for _ in range(WORDS)]
        self.common = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))

    def rows(self, letter: str, size: int) -> Iterator[list[str]]:
        for i in range(size):
            tags = [";".join(self._tags(column, *sizes)) for column, sizes in TAGS.items()]
            yield [f"{letter}{i:06}", *self._meeting(), *tags, self._about(), *self._wanted()]

    def _meeting(self) -> list[str]:
        languages = self.draw.sample(("english", "german", "arabic", "spanish"), self.draw.randint(1, 2))
        slots = {f"{self.draw.choice(DAYS)} {self.draw.choice(HOURS)}" for _ in range(self.draw.randint(2, 5))}
        formats = self.draw.choice(("online", "online;in-person", "online", "in-person"))
        town = f"town {self.draw.randint(1, 20)}"
        return [";".join(languages), ";".join(sorted(slots)), self.draw.choice(ZONES), formats, town]

    def _tags(self, column: str, of: int, most: int) -> list[str]:
        return sorted({f"{column} {min(self.draw.randint(1, of), self.draw.randint(1, of))}" for _ in range(most)})

    def _about(self) -> str:
        return " ".join(self.draw.choices(self.words, cum_weights=self.common, k=WORDS_EACH))

    def _wanted(self) -> list[str]:
        identity = self.draw.choice(IDENTITY) if self.draw.random() < 0.5 else ""
        wishes = f"nice:identity={self.draw.choice(IDENTITY)}" if self.draw.random() < 0.2 else ""
        return [identity, wishes, "values=3;about=1" if self.draw.random() < 0.3 else ""]


def fill(folder: Path, mentees: int, mentors: int, columns: Sequence[str]) -> None:
    """What stands in the other columns is drawn all the same, and left out."""
    crowd = Crowd()
    for name, letter, size in (("mentees.csv", "n", mentees), ("mentors.csv", "m", mentors)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            names = [name for name in columns if name != "capacity" or letter == "m"]
            writer = csv.DictWriter(file, names, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            for row in crowd.rows(letter, size):
                cells = [*row, str(crowd.draw.randint(1, 5))]
                writer.writerow(dict(zip(ALL, cells, strict=True)))


def measure(folder: Path) -> tuple[float, float]:
    """Seconds and MB of a process of its own, which says how long each step took."""
    sheets = ("--mentors", folder / "mentors.csv", "--mentees", folder / "mentees.csv", "--week", "2026-03-25")
    outs = ("--out", folder / "pairs.csv", "--report", folder / "report.html", "--verbosity", "2")
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, "manage.py", "match_csv", *sheets, *outs])
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"match_csv ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - start, used.ru_maxrss / 1024


def main() -> int:
    fell_short = 0
    for (mentees, mentors), columns in product(SIZES, (FEW, ALL)):
        print(f"\n{mentees:,} mentees x {mentors:,} mentors, {len(columns)} columns, seed {SEED}", flush=True)
        with tempfile.TemporaryDirectory(prefix="kindred-bench-") as folder:
            fill(Path(folder), mentees, mentors, columns)
            seconds, megabytes = measure(Path(folder))
        print(f"in all {seconds:.1f} s (at most {MOST_SECONDS}), {megabytes:.0f} MB (at most {MOST_MEGABYTES})")
        fell_short += seconds > MOST_SECONDS or megabytes > MOST_MEGABYTES
    return fell_short


if __name__ == "__main__":
    sys.exit(main())
