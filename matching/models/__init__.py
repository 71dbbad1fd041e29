"""Runs, suggestions and proposals: how two people come to each other."""

from matching.models.lists import Shortlist, Suggestion
from matching.models.proposals import MOVES, Proposal
from matching.models.runs import MatchRun, Unmatched

__all__ = ["MOVES", "MatchRun", "Proposal", "Shortlist", "Suggestion", "Unmatched"]
