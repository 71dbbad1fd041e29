"""The matcher is heavy: a web process never loads it (rule of the seventh point of the matcher)."""

import os
import subprocess
import sys

import pytest

HEAVY = "print(sorted({'sklearn', 'scipy', 'ortools', 'numpy', 'matching.engine'} & set(sys.modules)))"


def loaded_after(code: str) -> str:
    program = f"import sys, django; django.setup(); {code}; {HEAVY}"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize(
    "code",
    [
        "import config.urls, config.wsgi, matching.tasks",
        "from django.core.management import call_command; call_command('check', verbosity=0)",
    ],
    ids=["urls", "check"],
)
def test_a_web_process_does_not_load_the_matcher(code: str) -> None:
    assert loaded_after(code).endswith("[]")


def test_control_working_off_a_run_does() -> None:
    code = "from matching import pool; from matching.engine import text; text.vectors(['one two', 'two three'])"

    assert "sklearn" in loaded_after(code)
