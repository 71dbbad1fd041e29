"""Runs, suggestions and proposals: how two people come to each other."""

from matching.models.learning import PairEvent
from matching.models.lists import Shortlist, Suggestion
from matching.models.proposals import MOVES, Proposal
from matching.models.runs import MatchRun, Parcel, RunBlock, Unmatched
from matching.models.whatifs import WhatIf

__all__ = [
    "MOVES", "MatchRun", "PairEvent", "Parcel", "Proposal", "RunBlock", "Shortlist", "Suggestion", "Unmatched",
    "WhatIf",
]  # fmt: skip
