"""Pages of coordination that span apps."""

from home.admin import openings, programs

__all__ = ["openings", "programs"]
