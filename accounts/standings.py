"""Where a membership stands, in words for the person whose it is."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Standing

STEPS = [_("Applied"), _("Checked"), _("Approved")]


@dataclass(frozen=True)
class Words:
    heading: Promise
    text: Promise
    step: int = 0


WORDS = {
    Standing.APPLIED: Words(
        _("Your application is in"),
        _("The coordination looks at it and may write to you. You can fill in your answers meanwhile."),
        1,
    ),
    Standing.CHECKED: Words(
        _("You have been checked"),
        _("One more look by the coordination and you are in. You can fill in your answers meanwhile."),
        2,
    ),
    Standing.APPROVED: Words(_("You are in"), _("Nothing has to happen at once. Go at your own pace."), 4),
    Standing.PAUSED: Words(
        _("You are taking a break"),
        _("Nobody new is suggested to you or asks you. What already runs goes on."),
    ),
}
