"""A detector that has never failed proves nothing: each planted defect is reported by the check that passes without."""

import pytest

from config import celery
from consent.gate import seal_answer
from consent.models import Answer
from matching.actions import runs
from matching.tasks import execute_run
from tests.canary import channels, checks
from tests.canary.crawl import finds, leaks, shown
from tests.canary.crawl import pages as every_page
from tests.defects import leaking, planted
from tests.routes.scene import Scene
from tests.routes.stage import scene  # noqa: F401
from tests.routes.table import Route
from tests.routes.tables import ROUTES
from tests.routes.verdicts import differences, tell_apart, written_though_forbidden
from tests.routes.visit import Visits, rolled_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch):
    """One that listens, whatever an earlier test did to it, and is empty afterwards."""
    monkeypatch.setattr(celery, "_silent_until", 0.0)
    yield
    checks.take_back_messages()


@pytest.fixture
def stage(scene: Scene):  # noqa: F811
    with rolled_back():
        yield scene


def rows(*labels: str) -> list[Route]:
    found = [route for route in ROUTES if route.label in labels]
    assert len(found) >= len(labels)
    return found


def leaks_at(scene: Scene, *labels: str) -> list[str]:  # noqa: F811
    visits = Visits(scene)
    return leaks(visits, finds(visits, shown(visits, rows(*labels))))


@pytest.mark.parametrize("defect", [planted.a_gate_without_grants, planted.a_gate_without_purpose])
@pytest.mark.parametrize("page", ["matching:proposal ask", "matching:mentor mentee mentor"])
def test_a_gate_that_does_not_look_at_the_grants_is_reported(stage: Scene, page: str, defect):
    assert leaks_at(stage, page) == []

    with defect():
        found = leaks_at(stage, page)

    assert any(line.startswith("mentee reads answer of mentor") for line in found)


def test_an_agreement_that_everybody_may_have_is_reported(stage: Scene):
    (route,) = rows("mentorship:agreement agreement")

    with planted.an_agreement_for_everybody():
        got = differences(Visits(stage), route, "GET")

    assert got["stranger"] == got["coordinator"] == "ok, declared missing"


def test_what_everybody_may_have_is_reported_as_read(stage: Scene):
    visits = Visits(stage)

    with planted.an_agreement_for_everybody():
        found = leaks(visits, finds(visits, every_page(visits, rows("mentorship:agreement agreement"))))

    assert any(line.startswith("stranger reads terms of agreement") for line in found)


def test_a_membership_that_everybody_may_have_is_reported(stage: Scene):
    (route,) = rows("accounts:pause mentee")

    with planted.a_membership_for_everybody():
        got = differences(Visits(stage), route, "POST")

    assert got["mentor"] == ">accounts:membership, declared missing"


def test_a_refusal_that_tells_is_reported(stage: Scene):
    (route,) = rows("mentorship:write agreement")
    assert tell_apart(Visits(stage), route, "GET") == []

    with planted.a_refusal_that_tells():
        found = tell_apart(Visits(stage), route, "GET")

    assert {"stranger", "coordinator", "blocked_mentor"} <= set(found)


def test_a_row_that_is_written_before_the_check_is_reported(stage: Scene):
    (route,) = rows("mentorship:messages agreement")
    assert written_though_forbidden(Visits(stage), route) == {}

    with planted.a_look_before_the_check():
        found = written_though_forbidden(Visits(stage), route)

    assert found["stranger"] == ["mentorship_message"]


def test_an_admin_that_knows_no_programs_is_reported(stage: Scene):
    (route,) = rows("admin:accounts_membership_change mentee")

    with planted.an_admin_without_programs():
        got = differences(Visits(stage), route, "GET")

    assert got == {"other_program_coordinator": "ok, declared missing"}


def test_an_admin_that_opens_letters_is_reported(stage: Scene):
    with planted.an_admin_that_opens_letters():
        found = leaks_at(stage, "admin:mentorship_agreement_change agreement")

    assert "coordinator reads message of agreement mentee at admin:mentorship_agreement_change agreement" in found


def test_mail_with_a_name_is_reported(stage: Scene):
    with leaking.mail_with_a_name():
        checks.send_waiting_notices()

    assert checks.told_by_mail(stage) == ["name of mentee"]


def test_mail_to_several_at_once_is_reported(stage: Scene):
    with leaking.mail_to_two_at_once():
        checks.send_waiting_notices()

    assert any("archive@example.org" in line for line in checks.told_by_mail(stage))


def test_a_task_that_is_handed_a_name_is_reported(stage: Scene, broker: None):
    with leaking.a_message_with_a_name():
        messages = checks.send_in_everything(stage, rows("matching:look_again mentee"))

    assert checks.told_to_workers(stage, messages) == ["name of mentee"]


def test_a_log_that_quotes_exceptions_is_reported(stage: Scene, monkeypatch: pytest.MonkeyPatch):
    word = stage.tokens.plant("answer", "mentee", "in an exception")

    def fail(**_: object) -> bool:
        raise KeyError(word)

    monkeypatch.setattr(runs, "execute", fail)
    with planted.a_log_that_quotes_exceptions(), channels.logged() as lines:
        execute_run.apply(args=[str(stage.pk("run"))])

    assert checks.told_in_log(stage, lines) == ["answer of mentee in an exception"]


def test_answers_that_lie_in_clear_are_reported(stage: Scene):
    word = stage.tokens.plant("answer", "mentee", "in clear")

    with planted.answers_in_clear():
        sealed = seal_answer(stage.members["mentee"].pk, "about", word)
        Answer.objects.filter(membership=stage.members["mentee"], facet="about").update(sealed=sealed)

    assert checks.lying_in_tables(stage) == {"consent_answer": ["answer of mentee in clear"]}
