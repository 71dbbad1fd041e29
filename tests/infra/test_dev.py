"""dev.py: one clear sentence for each thing that can be wrong, before anything is made."""

import ast
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.deployment import ROOT, outside_environment


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A fresh clone, as far as dev.py is concerned."""
    shutil.copy(ROOT / "dev.py", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def dev(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "dev.py", *arguments],
        cwd=folder, env={**outside_environment(), **environment}, text=True, capture_output=True, timeout=60,
    )  # fmt: skip


def test_it_parses_on_the_pythons_that_it_refuses() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(), feature_version=(3, 6))

    # Before the version is looked at there is only the docstring and one import.
    assert [ast.unparse(node).splitlines()[0] for node in tree.body[1:3]] == [
        "import sys",
        "if sys.version_info < (3, 11):",
    ]


def test_a_port_in_use_is_said_before_anything_is_made(bare: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ran = dev(bare, "demo", PORT=str(port))

    assert ran.returncode == 1
    assert ran.stderr.strip() == f"Port {port} is in use. Choose another one: make demo PORT={port + 1}"
    assert not (bare / ".venv").exists()


def test_a_port_that_is_none_is_said(bare: Path) -> None:
    assert dev(bare, "demo", PORT="eighty").stderr.strip() == "PORT is 'eighty'; expected a number from 1 to 65535."


def test_an_unknown_command_lists_the_known_ones(bare: Path) -> None:
    ran = dev(bare, "dance")

    assert ran.returncode == 1
    assert "  demo " in ran.stdout
    assert ran.stderr.strip() == "There is no command 'dance'."


def test_something_that_cannot_be_set_up_is_said(bare: Path) -> None:
    ran = dev(bare, "setup", "everything")

    assert ran.stderr.strip() == "There is nothing called 'everything' to set up; there is: semantic."
    assert not (bare / ".venv").exists()


@pytest.mark.slow
def test_no_network_is_said(bare: Path) -> None:
    ran = dev(bare, "setup", PIP_NO_INDEX="1", PIP_FIND_LINKS="", PIP_CONFIG_FILE="/dev/null")

    assert ran.returncode == 1
    assert ran.stderr.strip().endswith("Is there a network, and a registry that pip can reach?")


def test_a_full_disk_is_said(bare: Path) -> None:
    program = "import dev; dev.ROOM['base'] = 10**9; dev.setup()"
    ran = subprocess.run([sys.executable, "-c", program], cwd=bare, text=True, capture_output=True)

    assert ran.returncode == 1
    assert "MB of disk" in ran.stderr
    assert not (bare / ".venv").exists()


def test_secrets_are_written_once_and_for_the_owner_only(bare: Path) -> None:
    assert dev(bare, "secrets").returncode == 0
    written = (bare / ".env").read_text()

    assert (bare / ".env").stat().st_mode & 0o777 == 0o600
    assert dev(bare, "secrets").returncode == 1
    assert (bare / ".env").read_text() == written


def test_make_alone_prints_the_list() -> None:
    ran = subprocess.run(["make", "-s", f"PYTHON={sys.executable}"], cwd=ROOT, text=True, capture_output=True)

    assert ran.returncode == 0
    assert ran.stdout.startswith("make COMMAND")
