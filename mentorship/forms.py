"""What two people are asked when they write down what they agree on, plan a meeting, or write to each other."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Membership
from mentorship import outline, words
from mentorship.actions import messages, places
from mentorship.models import Version

LONGEST = 2000
LENGTHS = (30, 45, 60, 90, 120)


class Date(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Time(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class AgreementForm(forms.Form):
    """The joint words and the writer's own part; `based_on` is the version they have before their eyes."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for part in (*outline.JOINT[:-1], outline.OWN, outline.JOINT[-1]):
            self.fields[part.key] = forms.CharField(
                label=str(part.label),
                help_text=str(part.hint),
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        self.fields["part"].required = False
        self.fields["review_on"] = forms.DateField(
            label=_("When we look at this again"),
            help_text=_("We remind both of you on that day. Nothing ends by itself."),
            widget=Date(),
        )

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        if day <= self.today:
            raise forms.ValidationError(_("Please choose a day that is still to come."))
        return day

    def rebased(self, newest: Version | None) -> "AgreementForm":
        """The same words again, now on the version that was written in the meantime, and a word about it."""
        data = {**self.cleaned_data, "based_on": newest.number if newest else 0}
        form = type(self)(data, initial=self.initial, today=self.today)
        form.add_error(
            None,
            _("A new wording was written in the meantime. It stands under the form. What you typed is still here: "
              "put together what you need from both, then save again."),
        )  # fmt: skip
        return form

    @property
    def terms(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in (*words.JOINT, "part")}


def starting_from(version: Version | None, me: Membership, *, review_on: date) -> dict[str, Any]:
    """What stands in the form at first: the newest wording, or kind words to begin with. The own part of somebody who
    has not written one yet begins with such words, too."""
    own = {"part": outline.OWN.start}
    if version is None:
        return {part.key: part.start for part in outline.JOINT} | own | {"based_on": 0, "review_on": review_on}
    terms = words.terms_of(version)
    written = {"part": terms["parts"][str(me.pk)]} if str(me.pk) in terms["parts"] else own
    joint = {key: terms[key] for key in words.JOINT}  # type: ignore[literal-required]
    day = max(version.review_on, review_on)
    return {**joint, **written, "based_on": version.number, "review_on": day}


def lengths() -> list[tuple[int, str]]:
    return [(minutes, ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}) for minutes in LENGTHS]


class SignForm(forms.Form):
    number = forms.IntegerField(min_value=1)


class MeetingForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=Date())
    time = forms.TimeField(label=_("Time"), widget=Time())
    minutes = forms.TypedChoiceField(label=_("How long"), coerce=int, choices=lengths, initial=60)
    text = forms.CharField(
        label=_("Where, or what about"),
        help_text=_("Only the two of you read this. It is not in the calendar file."),
        required=False,
        max_length=500,
    )

    @property
    def said(self) -> datetime:
        """What the planner's own clock will show; which moment that is, the action finds out."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])


class MessageForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"), max_length=messages.LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


class PlacesForm(forms.Form):
    capacity = forms.IntegerField(
        label=_("How many people would you like to accompany at a time?"),
        help_text=_("You can change this at any time. If you only need a break from new people, pause instead."),
        min_value=0,
        max_value=places.MOST,
    )
