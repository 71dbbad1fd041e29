from django import forms
from django.utils.translation import gettext_lazy as _


class Address(forms.Form):
    """Somebody to keep away from, whom one knows by their address alone."""

    address = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We keep no copy of it, and it says the same here whether the address is known or not."),
    )
