"""The country that somebody is probably in: from the time zone that they chose, else from what their browser says about
its language. Nobody is asked, nothing is looked up elsewhere, and any other country is one choice away."""

import re
from functools import cache
from importlib.resources import files

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

REGION = re.compile(r"[a-z]{2,3}(?:-[a-z]{4})?-([a-z]{2})\b")


def country_of(request: HttpRequest) -> str:
    """Two capitals, or nothing."""
    if request.user.is_authenticated and request.user.time_zone in by_zone():
        return by_zone()[request.user.time_zone]
    spoken = parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200].lower())
    regions = (REGION.match(language) for language, _weight in spoken)
    return next((region[1].upper() for region in regions if region), "")


@cache
def by_zone() -> dict[str, str]:
    """Time zone -> country, from the table that comes with the zones themselves."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {zone: country for country, _where, zone, *_note in rows}
