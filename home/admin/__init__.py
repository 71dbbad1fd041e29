"""Pages of coordination that span apps."""

from home.admin import openings, programs, second_yes

__all__ = ["openings", "programs", "second_yes"]
