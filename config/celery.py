"""Background work. The row is the queue; a message is only a doorbell and may be lost, late or rung twice."""

import logging
import os
import signal
from functools import partial
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from celery import Celery
from celery.signals import setup_logging, worker_process_init
from django.db import transaction
from kombu.exceptions import OperationalError
from kombu.transport import TRANSPORT_ALIASES

from config import env, lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
TRANSPORT_ALIASES["files"] = "config.filebroker:Transport"

logger = logging.getLogger("kindred.doorbell")

# No task may run longer than this. A message that nobody acknowledged comes back after the visibility timeout:
# were it the shorter one, a long task would be run by several workers at once.
LONGEST_TASK = 3600
VISIBILITY = 2 * LONGEST_TASK

# A page must not wait for a broker that is away: one try, given up in less than a second.
# After a failure the bell is left alone for a moment, so that a page that would ring five times waits once.
PAUSE = 5.0
IMPATIENT = {"max_retries": 0, "socket_timeout": 0.4, "socket_connect_timeout": 0.4, "health_check_interval": 0}
_silent_until = 0.0

app = Celery("kindred")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Celery's own lines print arguments and exception texts, so Django's LOGGING stays as it is."""


@worker_process_init.connect
def end_with_worker(**_: object) -> None:
    """A killed worker's task is given to another one; its pool child must not go on with it beside that."""
    lifeline.end_with(os.getppid(), signal.SIGKILL)


def transport_options(url: str) -> dict[str, Any]:
    """What kombu is told about the broker at `url`: `files:///folder` or `redis://…`."""
    scheme = urlsplit(url).scheme
    if scheme == "files":
        return {"folder": url.removeprefix("files://"), "polling_interval": 0.2}
    if scheme in {"redis", "rediss"}:
        return {
            "visibility_timeout": VISIBILITY,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "socket_keepalive": True,
        }
    raise env.Unreadable("KINDRED_BROKER_URL", f"{scheme}://…", "redis://host:6379/0 or files:///folder")


def ring(task: str, *ids: int | str) -> None:
    """Once the rows are committed, ask a worker to look at them now. If nobody hears it, the sweep finds them."""
    transaction.on_commit(partial(_ring_now, task, ids), robust=True)


def _ring_now(task: str, ids: tuple[int | str, ...]) -> None:
    global _silent_until
    if monotonic() < _silent_until:
        return
    try:
        with app.connection_for_write(transport_options=IMPATIENT) as connection:
            app.send_task(task, args=ids, connection=connection, retry=False)
    except (OperationalError, OSError) as error:
        _silent_until = monotonic() + PAUSE
        logger.warning("%s was not announced (%s); the next sweep finds it", task, type(error).__name__)
