"""PyPI's `mentor-match`: everybody gets one partner in each round, so that a mentor of five places takes five rounds.

Its rules score by attributes; ours hands it the fit of the pair, in whole numbers."""

from matching.mentee import Mentee  # type: ignore[import-not-found]  # the peer's, not ours
from matching.mentor import Mentor  # type: ignore[import-not-found]
from matching.process import process_data  # type: ignore[import-not-found]
from matching.rules.rule import Disqualify, Rule  # type: ignore[import-not-found]
from run import Given, Pairs  # type: ignore[import-not-found]  # beside it

WHOLE = 1_000_000


class Fit(Rule):
    def __init__(self, mutual: list[list[float]]) -> None:
        super().__init__()
        self.mutual = mutual

    def apply(self, match: object) -> int:
        return round(self.mutual[match.mentee.role][match.mentor.role] * WHOLE)


def pairs(given: Given) -> Pairs:
    mentees = [Mentee(grade=0, email=f"n{i}", role=i) for i in range(len(given.mutual))]
    mentors = [Mentor(grade=1, email=f"m{j}", role=j) for j in range(len(given.capacity))]
    rules = [
        Fit(given.mutual),
        Disqualify(lambda match: given.mutual[match.mentee.role][match.mentor.role] <= 0),
    ]
    for _ in range(max(given.capacity)):
        looking = [mentee for mentee in mentees if not mentee.mentors]
        free = [mentor for mentor in mentors if len(mentor.mentees) < given.capacity[mentor.role]]
        if looking and free:
            process_data(free, looking, [rules])
    return [(mentee.role, mentor.role) for mentee in mentees for mentor in mentee.mentors]
