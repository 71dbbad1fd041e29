"""What a run of the bench found: goals, one line each, and tables for docs/performance.md."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Goal:
    name: str
    reached: bool | None  # None: not measured in this run
    sentence: str

    def __str__(self) -> str:
        word = {True: "reached", False: "NOT reached", None: "not measured"}[self.reached]
        return f"{self.name} {word}: {self.sentence}"


goals: list[Goal] = []
kept: dict[str, Any] = {}


def tell(name: str, sentence: str, *, reached: bool | None) -> None:
    """Say what came of a goal (F1, F2, ...) and remember it for the end of the run."""
    goals.append(Goal(name, reached, sentence))
    print(f"\n{goals[-1]}", flush=True)


def keep(name: str, found: object) -> None:
    """Remember what goes into docs/performance.json: plain values only."""
    kept[name] = found


def plain() -> dict[str, Any]:
    return {**kept, "goals": [asdict(goal) for goal in goals]}
