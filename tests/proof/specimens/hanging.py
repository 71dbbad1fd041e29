import time

from proof.goal import Goal, Look, Size


def look(size: Size, seed: int) -> Look:
    while True:
        time.sleep(60)


GOAL = Goal("T99", "hanging", look, ())
