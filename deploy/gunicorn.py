"""gunicorn in production, behind a proxy that ends TLS."""

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = 2
threads = 8
preload_app = True
timeout = 30
graceful_timeout = 20
# A worker that leaks is replaced; not all at the same moment.
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm"  # noqa: S108 - in memory, for heartbeats only
control_socket_disable = True
# No access log: who looked at which page, and when, is nobody's business.
accesslog = None
errorlog = "-"
loglevel = "warning"


def when_ready(server: object) -> None:
    """The first page that rings for the worker must not pay for the imports."""
    from config.celery import app

    app.connection_for_write().transport  # noqa: B018 - making it imports it; it connects nowhere
