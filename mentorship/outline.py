"""What an agreement speaks of: the name of each part, what it asks for, and words to begin with."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Part:
    key: str
    label: Promise
    hint: Promise
    start: Promise


JOINT = (
    Part(
        "goals",
        _("What we would like to get out of it"),
        _("A line for each. Small is fine, and you can change it whenever you like."),
        _("Find out together what would help most right now.\nTake one small step at a time."),
    ),
    Part(
        "cadence",
        _("How often we meet"),
        _("A rhythm that both of you can keep."),
        _("Once a month, for about an hour. If one of us cannot make it, we say so and find another time."),
    ),
    Part(
        "channel",
        _("How we reach each other"),
        _("Write what feels safe to both. Nobody has to give a phone number or a private address."),
        _("By messages here. We answer within a week or so, and being slow is fine."),
    ),
    Part(
        "confidentiality",
        _("What stays between us"),
        _("Trust needs to know where it stands."),
        _(
            "What we tell each other stays between us. Neither of us tells anybody that the other is here, "
            "who they are or what they said. This holds after the end, too."
        ),
    ),
    Part(
        "limits",
        _("When it cannot stay between us"),
        _("A mentor is no doctor, therapist or lawyer. For emergencies there is crisis help on every page."),
        _(
            "If somebody's life is in danger, or the law leaves no choice, we may get help. "
            "Where we can, we tell each other first. We are not there for emergencies: crisis help is."
        ),
    ),
    Part(
        "ending",
        _("How it ends"),
        _("An end is no failure. Either of you can end it at any time, without a reason."),
        _(
            "Either of us may end this at any time, without saying why. "
            "If it feels right, we meet one last time to say goodbye."
        ),
    ),
)

OWN = Part(
    "part",
    _("How out I am, and where"),
    _("You write this for yourself, and only the two of you read it. The other writes their own."),
    _(
        "Please treat it as private that we know each other. If we meet by chance, wait until I say hello. "
        "Ask me before you mention me to anybody, and before you use my name or pronouns anywhere else."
    ),
)
