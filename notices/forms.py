"""How somebody wants to be written to."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from notices import lexicon, queries
from notices.actions.manners import MayTell
from notices.models import Manner
from ui.forms import RadioCards

EVENING = time(18)
LOOKS = [("yes", _("Discreetly")), ("no", _("With our name"))]
LOOKS_EXPLAINED = {
    "yes": _("From a neutral sender and without a link. Nothing in it says where it comes from."),
    "no": _("From the name that you see on our pages, with a link to sign in."),
}
OFTEN_EXPLAINED = {
    Manner.Often.DAILY: _("One mail at the time below, if there is anything new."),
    Manner.Often.NEVER: _("Only codes to sign in with. An ask may pass by before you see it."),
}


class Clock(forms.TimeField):
    """A time of day that may be left out, in the browser's own field for it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(required=False, widget=widget, **kwargs)


class OwnWords(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs)


class Look(forms.Form):
    """The one question that is asked when somebody joins."""

    discreet = forms.TypedChoiceField(
        label=_("How may our mail look?"),
        help_text=_("Either way it says that there is something new, and never what."),
        choices=LOOKS,
        coerce="yes".__eq__,
        widget=RadioCards(explained=LOOKS_EXPLAINED),
        initial="yes",
    )


class HowWeWrite(Look):
    often = forms.ChoiceField(
        label=_("How often?"), choices=Manner.Often.choices, widget=RadioCards(explained=OFTEN_EXPLAINED)
    )
    daily_at = Clock(label=_("Once a day, at"))
    quiet_from = Clock(
        label=_("Quiet from"), help_text=_("Mail waits until quiet hours end. Codes that you ask for come at once.")
    )
    quiet_until = Clock(label=_("Quiet until"), help_text=_("By your own clock. Leave both empty for no quiet hours."))
    line = OwnWords(
        label=_("What our mail says"),
        help_text=_("In your own words, such as “Your order has arrived”. Empty: “You have an update”."),
    )
    entry = OwnWords(
        label=_("What meetings are called in your calendar"),
        help_text=_("In your own words, such as “Dentist”. Empty: “Appointment”."),
    )
    sure = forms.BooleanField(label=_("Use these words all the same"), required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, manner: Manner, data: Any = None) -> "HowWeWrite":
        fields = {name: getattr(manner, name) for name in ("often", "daily_at", "quiet_from", "quiet_until")}
        looks = {"discreet": "yes" if manner.discreet else "no"}
        return cls(data, initial={**fields, **looks, **queries.own_words(manner)})

    def clean_daily_at(self) -> time:
        return self.cleaned_data["daily_at"] or EVENING

    def warn(self, refusal: MayTell) -> None:
        """Says which words, where they were written, and asks whether they are meant."""
        for name in ("line", "entry"):
            if words := lexicon.outing(self.cleaned_data.get(name, "")):
                quoted = ", ".join(f"“{word}”" for word in words)
                self.add_error(name, _now("You wrote %(words)s. %(why)s") % {"words": quoted, "why": refusal})
        self.fields["sure"].widget = forms.CheckboxInput()
