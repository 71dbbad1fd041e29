"""Questions and wishes as forms. Names and values in the page are places, not words: a page that is looked at, saved or
filled in by a browser does not say what it is about."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from consent import notice
from consent.actions.answers import NothingSaid
from consent.facets import CHOICE_KINDS, Facet
from consent.fields import LongChoices, WeekField
from consent.models import Wish
from consent.purposes import Reach
from consent.values import AnswerError, Value
from consent.vocabulary import Words
from ui.forms import RadioCards

WISH_EXPLAINED = {
    Wish.Strength.NICE: _("It counts a little."),
    Wish.Strength.IMPORTANT: _("It counts a lot, but somebody without it may still be suggested."),
    Wish.Strength.MUST: _("Without it, nobody is suggested. The list may become short, or empty."),
    Wish.Strength.NEVER: _("Whoever says this about themselves is not suggested to you, nor you to them."),
}


class AnswerForm(forms.Form):
    """One question: `a` what is chosen or written, `b` own words beside it, `c` one more by name, `r` the reach, `t`
    whether they are counted in statistics.

    Nothing is chosen beforehand but what the person chose before. `value` is what was said, once the form is valid."""

    value: Value

    def __init__(
        self,
        *args: Any,
        facet: Facet,
        role: str,
        words: Words,
        version: str,
        before: Value | None,
        reach: Reach | None,
        counted: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.facet, self.version = facet, version
        self.fields.update(fields_for(facet, facet.question(role), words, before))
        self.fields["r"] = reach_field(facet, reach)
        if facet.is_counted and role == Role.MENTEE:
            self.fields["t"] = forms.BooleanField(
                label=notice.STATISTICS_ASKED,
                help_text=notice.STATISTICS_EXPLAINED,
                required=False,
                initial=counted,
                widget=forms.CheckboxInput(attrs={"autocomplete": "off"}),
            )

    @property
    def statistics(self) -> bool | None:
        """None where it is not asked."""
        return self.cleaned_data.get("t")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.data.get("v") != self.version:
            self.add_error(
                None, _("This question has changed since you opened it. Please read it once more, and save again.")
            )
        if "a" in cleaned and "c" not in self.errors:
            self._clean_value(cleaned)
        return cleaned

    def clean_c(self) -> str:
        """The key of a language that was typed; its name may be typed in any case."""
        sought = self.cleaned_data["c"].casefold()
        found = [choice.key for choice in self.facet.choices if choice.label.casefold() == sought]
        if sought and not found:
            raise forms.ValidationError(_("We do not have this one yet. Please choose from the list."))
        return found[0] if found else ""

    def _clean_value(self, cleaned: dict[str, Any]) -> None:
        try:
            self.value = self.facet.clean(self._raw(cleaned))
        except AnswerError as error:
            self.add_error("b" if error.field == "described" else "a", error.sentence)
            return
        if self.facet.is_empty(self.value):
            self.add_error("a", str(NothingSaid.sentence))

    def _raw(self, cleaned: dict[str, Any]) -> Any:
        if self.facet.kind not in CHOICE_KINDS:
            return cleaned["a"]
        chosen = [cleaned["a"]] if isinstance(cleaned["a"], str) else list(cleaned["a"])
        keys = [self.facet.choices[int(place)].key for place in chosen if place]
        return {"chosen": [*keys, *filter(None, [cleaned.get("c", "")])], "described": cleaned.get("b", "")}


class ReachForm(forms.Form):
    """How far one answer may travel, changed from the list."""

    r = forms.ChoiceField()

    def __init__(self, *args: Any, facet: Facet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["r"].choices = [(step.value, step.label) for step in notice.steps(facet)]  # type: ignore[attr-defined]


class WishForm(forms.Form):
    """What somebody looks for: `a` the choices, or the words of a boundary; `s` how much; `l` on whose lists."""

    def __init__(self, *args: Any, facet: Facet, words: Words, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facet = facet
        if facet.texts.boundary:
            self.fields["a"] = text_field(facet, facet.boundary)
            self.fields["a"].required = True
            return
        self.fields["a"] = choices_field(facet, facet.wish, words, required=True)
        self.fields["s"] = forms.ChoiceField(
            label=_("How much does it matter?"),
            choices=[(strength.value, capfirst(strength.label)) for strength in Wish.Strength],
            widget=RadioCards(explained=WISH_EXPLAINED),
            error_messages={"required": _("Please choose how much it matters.")},
        )
        self.fields["l"] = forms.BooleanField(
            label=_("It may also act on other people's lists"),
            help_text=_(
                "Then you appear only where it fits both of you. Somebody who compares lists might guess that you "
                "wished for it. Without this it acts on your own list and where a coordinator matches."
            ),
            required=False,
        )

    @property
    def values(self) -> list[str]:
        if self.facet.texts.boundary:
            return [self.cleaned_data["a"]]
        return [self.facet.choices[int(place)].key for place in self.cleaned_data["a"]]

    @property
    def strength(self) -> Wish.Strength:
        return Wish.Strength(self.cleaned_data.get("s", Wish.Strength.NEVER))

    @property
    def on_lists(self) -> bool:
        """A boundary that did not hold on the other's list would be none."""
        return bool(self.cleaned_data.get("l", self.facet.texts.boundary))


