from collections import Counter
from datetime import datetime

import pytest

from accounts.models import Membership, Program
from matching.actions import blocks, runs
from matching.engine import passes, sides
from matching.models import MatchRun
from tests.matching.blocks.passes import Moments, Plain


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch, settings) -> Counter[str]:
    """How often each part was looked at."""
    times: Counter[str] = Counter()

    def look(part: Plain, right: Plain) -> Plain:
        times[part.decode()] += 1
        return Plain(part.upper() + right[-1:])

    monkeypatch.setattr(passes, "scan", look)
    monkeypatch.setattr(passes, "cores", lambda: 1)
    for name in ("Part", "Side", "Found"):
        monkeypatch.setattr(sides, name, Plain)
    monkeypatch.setattr(blocks, "GLANCE", 0)
    settings.SPREAD_PAIRS = 0
    return times


@pytest.fixture
def run(program: Program, coordinator: Membership, now: datetime) -> MatchRun:
    return runs.start(program=program, by=coordinator.user, now=now, seed=7)


@pytest.fixture
def clock(now: datetime) -> Moments:
    return Moments(now)
