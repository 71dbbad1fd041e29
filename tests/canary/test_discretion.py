"""What other eyes see tells nobody who somebody is, and not even that they are here."""

from collections import defaultdict

import pytest
from django.conf import settings

from tests.canary.crawl import pages
from tests.canary.discretion import COOKIES, open_to_all_eyes, outing
from tests.canary.readers import KNOWN
from tests.canary.tokens import Token
from tests.routes.scene import ANONYMOUS, PEOPLE
from tests.routes.stage import visits  # noqa: F401
from tests.routes.tables import ROUTES
from tests.routes.visit import Visits

pytestmark = pytest.mark.django_db


def test_titles_addresses_cookies_and_file_names_tell_nothing(visits: Visits):  # noqa: F811
    tokens, told = visits.scene.tokens, set()
    for who, page, answer in pages(visits, ROUTES):
        for kind, words in open_to_all_eyes(answer):
            told |= {f"{kind} at {page}: {token}" for token in tokens.found_in(words) if not chosen_by(who, token)}
            told |= {f"{kind} at {page}: {word}" for word in outing(words)}

    assert sorted(told) == []


def chosen_by(who: str, token: Token) -> bool:
    """What somebody wants their own mail and calendar to say."""
    return (token.kind, token.of) == ("own words", who)


def test_no_cookie_but_ours_is_set(visits: Visits):  # noqa: F811
    answers = [answer for _who, _page, answer in pages(visits, ROUTES)]

    assert {name for answer in answers for name, value in answer.cookies.items() if value} <= COOKIES


def test_control_the_lexicon_knows_its_words():
    assert [
        word for word in ("Queer mentors", "lgbt-net", "Trans people", "/gender/", "Pronouns") if not outing(word)
    ] == []
    assert outing("Answers · Workspace, translated, /agreements/, transport, bicycle") == []


def test_what_is_drawn_by_lot_means_nothing():
    assert (outing("sid=8hiv2"), outing("lang=hiv")) == ([], ["hiv"])


def test_the_senders_of_a_deployment_are_neutral_unless_it_says_otherwise():
    assert outing(f"{settings.SITE_NAME} {settings.DEFAULT_FROM_EMAIL} {settings.MFA_TOTP_ISSUER}") == []


@pytest.fixture(scope="module")
def read_by(visits: Visits) -> dict[str, set[Token]]:  # noqa: F811
    found: dict[str, set[Token]] = defaultdict(set)
    for who, _page, answer in pages(visits, ROUTES):
        found[who] |= visits.scene.tokens.found_in(answer.body)
    return found


@pytest.mark.parametrize("who", PEOPLE)
def test_names_are_read_by_whom_they_concern(read_by: dict[str, set[Token]], who: str):
    names = {token.of for token in read_by[who] if token.kind == "name"}

    assert names - {who} == KNOWN.get(who, set()) - {who}


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "superuser"])
def test_addresses_are_read_by_their_owners_alone(read_by: dict[str, set[Token]], who: str):
    addresses = {token.of for token in read_by[who] if token.kind == "address"}

    assert addresses == (set() if who == ANONYMOUS else {who})
