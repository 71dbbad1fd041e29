"""How forms look. Plain `{{ form }}` gives an error summary, then every field with its label, hint and error."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.functional import Promise

Words = str | Promise


class Renderer(TemplatesSetting):
    form_template_name = "components/forms/form.html"
    field_template_name = "components/forms/field.html"
    formset_template_name = "components/forms/formset.html"


class RadioCards(forms.RadioSelect):
    """Radios as cards, each with one line that says what choosing it means.

    `explained` maps a choice's value to that line; a choice without one shows its label only.
    """

    template_name = "components/widgets/cards.html"
    option_template_name = "components/widgets/card_option.html"

    def __init__(self, *args: Any, explained: Mapping[Any, Words] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.explained = {str(value): line for value, line in (explained or {}).items()}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "why": self.explained.get(str(value), "")}


class CheckboxCards(RadioCards, forms.CheckboxSelectMultiple):
    """The same for several choices at once."""

    input_type = "checkbox"
    allow_multiple_selected = True
