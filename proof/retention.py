"""T17: what is kept for some days is there the day before they are over and gone on the day, and nothing else goes.

Rows of every class at three ages, and rows that no age may take away, at moments of ten years drawn by the seed: over
leap days, ends of years and changes of the clock."""

import random
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import transaction

from home import register, retention
from proof.goal import Defect, Goal, Look, Size
from tests.register import ageing, planted

MOMENTS = {Size.FULL: 40, Size.SHORT: 5, Size.LEAST: 1}
BEGIN, SPAN = datetime(2025, 1, 1, tzinfo=UTC), timedelta(days=3_652)


def look(size: Size, seed: int) -> Look:
    drawn = random.Random(seed)
    moments = [BEGIN + timedelta(seconds=drawn.randrange(int(SPAN.total_seconds()))) for _ in range(MOMENTS[size])]
    looks = [at(moment) for moment in moments]
    unruled = [f"no rule reaches {column}" for column in retention.unreached()]
    untried = [f"no row tries {rule}" for rule in ageing.without_a_row()]
    wrong = [line for _seen, found in looks for line in found]
    return Look(sum(seen for seen, _found in looks) + len(register.columns()), [*unruled, *untried, *wrong])


def at(now: datetime) -> tuple[int, list[str]]:
    with transaction.atomic():
        seen, wrong = ageing.wrong(now)
        again = retention.forget(now=now)
        transaction.set_rollback(True)
    left = [f"{now:%Y-%m-%d %H:%M}: a second time took {dict(again)}"] if again else []
    return seen, [f"{now:%Y-%m-%d %H:%M}: {line}" for line in wrong] + left


GOAL = Goal(
    "T17",
    "what is past its time is gone, to the day, and nothing else",
    look,
    (
        *(Defect(name, plant) for name, plant in planted.OF_THE_JOB.items()),
        Defect("a class without a rule that reaches it", partial(planted.kept_as, "safety_block", "sent_notice")),
        Defect("a rule that no row tries", partial(planted.one_rule_more, "match_run", "matching_runblock")),
    ),
)
