"""The components. docs/design-system.md shows each with its parameters."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = template.Library()

Words = str | Promise
NOTICE_ICONS = {"info": "info", "success": "circle-check", "warning": "triangle-alert", "error": "circle-alert"}


@register.simple_tag
def site_name() -> str:
    return settings.SITE_NAME


@register.simple_tag
def icon(name: str, label: Words = "") -> SafeString:
    """A picture from the sprite. Silent for screen readers unless it has a label."""
    href = f"{static('icons/sprite.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


@register.inclusion_tag("components/button.html")
def button(
    label: Words, kind: str = "primary", icon: str = "", name: str = "", value: str = "", **attrs: str
) -> dict[str, Any]:
    """A submit button. `kind`: primary, secondary, danger, plain. Further: `form_id`, `id`, `opens`, `type`."""
    return {"label": label, "kind": kind, "icon": icon, "name": name, "value": value, "attrs": attrs}


@register.inclusion_tag("components/link_button.html")
def link_button(label: Words, href: str, kind: str = "secondary", icon: str = "", opens: str = "") -> dict[str, Any]:
    """A link that looks like a button. `opens`: the id of a `{% confirm %}` dialog to show instead of following it."""
    return {"label": label, "href": href, "kind": kind, "icon": icon, "opens": opens}


@register.simple_block_tag
def card(content: str, heading: Words = "", kind: str = "", level: int = 2) -> str:
    """A surface of its own. `kind`: warm, plain."""
    return render_to_string(
        "components/card.html", {"content": content, "heading": heading, "kind": kind, "level": level}
    )


@register.simple_block_tag
def notice(content: str, kind: str = "info", heading: Words = "", live: bool = False) -> str:
    """A remark beside the text. `live` announces it when it arrives: as an alert if it is an error."""
    role = ("alert" if kind == "error" else "status") if live else ""
    context = {"content": content, "kind": kind, "heading": heading, "role": role, "icon": NOTICE_ICONS[kind]}
    return render_to_string("components/notice.html", context)


@register.simple_block_tag
def disclosure(content: str, summary: Words, opened: bool = False) -> str:
    """Details that open on demand."""
    return render_to_string("components/disclosure.html", {"content": content, "summary": summary, "opened": opened})


@register.simple_block_tag
def confirm(content: str, id: str, heading: Words) -> str:
    """A dialog that a link with `opens=id` shows. Without JavaScript the link's own page asks instead."""
    return render_to_string("components/confirm.html", {"content": content, "id": id, "heading": heading})


@register.inclusion_tag("components/empty_state.html")
def empty_state(icon: str, heading: Words, text: Words = "", action: Words = "", href: str = "") -> dict[str, Any]:
    return {"icon": icon, "heading": heading, "text": text, "action": action, "href": href}


@register.inclusion_tag("components/tag.html")
def tag(label: Words, kind: str = "", icon: str = "") -> dict[str, Any]:
    """A value in a pill. `kind`: accent, warm, success, warning, error."""
    return {"label": label, "kind": kind, "icon": icon}


@register.inclusion_tag("components/tags.html")
def tags(labels: Iterable[Words], kind: str = "", name: Words = "") -> dict[str, Any]:
    """A list of values in pills; `name` says to screen readers what the list is."""
    return {"labels": labels, "kind": kind, "name": name}


@register.inclusion_tag("components/definitions.html")
def definitions(pairs: Iterable[tuple[Words, object]]) -> dict[str, Any]:
    return {"pairs": pairs}


@register.inclusion_tag("components/steps.html")
def steps(labels: Iterable[Words], current: int) -> dict[str, Any]:
    """Where a person stands on a way of several pages. `current` counts from 1."""
    return {"labels": list(labels), "current": current}


@register.inclusion_tag("components/progress.html")
def progress(label: Words, value: int | None = None, most: int = 100, text: Words = "") -> dict[str, Any]:
    """How far a piece of work is. Without a value it only says that it is under way."""
    return {"label": label, "value": value, "most": most, "text": text}


@register.inclusion_tag("components/avatar.html")
def avatar(name: str, kind: str = "") -> dict[str, Any]:
    """A person's initials in a circle, beside their name: itself silent for screen readers."""
    words = name.split()
    initials = [word[0] for word in (words if len(words) < 3 else [words[0], words[-1]])]
    return {"initials": "".join(initials).upper(), "kind": kind}


@register.simple_tag
def when(value: date) -> SafeString:
    """A date, or a moment in the reader's own time zone and with its name."""
    if not isinstance(value, datetime):
        day = date_format(value, pgettext("date", "D j M Y"))
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), day)
    moment = date_format(timezone.localtime(value), pgettext("date and time", "D j M Y, H:i"))
    return format_html(
        '<time datetime="{}">{} <span class="soft">{}</span></time>', value.isoformat(), moment, _zone_words()
    )


def _zone_words() -> str:
    name = timezone.get_current_timezone_name()
    if "/" not in name:
        return name
    return _("%(place)s time") % {"place": name.rpartition("/")[2].replace("_", " ")}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Earlier and later pages of a list. Keeps the other words of the query."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {"page": page, "query": query.urlencode()}
