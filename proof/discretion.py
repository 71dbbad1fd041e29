"""T6: nothing that others may see holds a word that outs (`notices/lexicon.toml`, four languages, and the words of our
own questions): subjects, senders, the first 200 characters of mail, calendar entries, titles, addresses, cookies, file
names; and every envelope has one recipient. And the lexicon raises no false alarm over everyday words."""

import tomllib
from collections.abc import Iterator
from email.message import EmailMessage as Received
from email.utils import getaddresses
from itertools import chain

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import URLResolver, get_resolver

from notices import lexicon
from proof import drawn, planted_discretion
from proof.goal import Goal, Look, Size
from proof.letters import every_entry, every_letter
from tests.canary.channels import TO, inside, read_back
from tests.canary.crawl import pages
from tests.canary.discretion import COOKIES, open_to_all_eyes, outing
from tests.routes.stage import staged
from tests.routes.visit import Visits

SEEN_IN_A_LIST = 200
NEUTRAL = settings.BASE_DIR / "tests" / "notices" / "neutral.toml"
TELLING = ("accounts:me", "account_login", "mentorship:calendar agreement meeting")
SETTINGS = (
    "SITE_NAME", "DISCREET_NAME", "DISCREET_SENDER", "DEFAULT_FROM_EMAIL", "MFA_TOTP_ISSUER", "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME",
)  # fmt: skip

Seen = Iterator[tuple[str, str]]
"""Where something stands, and what."""


def look(size: Size, seed: int) -> Look:
    sent, unused = every_letter()
    seen = {*of_the_deployment(), *of_mail(sent), *of_calendars(), *of_the_pages(size, seed)}
    everyday = [word for said in tomllib.loads(NEUTRAL.read_text()).values() for word in [said, *said.split()]]
    wrong = [f"{where}: {word}" for where, said in sorted(seen) for word in outing(said)]
    wrong += [f"{where}: a cookie of another name" for where, said in seen if strange_cookie(where, said)]
    wrong += [f"an envelope with {written.recipients()}" for written in sent if not has_one_recipient(written)]
    wrong += [f"{name}: nothing was made from it" for name in unused]
    wrong += [f"a false alarm over “{word}”" for said in everyday for word in lexicon.outing(said)]
    return Look(len(seen) + len(sent) + len(everyday), wrong)


def of_the_deployment() -> Seen:
    yield from ((f"setting {name}", str(getattr(settings, name))) for name in SETTINGS)
    yield from (("address", pattern) for pattern in patterns(get_resolver()))


def patterns(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        yield str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry)


def of_mail(sent: list[EmailMessage]) -> Seen:
    """Names of headers, too, for the recipient's program shows those it does not know."""
    for letter in map(read_back, sent):
        where = f"mail “{letter['Subject']}”"
        yield from chain(on_the_envelope(letter, where), [(f"{where}, beginning", inside(letter)[:SEEN_IN_A_LIST])])


def on_the_envelope(letter: Received, where: str) -> Seen:
    for name, value in letter.items():
        yield f"{where}, {name}", name if name.lower() in TO else f"{name}: {value}"


def has_one_recipient(written: EmailMessage) -> bool:
    shown = [value for name in ("To", "Cc", "Bcc") for value in written.message().get_all(name, [])]
    return len(getaddresses(written.recipients())) == len(getaddresses(map(str, shown))) == 1


def of_calendars() -> Seen:
    yield from (("calendar", file.decode()) for file in every_entry())


def of_the_pages(size: Size, seed: int) -> Seen:
    with staged() as scene:
        for together in drawn.by_name(drawn.routes(size, seed, TELLING)):
            for who, page, answer in pages(Visits(scene), together):
                yield from ((f"{kind} at {page} as {who}", words) for kind, words in open_to_all_eyes(answer))


def strange_cookie(where: str, said: str) -> bool:
    name, _, value = said.partition("=")
    return where.startswith("cookie ") and bool(value) and name not in COOKIES


GOAL = Goal(
    "T6",
    "0 outing words in subjects, senders, beginnings of mail, calendars, titles, addresses, cookies, file names",
    look,
    planted_discretion.DEFECTS,
)