def fields_for(facet: Facet, question: str, words: Words, before: Value | None) -> dict[str, forms.Field]:
    if facet.kind == "availability":
        return {"a": WeekField(label=question, help_text=facet.hint, required=False, initial=before)}
    if facet.kind not in CHOICE_KINDS:
        return {"a": text_field(facet, question, before)}
    chosen, described = (before["chosen"], before["described"]) if isinstance(before, dict) else ([], "")
    fields: dict[str, forms.Field] = {"a": choices_field(facet, question, words, chosen)}
    if facet.kind == "languages":
        names = [choice.label for choice in facet.choices]
        find = forms.TextInput(attrs={"list": "more-choices", "autocomplete": "off"})
        fields["c"] = forms.CharField(label=_("Another one"), required=False, max_length=80, widget=find)
        fields["c"].names = names  # type: ignore[attr-defined]
    if facet.self_describe:
        own_words = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        fields["b"] = forms.CharField(label=words.self_describe, required=False, widget=own_words, initial=described)
    return fields


def choices_field(
    facet: Facet, label: str, words: Words, chosen: list[str] | None = None, *, required: bool = False
) -> forms.Field:
    places = {choice.key: str(place) for place, choice in enumerate(facet.choices)}
    offered = [(places[choice.key], choice.label) for choice in facet.choices]
    initial = [places[key] for key in chosen or [] if key in places]
    if facet.max_choices == 1 and not required:
        return forms.ChoiceField(
            label=label,
            help_text=facet.hint,
            choices=offered,
            widget=forms.RadioSelect(attrs={"autocomplete": "off"}),
            required=False,
            initial=initial[0] if initial else None,
        )
    more = [places[choice.key] for choice in facet.more_choices]
    return forms.MultipleChoiceField(
        label=label,
        help_text=" ".join(filter(None, [facet.hint, "" if required else limit_words(facet)])),
        choices=offered,
        widget=LongChoices(more=more, more_words=words.more, attrs={"autocomplete": "off"}),
        required=required,
        initial=initial,
        error_messages={"required": _("Please choose at least one.")},
    )


def limit_words(facet: Facet) -> str:
    return _("Choose up to %(most)s.") % {"most": facet.max_choices} if facet.max_choices else ""


def text_field(facet: Facet, label: str, before: Value | None = None) -> forms.Field:
    long = facet.kind == "text"
    attrs = {"autocomplete": "off", "data-most": str(facet.max_length)}
    if facet.identity:
        attrs["spellcheck"] = "false"
    most = _("Up to %(most)s characters.") % {"most": facet.max_length}
    return forms.CharField(
        label=label,
        help_text=f"{facet.hint} {most}" if long else facet.hint,
        widget=forms.Textarea(attrs=attrs) if long else forms.TextInput(attrs=attrs),
        required=False,
        strip=False,
        initial=before or "",
    )


def reach_field(facet: Facet, before: Reach | None) -> forms.Field:
    steps = notice.steps(facet)
    steps = [step for step in Reach if step in steps or step == before]
    return forms.ChoiceField(
        label=_("How far may this answer travel?"),
        help_text=_("You can change this at any time. It acts at once."),
        choices=[(step.value, step.label) for step in steps],
        widget=RadioCards(explained=notice.REACH_EXPLAINED),
        initial=before,
        error_messages={"required": _("Please choose how far it may travel. Only you can say.")},
    )
