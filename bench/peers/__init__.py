"""The peers from PyPI, each in an environment of its own: `matching` and `mentor-match` both bring a module `matching`,
which is our app's name, too. Nothing of them is installed for anybody who does not run the bench."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import dev

FOLDER = dev.ROOT / "var" / "peers"
ADAPTERS = {"matching": "hospital_resident", "mentor-match": "munkres_rounds"}


class Absent(Exception):
    """Its environment could not be made."""


def command(peer: str, folder: Path) -> list[str]:
    """What runs a peer on the pool in `folder`. Makes its environment first, from hashed requirements."""
    script = Path(__file__).with_name("run.py")
    return [str(environment(peer)), "-E", str(script), ADAPTERS[peer], str(folder)]  # whatever PYTHONPATH says


def environment(peer: str) -> Path:
    """Its Python. Raises Absent."""
    requirements = dev.ROOT / "requirements" / f"peers-{peer}.txt"
    fingerprint = hashlib.sha256(f"{sys.version} {requirements.read_text()}".encode()).hexdigest()
    home = FOLDER / peer
    stamp = home / "installed"
    if not stamp.exists() or stamp.read_text() != fingerprint:
        _quietly(sys.executable, "-m", "venv", "--clear", str(home))
        python = str(home / "bin" / "python")
        _quietly(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(requirements))
        stamp.write_text(fingerprint)
    return home / "bin" / "python"


def _quietly(*command: str) -> None:
    quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(command, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Absent("its packages could not be fetched")
