"""What an answer may be asked for, and how far its owner lets it travel."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    MATCH = "match", _("help match me")
    SHOW_MATCHED = "matched", _("my match, after we both said yes")
    SHOW_SUGGESTED = "suggested", _("people I am suggested to")
    CIRCLES = "circles", _("use it for circles")
    STATISTICS = "statistics", _("count me in anonymous statistics")
    LEARNING = "learning", _("let my matches help improve the matching")


OF_ANSWERS = tuple(purpose for purpose in Purpose if purpose != Purpose.LEARNING)
"""What is said yes to answer by answer; the rest, once for a whole membership."""


class Reach(TextChoices):
    """Steps of a ladder: each includes those before it. Beside it stand two independent yes/no."""

    ONLY_ME = "only_me", _("Only me")
    HELP_MATCH = "match", _("Help match me")
    MATCHED = "matched", _("My match, after we both said yes")
    SUGGESTED = "suggested", _("People I am suggested to")

    @property
    def purposes(self) -> frozenset[Purpose]:
        return LADDER[self]

    @classmethod
    def of(cls, purposes: frozenset[Purpose]) -> "Reach":
        """The widest step whose purposes are all granted."""
        return max((step for step in cls if step.purposes <= purposes), key=lambda step: len(step.purposes))


LADDER = {
    Reach.ONLY_ME: frozenset[Purpose](),
    Reach.HELP_MATCH: frozenset({Purpose.MATCH}),
    Reach.MATCHED: frozenset({Purpose.MATCH, Purpose.SHOW_MATCHED}),
    Reach.SUGGESTED: frozenset({Purpose.MATCH, Purpose.SHOW_MATCHED, Purpose.SHOW_SUGGESTED}),
}
