"""What people are told before they let an answer travel, and the version of it that a grant remembers."""

import hashlib
from collections.abc import Mapping

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Program
from consent import vocabulary
from consent.facets import Facet
from consent.purposes import Purpose, Reach

REACH_EXPLAINED: Mapping[Reach, Promise] = {
    Reach.ONLY_ME: _("Kept for you. Nobody reads it, and nothing is worked out with it."),
    Reach.HELP_MATCH: _(
        "Used when your coordinator looks for a match for you. Nobody is shown it, but someone may guess it."
    ),
    Reach.MATCHED: _("Used for matching, and shown to the person you are matched with once you have both said yes."),
    Reach.SUGGESTED: _(
        "Used for matching, and shown to your match and to the people you are suggested to before anyone says yes."
    ),
}
PURPOSE_EXPLAINED: Mapping[Purpose, Promise] = {
    Purpose.MATCH: _("Helps to match me"),
    Purpose.SHOW_MATCHED: _("My match sees it"),
    Purpose.SHOW_SUGGESTED: _("People I am suggested to see it"),
    Purpose.CIRCLES: _("Used for circles"),
    Purpose.STATISTICS: _("Counted in anonymous statistics"),
    Purpose.LEARNING: _("Helps to improve the matching"),
}
STATISTICS_ASKED = _("Count me in anonymous statistics")
STATISTICS_EXPLAINED = _(
    "Coordinators then read how well people who say this are matched, never of fewer than ten people; where a group "
    "comes off badly, matching evens it out a little. It needs “Help match me” or a step further."
)
LEARNING_EXPLAINED: tuple[Promise, ...] = (
    _(
        "We keep that somebody was suggested, asked, said yes or passed, or that it ended, and on which day. "
        "Instead of names there are numbers."
    ),
    _("It holds nothing that you said, no message and no score."),
    _("It is kept only where both people said yes to this. Nobody is told who did."),
    _("No page shows it, not even to coordinators. Who runs the server can read it. Nothing is learned from it yet."),
    _("You can take it back whenever you like. All that was kept is then deleted at once."),
)
RULES = ("languages", "formats", "availability")


def steps(facet: Facet) -> list[Reach]:
    """The steps that do something for this facet: what is never compared cannot help to match anybody."""
    compared = (
        facet.texts.wish or facet.texts.boundary or (facet.is_matched and (facet.kind in RULES or facet.weight > 0))
    )
    return [step for step in Reach if compared or step != Reach.HELP_MATCH]


def version_for(program: Program) -> str:
    """The version of what people of this program are told, at most 40 characters."""
    changed = vocabulary.for_program(program.vocabulary).version.partition("+")[2]
    return f"{VERSION}+{changed}" if changed else VERSION


def _version() -> str:
    told = [*Reach.labels, *REACH_EXPLAINED.values(), STATISTICS_ASKED, STATISTICS_EXPLAINED, *LEARNING_EXPLAINED]
    with translation.override(None):
        spoken = [str(words) for words in told]
    digest = hashlib.sha256("\n".join(spoken).encode() + vocabulary.SOURCE.read_bytes())
    return f"{vocabulary.load().version}-{digest.hexdigest()[:8]}"


VERSION = _version()
