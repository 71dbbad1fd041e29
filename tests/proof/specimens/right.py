from unittest import mock

from proof.goal import Defect, Goal, Look, Size

WRONG: list[str] = []


def look(size: Size, seed: int) -> Look:
    return Look(len(size) + seed, [*WRONG])


GOAL = Goal("T98", "right", look, (Defect("a hole", lambda: mock.patch(f"{__name__}.WRONG", ["it leaks"])),))
