"""docker-compose.yml and the Dockerfile: what they promise, and what they run."""

import re

import pytest

from tests.infra.deployment import PROXY, ROOT, VARIABLE, Deployment, compose
from tests.infra.working import wait_for

OURS = ("web", "worker", "beat", "migrate")


def test_every_service_but_the_one_that_ends_has_a_health_check() -> None:
    unchecked = {name for name, service in compose()["services"].items() if "test" not in service["healthcheck"]}

    assert unchecked == {"migrate"}


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    secret = [found for found in VARIABLE.finditer(text) if re.search("KEY|PASSWORD|SMTP", found[1])]

    assert len(secret) == 5
    assert {found[2] for found in secret} == {"?"}


def test_the_database_logs_no_values() -> None:
    command = compose()["services"]["database"]["command"]

    assert "log_min_messages=log" in command
    assert "log_min_error_statement=panic" in command
    assert "log_error_verbosity=terse" in command


def test_the_broker_forgets_no_message() -> None:
    command = compose()["services"]["broker"]["command"]

    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert compose()["services"]["cache"]["command"] != command


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_can_write_nowhere_and_become_nobody_else(name: str) -> None:
    service = compose()["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_database_and_redis_are_within_reach_of_nobody_else() -> None:
    services = compose()["services"]

    assert compose()["networks"]["inside"] == {"internal": True}
    assert {name: services[name]["networks"] for name in services if name not in OURS} == {
        name: ["inside"] for name in ("database", "broker", "cache")
    }
    assert [name for name in services if "ports" in services[name]] == ["web"]


def test_the_image_runs_as_nobody_in_particular() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    assert [line for line in lines if line.startswith("USER")] == ["USER kindred"]
    assert lines.index("USER kindred") > max(number for number, line in enumerate(lines) if line.startswith("RUN"))


def test_the_image_installs_by_hash_and_holds_every_app() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    needed = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench", "proof"}

    assert "--require-hashes -r requirements/base.txt" in (ROOT / "Dockerfile").read_text()
    assert needed | {"templates", "static", "manage.py"} <= allowed


@pytest.mark.parametrize("name", ["tools", "base", "semantic", "dev", "peers-matching", "peers-mentor-match"])
def test_requirements_carry_hashes_and_name_no_host(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pinned = re.findall(r"^[\w.-]+==", text, re.MULTILINE)

    assert pinned
    assert len(re.findall(r"^[\w.-]+==\S+(?: ;[^\n]+)? \\\n    --hash=sha256:", text, re.MULTILINE)) == len(pinned)
    assert "://" not in text


@pytest.mark.services
@pytest.mark.slow
class TestWhatItRuns:
    def test_plain_http_is_sent_to_https_and_the_proxied_page_is_there(self, deployment: Deployment) -> None:
        assert deployment.status("/account/login/") == 301
        assert deployment.status("/account/login/", **PROXY) == 200

    @pytest.mark.parametrize("service", ["web", "worker", "beat"])
    def test_the_health_check_passes(self, deployment: Deployment, service: str) -> None:
        assert wait_for(lambda: deployment.run("-m", "deploy.healthy", service).returncode == 0, 20)

    def test_a_row_nobody_was_rung_for_is_worked_off_by_the_sweep(
        self, deployment: Deployment, letters: list[str]
    ) -> None:
        written = deployment.run("-c", WRITE_WITHOUT_RINGING)
        assert written.returncode == 0, written.stderr

        assert wait_for(lambda: [letter for letter in letters if "somebody@example.org" in letter], 20)
        assert "An update for you" in "".join(letters)

    def test_checks_for_deployment_find_nothing(self, deployment: Deployment) -> None:
        checked = deployment.run("manage.py", "check", "--deploy", "--fail-level", "WARNING")

        assert checked.returncode == 0, checked.stderr

    def test_keys_that_were_given_are_written_nowhere(self, deployment: Deployment) -> None:
        for kept in (deployment.folder / "secret.key", deployment.folder / "answer.keys"):
            assert not kept.exists()


WRITE_WITHOUT_RINGING = """
import django
django.setup()
from django.utils import timezone
from config import celery
celery._silent_until = float("inf")
from notices.actions import outbox
outbox.queue_mail(
    address="somebody@example.org", subject="An update for you", body="There is an update.", now=timezone.now()
)
"""
