"""Every component on one page: for the eyes, and for axe."""

from datetime import UTC, datetime
from pathlib import Path

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines

from ui.forms import CheckboxCards, RadioCards

PAGE = Path(__file__).with_name("gallery.html")
REACH = [
    ("only_me", "Only me"),
    ("match", "Help match me"),
    ("matched", "My match, after we both said yes"),
    ("suggested", "People I am suggested to"),
]
EXPLAINED = {
    "only_me": "Kept for you. Nobody reads it and nothing is computed with it.",
    "match": "Used when a coordinator looks for a match. Never shown; someone may guess.",
    "matched": "Shown to one person, once both of you have said yes.",
    "suggested": "Shown on the list of people who may ask you.",
}
COLOURS = [("garden", "Gardens and being outside"), ("faith", "Faith"), ("craft", "Making things by hand")]


class Everything(forms.Form):
    name = forms.CharField(label="Name to use", help_text="The only name anybody sees. You can change it at any time.")
    email = forms.EmailField(label="E-mail address")
    about = forms.CharField(label="What would you like to talk about?", widget=forms.Textarea, required=False)
    role = forms.ChoiceField(label="I come as", choices=[("mentee", "Mentee"), ("mentor", "Mentor")])
    places = forms.IntegerField(label="Places", min_value=1, max_value=5, help_text="How many people at the same time")
    day = forms.DateField(label="Review date", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    values = forms.MultipleChoiceField(
        label="What matters to you?", choices=COLOURS, widget=forms.CheckboxSelectMultiple, required=False
    )
    weight = forms.ChoiceField(
        label="How much does it matter?",
        choices=[("nice", "Would be nice"), ("important", "Important"), ("must", "Must")],
        widget=forms.RadioSelect,
    )
    reach = forms.ChoiceField(
        label="How far may this answer travel?",
        choices=REACH,
        widget=RadioCards(explained=EXPLAINED),
        help_text="You can change this at any time. It acts at once.",
    )
    topics = forms.MultipleChoiceField(
        label="Topics", choices=COLOURS, widget=CheckboxCards(explained={"faith": "Any, or none"}), required=False
    )
    adult = forms.BooleanField(label="I am 18 or older", help_text="Kindred is for adults.")


def page(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Saved. It acts from now on.")
    bound = Everything({"b-email": "name@", "b-places": "9", "b-reach": "match", "b-about": "A new city"}, prefix="b")
    context = {
        "form": Everything(initial={"reach": "match"}),
        "bound": bound,
        "moment": datetime(2030, 5, 14, 16, 30, tzinfo=UTC),
        "day": datetime(2030, 5, 14, tzinfo=UTC).date(),
        "page": Paginator(list(range(60)), 10).page(3),
        "labels": ["Patience", "Living by the sea", "Chosen family", "Zażółć gęślą jaźń"],
        "steps": ["About you", "Answers", "Wishes", "Done"],
        "pairs": [("Meets", "Every two weeks, online"), ("Languages", "English, Polski"), ("Review", "14 May 2030")],
    }
    return HttpResponse(engines["django"].from_string(PAGE.read_text()).render(context, request))
