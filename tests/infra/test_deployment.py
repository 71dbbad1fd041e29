"""A whole deployment as docker-compose.yml would run it, used over HTTP as people would: from the first page to a
signed-up pair, and a match run from start to publishing. Real PostgreSQL, Redis, gunicorn, worker, beat and SMTP."""

import re
from http.client import HTTPConnection

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from tests.infra.deployment import HOST, PROXY, Deployment
from tests.infra.reader import Reader
from tests.infra.working import wait_for
from tests.pages.headers import missing_from

pytestmark = [pytest.mark.services, pytest.mark.slow]

CODE = re.compile(r"Your code: (\S+)")
NOTE = "I would love to hear how you found your way."
NAMES = ("Wren", "Sam", "Noor", "Mika")


class Person(Reader):
    """Somebody at their browser, who also reads their mail."""

    def __init__(self, name: str, deployment: Deployment, letters: list[str], number: int) -> None:
        super().__init__(deployment.port, HOST, behind=f"203.0.113.{number}")
        self.name, self.address, self._all_letters = name, f"{name.lower()}@example.org", letters

    @property
    def letters(self) -> list[str]:
        return [letter for letter in self._all_letters if f"To: {self.address}" in letter]

    def comes_in(self, page: str, field: str) -> None:
        """By the code that is sent to them."""
        before = len(self.letters)
        self.go(page)
        self.press("Send me a code", **{field: self.address})
        assert wait_for(lambda: len(self.letters) > before, 20), "no code came by mail"
        self.press("Go on", code=CODE.findall(self.letters[-1])[0])

    def says_hello(self) -> None:
        assert self.reads("Leaving at once"), self.text
        self.press("Go on")
        assert self.reads("Good that you are here"), self.text
        self.press("Go on", ("I am 18",), name_to_use=self.name)
        assert self.reads("Who else sees your mail?"), self.text
        self.press("Go on")

    def applies(self, role: str) -> None:
        self.comes_in("/account/signup/", "email")
        self.says_hello()
        self.follow("Look closer")
        self.press("Apply", (role, "I agree to this"))
        assert self.reads("Your application is in"), self.text

    def answers(self, question: str, *words: str) -> None:
        self.go("/answers/")
        self.follow(f"Answer: {question}")
        self.press("Save", (*words, "People I am suggested to"))

    def sets_up_a_second_step(self) -> None:
        self.go("/account/2fa/totp/activate/")
        secret = re.findall(r"<code>(\w+)</code>", self.html)[0]
        counter = next(iter(yield_hotp_counters_from_time()))
        self.press("Switch it on", code=format_hotp_value(hotp_value(secret, counter)))

    def approves(self, name: str) -> None:
        self.go("/coordination/accounts/membership/")
        self.follow(name)
        self.press("Record", kind="conversation", note="by phone")
        self.press("Change", to="checked")
        self.press("Change", to="approved")
        assert self.reads("approved"), self.text


@pytest.fixture(scope="module")
def people(letters_and_deployment: tuple[list[str], Deployment]) -> dict[str, Person]:
    letters, deployment = letters_and_deployment
    return {name: Person(name, deployment, letters, number) for number, name in enumerate(NAMES, start=20)}


def test_a_coordinator_needs_a_second_step_before_anything_else(
    people: dict[str, Person], deployment: Deployment
) -> None:
    mika = people["Mika"]
    made = deployment.run("manage.py", "coordinator", mika.address, "Harbour")
    assert made.returncode == 0, made.stderr

    mika.comes_in("/account/login/", "login")
    mika.go("/coordination/")
    assert mika.path == "/account/2fa/"
    mika.sets_up_a_second_step()
    mika.go("/")
    mika.says_hello()
    mika.go("/coordination/")

    assert mika.path == "/coordination/"
    assert mika.reads("Start a run")


def test_people_join_are_approved_and_say_what_matters(people: dict[str, Person]) -> None:
    people["Wren"].applies("Mentee")
    people["Noor"].applies("Mentee")
    people["Sam"].applies("Mentor")

    for name in ("Wren", "Noor", "Sam"):
        people["Mika"].approves(name)
        people[name].answers("Values", "Honesty", "Kindness")
        people[name].answers("Languages", "English")

    people["Wren"].go("/answers/")
    assert people["Wren"].reads("Honesty")


def test_a_mentee_asks_somebody_whom_the_worker_found_and_both_come_to_an_agreement(people: dict[str, Person]) -> None:
    wren, sam = people["Wren"], people["Sam"]
    sam.go("/agreements/")
    sam.follow("Places")
    sam.press("Save", capacity="2")

    wren.go("/suggestions/")
    assert wren.reads("Read more about Sam", patience=30), wren.text
    wren.follow("Read more about Sam")
    assert "Honesty" in wren.text
    before = len(sam.letters)
    wren.press("Ask Sam", note=NOTE)
    assert wren.reads("has time to answer until"), wren.text

    assert wait_for(lambda: len(sam.letters) > before, 20), "no mail came"
    assert_discreet(sam.letters[-1])
    sam.go("/asks/")
    sam.follow("Read and answer")
    assert NOTE in sam.text
    sam.press("Yes, I would like to")

    assert sam.path.startswith("/agreements/")
    assert "Wren" in sam.text
    wren.go("/agreements/")
    assert "Sam" in wren.text


def test_a_coordinator_starts_a_run_that_the_worker_finishes_and_publishes_it(people: dict[str, Person]) -> None:
    mika, noor = people["Mika"], people["Noor"]
    before = len(noor.letters)

    mika.go("/coordination/matching/matchrun/add/")
    mika.press("Start")
    assert mika.reads("1 pair.", patience=30), mika.text
    assert "Noor" in mika.text
    mika.follow("Publish")
    mika.press("Publish")

    assert mika.reads("published"), mika.text
    assert wait_for(lambda: len(noor.letters) > before, 20), "no mail came"
    assert_discreet(noor.letters[-1])
    noor.go("/asks/")
    assert "Sam" in noor.text


def assert_discreet(letter: str) -> None:
    """Nothing but that there is something: not even where."""
    assert "You have an update" in letter
    assert "localhost/" not in letter
    rest = "".join(line for line in letter.splitlines() if not line.startswith("To: "))
    telling = (*NAMES, NOTE, "mentor", "mentee", "Honesty", "Harbour", "coordination")
    assert [word for word in telling if word.lower() in rest.lower()] == []


def test_every_answer_tells_the_browser_what_it_may_do(deployment: Deployment) -> None:
    sheet = next(path.name for path in (deployment.folder / "static" / "css").glob("base.*.css"))
    asked = [
        ("GET", "/account/login/", PROXY),
        ("GET", f"/static/css/{sheet}", PROXY),
        ("GET", "/static/css/nowhere.css", PROXY),
        ("GET", "/healthy/", {}),
        ("GET", "/nowhere/", PROXY),
        ("GET", "/coordination/", PROXY),
        ("POST", "/account/login/", PROXY),
        ("GET", "/account/login/", {}),
        ("GET", "/", {**PROXY, "Host": "elsewhere.example.org"}),
    ]

    assert [(wrong, *one) for one in asked if (wrong := headers_missing(deployment, *one))] == []


def headers_missing(deployment: Deployment, method: str, path: str, headers: dict[str, str]) -> list[str]:
    connection = HTTPConnection(HOST, deployment.port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    connection.close()
    return missing_from(path, answer.status, dict(answer.headers.items()))
