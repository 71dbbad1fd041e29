"""The health checks of the containers: `python -m deploy.healthy [web|worker|beat]` ends with 0 when all is well."""

import os
import socket
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path


def web() -> bool:
    """It answers, by the name under which it lets itself be called."""
    host = os.environ.get("KINDRED_ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
    try:
        connection.request("GET", "/healthy/", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def worker() -> bool:
    """The worker of this host hears the broker and replies."""
    from config.celery import app

    return bool(app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=4))


def beat() -> bool:
    """It wrote down, less than two minutes ago, what it sent; it sends every 30 seconds."""
    schedule = Path(os.environ.get("KINDRED_DATA", "/data"))
    return any(time.time() - path.stat().st_mtime < 120 for path in schedule.glob("beat-schedule*"))


CHECKS = {"web": web, "worker": worker, "beat": beat}

if __name__ == "__main__":
    sys.exit(0 if CHECKS[sys.argv[1] if len(sys.argv) > 1 else "web"]() else 1)
