"""The look of the app for a page that is a file of its own: nothing is asked of anywhere."""

import base64
import hashlib
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FONT = re.compile(r'url\("\.\./(fonts/[\w-]+\.woff2)"\)')


def look(*sheets: str) -> dict[str, SafeString | str]:
    """For a template's context: `style`, with these sheets and their fonts inside, and `style_hash`, by which its
    Content-Security-Policy knows it."""
    css = "\n".join(_static(f"css/{name}.css").read_text(encoding="utf-8") for name in sheets)
    css = FONT.sub(lambda url: f'url("data:font/woff2;base64,{_base64(url[1])}")', css)
    style = format_html("<style>{}</style>", mark_safe(css))  # noqa: S308 our own; it has no other place
    return {"style": style, "style_hash": base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()}


def _base64(name: str) -> str:
    return base64.b64encode(_static(name).read_bytes()).decode()


def _static(name: str) -> Path:
    return Path(str(finders.find(name)))
