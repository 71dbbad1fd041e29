"""The settings of the tests are those of the program, in surroundings of their own.

Set here because pytest-django reads the settings before any conftest. Tests touch no demo's data, and those that run
at the same time (pytest-xdist) share no folder and no Redis database, so that clearing the cache clears one's own.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def _set_apart() -> None:
    if "KINDRED_TEST_DATA" not in os.environ:
        os.environ["KINDRED_TEST_DATA"] = folder = tempfile.mkdtemp(prefix="kindred-test-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["KINDRED_DATA"] = str(Path(os.environ["KINDRED_TEST_DATA"]) / WORKER)
    number = int(WORKER.removeprefix("gw")) if WORKER.startswith("gw") else 0
    for name in ("KINDRED_BROKER_URL", "KINDRED_CACHE_URL"):
        if os.environ.get(name, "").startswith("redis"):
            parts = urlsplit(os.environ[name])
            database = int(parts.path.strip("/") or 0) + 2 * number
            os.environ[name] = parts._replace(path=f"/{database}").geturl()
    os.environ.setdefault("KINDRED_HTTPS", "0")
    os.environ.setdefault("KINDRED_STAFF_SECOND_FACTOR", "0")


# A process that a test starts inherits all of it, and must not be set apart from that test.
if os.environ.get("KINDRED_SET_APART") != WORKER:
    _set_apart()
    os.environ["KINDRED_SET_APART"] = WORKER

from config.settings import *  # noqa: E402, F403

# Nothing is collected for tests: files are served from where they lie.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
