import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone

PROJECT = Path(settings.BASE_DIR)
TEMPLATES = sorted(path for path in PROJECT.rglob("templates/**/*.html") if ".venv" not in path.parts)


def draw(source: str, request=None, **context: object) -> str:
    return engines["django"].from_string("{% load ui %}" + source).render(context, request).strip()


def test_a_moment_is_shown_in_the_readers_zone_and_kept_in_utc() -> None:
    with timezone.override(ZoneInfo("America/New_York")):
        html = draw("{% when moment %}", moment=datetime(2030, 5, 14, 16, 30, tzinfo=UTC))

    assert html == (
        '<time datetime="2030-05-14T16:30:00+00:00">Tue 14 May 2030, 12:30 '
        '<span class="soft">New York time</span></time>'
    )


def test_a_day_has_no_zone() -> None:
    assert draw("{% when day %}", day=date(2030, 5, 14)) == '<time datetime="2030-05-14">Tue 14 May 2030</time>'


@pytest.mark.parametrize(("name", "initials"), [("Robin", "R"), ("robin sol", "RS"), ("Ana de la Paz", "AP"), ("", "")])
def test_an_avatar_is_made_of_initials(name: str, initials: str) -> None:
    html = draw("{% avatar name %}", name=name)

    assert html == f'<span class="avatar" aria-hidden="true">{initials}</span>'


def test_what_a_person_wrote_is_never_markup() -> None:
    html = draw("{% card heading=text %}{{ text }}{% endcard %}{% tag text %}{% avatar text %}", text="<b>hi</b>")

    assert "<b>" not in html


def test_pages_keep_the_other_words_of_the_query() -> None:
    request = RequestFactory().get("/", {"q": "a&b", "page": "2"})
    html = draw("{% pagination page %}", request, page=Paginator(range(30), 10).page(2))

    assert re.findall(r'href="(\?[^"]+)"', html) == ["?q=a%26b&amp;page=1", "?q=a%26b&amp;page=3"]


def test_an_error_that_arrives_later_is_an_alert() -> None:
    assert 'role="alert"' in draw('{% notice "error" live=True %}x{% endnotice %}')
    assert 'role="status"' in draw('{% notice "info" live=True %}x{% endnotice %}')
    assert "role=" not in draw('{% notice "error" %}x{% endnotice %}')


def test_progress_without_a_number_makes_none_up() -> None:
    assert "value=" not in draw('{% progress "Looking" %}')
    assert 'value="0" max="20"' in draw('{% progress "Looking" 0 20 %}')


COMPONENT = re.compile(r"{% (?:icon|button|link_button|tag|empty_state) ([^%]*)%}")
NO_ICON = re.compile(r'_\("[^"]*"\)|\b(?!icon)\w+="[^"]*"')
KINDS = {"", "primary", "secondary", "danger", "plain", "accent", "warm", "success", "warning", "error"}


def icons_named(html: str) -> set[str]:
    """What a template gives to components as the name of an icon: the literals that are nothing else."""
    parameters = (NO_ICON.sub("", found) for found in COMPONENT.findall(html))
    return {word for given in parameters for word in re.findall(r'"([a-z0-9-]*)"', given)} - KINDS


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    there = set(re.findall(r'<symbol id="([\w-]+)"', (PROJECT / "static/icons/sprite.svg").read_text()))
    named = set().union(*(icons_named(path.read_text()) for path in TEMPLATES))

    assert named - there == set()
    assert len(there) <= 30


def test_an_icon_that_is_missing_would_be_found() -> None:
    assert icons_named('{% link_button _("Call") url "primary" "telephone" %}') == {"telephone"}
    assert icons_named('{% button _("Skip") kind="plain" name="skip" icon="x" %}') == {"x"}


INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*(\bsrc=|application/json))|hx-on")
ELSEWHERE = re.compile(r"""(src|href|action)=["'](https?:)?//""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_template_has_inline_code_or_asks_elsewhere(path: Path) -> None:
    html = path.read_text()

    assert INLINE.findall(html) == []
    assert ELSEWHERE.findall(html) == []


@pytest.mark.parametrize(
    "planted", ['<p style="color: red">', "<script>x()</script>", '<a onclick="x()">', "<style>p {}</style>"]
)
def test_inline_code_would_be_found(planted: str) -> None:
    assert INLINE.search(planted)
