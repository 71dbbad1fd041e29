"""What people write when they ask somebody, or pass on."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_NOTE, LONGEST_REASON = 1200, 400


class AskForm(forms.Form):
    note = forms.CharField(
        label=_("A few words to them"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What you hope for, or how you would like to begin. You may leave it empty."),
    )


class PassForm(forms.Form):
    reason = forms.CharField(
        label=_("Is there anything the coordination should know?"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the coordination reads it, and you need not say anything."),
    )
