"""What a form says when it cannot go on: one kind sentence per reason, in place of Django's own."""

from typing import TYPE_CHECKING

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise

FORM_ERRORS: "dict[type[forms.Field], dict[str, Words]]" = {
    forms.Field: {"required": _("Please fill this in.")},
    forms.IntegerField: {"invalid": _("Please give a whole number, such as 2.")},
    forms.FloatField: {"invalid": _("Please give a number, such as 2.5.")},
    forms.DecimalField: {"invalid": _("Please give a number, such as 2.5.")},
    forms.DateField: {"invalid": _("Please give a date, such as 2030-05-31.")},
    forms.TimeField: {"invalid": _("Please give a time, such as 18:30.")},
    forms.DateTimeField: {"invalid": _("Please give a date and a time, such as 2030-05-31 18:30.")},
    forms.SplitDateTimeField: {
        "invalid_date": _("Please give a date, such as 2030-05-31."),
        "invalid_time": _("Please give a time, such as 18:30."),
    },
    forms.DurationField: {"invalid": _("Please give a length of time, such as 1:30:00.")},
    forms.EmailField: {"invalid": _("Please give an e-mail address, such as name@example.org.")},
    forms.URLField: {"invalid": _("Please give a web address, such as https://example.org.")},
    forms.ChoiceField: {"invalid_choice": _("Please choose one of the answers offered here.")},
    forms.MultipleChoiceField: {
        "invalid_choice": _("Please choose from the answers offered here."),
        "invalid_list": _("Please choose from the answers offered here."),
    },
    forms.ModelChoiceField: {"invalid_choice": _("Please choose one of the answers offered here.")},
    forms.ModelMultipleChoiceField: {
        "invalid_choice": _("Please choose from the answers offered here."),
        "invalid_list": _("Please choose from the answers offered here."),
        "invalid_pk_value": _("Please choose from the answers offered here."),
    },
    forms.FileField: {
        "invalid": _("The file did not arrive. Please choose it again."),
        "missing": _("The file did not arrive. Please choose it again."),
        "empty": _("This file is empty. Please choose another."),
    },
    forms.ImageField: {"invalid_image": _("This file is not a picture that we can read. Please choose another.")},
    forms.JSONField: {"invalid": _("Please check the brackets and quotes: this is not JSON yet.")},
    forms.UUIDField: {"invalid": _("Please copy the whole code.")},
}

VALIDATOR_WORDS: "dict[type[validators.BaseValidator] | type[validators.EmailValidator], Words]" = {
    validators.EmailValidator: FORM_ERRORS[forms.EmailField]["invalid"],
    validators.MaxValueValidator: _("Please give %(limit_value)s or less."),
    validators.MinValueValidator: _("Please give %(limit_value)s or more."),
    validators.MaxLengthValidator: ngettext_lazy(
        "Please shorten this to %(limit_value)d character. It has %(show_value)d.",
        "Please shorten this to %(limit_value)d characters. It has %(show_value)d.",
        "limit_value",
    ),
    validators.MinLengthValidator: ngettext_lazy(
        "Please write at least %(limit_value)d character. It has %(show_value)d.",
        "Please write at least %(limit_value)d characters. It has %(show_value)d.",
        "limit_value",
    ),
}


def soften_form_errors() -> None:
    """Put our sentences where Django's forms look them up. A form's own `error_messages` still win."""
    for field, words in FORM_ERRORS.items():
        field.default_error_messages = {**field.__dict__.get("default_error_messages", {}), **words}
    for validator, sentence in VALIDATOR_WORDS.items():
        validator.message = sentence
