"""What is asked about a person themselves: as little as the software can do with."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import zones
from accounts.actions.memberships import OFFERED
from accounts.models import Role, User
from ui.forms import RadioCards

ROLES_EXPLAINED = {
    Role.MENTEE: _("You look for somebody who listens and has walked a road like yours."),
    Role.MENTOR: _("You have some time to give to somebody who is looking for a mentor."),
}


class Basics(forms.ModelForm):
    """The name to use, and how times and words are shown."""

    class Meta:
        model = User
        fields = ["name_to_use", "time_zone", "language"]
        help_texts = {"name_to_use": _("The only name anybody sees here. You can change it at any time.")}

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name_to_use"].required = True
        self.fields["name_to_use"].widget.attrs["autocomplete"] = "off"
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class Welcome(Basics):
    """The same, once somebody has said to be an adult."""

    adult = forms.BooleanField(
        label=_("I am 18 or older"),
        help_text=_("We take your word for it. No papers are asked for."),
        error_messages={
            "required": _("For now this is a place for adults. If you are younger, “Help now” is yours too.")
        },
    )

    field_order = ["name_to_use", "time_zone", "language", "adult"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Marks the list for static/js/zone.js: what a browser says is a better guess than UTC.
        self.fields["time_zone"].widget.attrs["data-zone"] = ""


class Joining(forms.Form):
    role = forms.ChoiceField(
        label=_("I come as"),
        choices=[(role.value, role.label.capitalize()) for role in OFFERED],
        widget=RadioCards(explained=ROLES_EXPLAINED),
    )
    agreed = forms.BooleanField(
        label=_("I agree to this"),
        error_messages={"required": _("To take part, please read this and agree to it. There is no hurry.")},
    )
