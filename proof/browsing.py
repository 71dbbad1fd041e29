"""A real Chromium, with the back-forward cache on, before the whole program over HTTPS in this process.

Browser and test look at one connection and one transaction: all that happens is gone afterwards."""

import base64
import hashlib
import os
import shutil
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, connections
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.pages.scene import furnished
from tests.routes.scene import Scene
from tests.routes.visit import rolled_back

CHROMIUM = os.environ.get("KINDRED_CHROMIUM") or shutil.which("chromium") or ""
# As people have it: Playwright would switch off what Back shows.
USUAL = {"ignore_default_args": ["--disable-back-forward-cache"]}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
# What config/settings.py sets where KINDRED_HTTPS is on; the tests run with it off.
OVER_HTTPS: dict[str, Any] = {
    "ALLOWED_HOSTS": ["127.0.0.1"],
    "SESSION_COOKIE_NAME": "__Host-sid",
    "CSRF_COOKIE_NAME": "__Host-form",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    # Files as in production, but from where they lie.
    "WHITENOISE_AUTOREFRESH": True,
    "WHITENOISE_USE_FINDERS": True,
    "PACE": 0,
}
NEUTRAL = b"<!doctype html><title>Weather</title><h1>Fair</h1>"
Application = Callable[..., Any]


class Handler(WSGIRequestHandler):
    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), "HTTPS": "on"}

    def log_message(self, *_line: object) -> None:
        """Nothing is said."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_request: object) -> None:
        """A browser that asks whether we are who we say hangs up first."""


@dataclass
class Site:
    scene: Scene
    origin: str
    elsewhere: str
    """Where Exit leads: another origin."""
    browser: Browser
    lock: threading.RLock
    """Held by whoever asks the database, browser or test."""

    @contextmanager
    def window(self, who: str = "", **kind: Any) -> Iterator[BrowserContext]:
        context = self.browser.new_context(**kind)
        context.set_default_timeout(30_000)
        if who in self.scene.sessions:
            key = self.scene.sessions[who]
            context.add_cookies([{"name": "__Host-sid", "value": key, "url": self.origin, "secure": True}])
        try:
            yield context
        finally:
            context.close()


@contextmanager
def site(**settings: Any) -> Iterator[Site]:
    """Everybody of the scene is there, and signed in."""
    lock = threading.RLock()
    key = ec.generate_private_key(ec.SECP256R1())
    trusted = [*QUIET, f"--ignore-certificate-errors-spki-list={_digest(key)}"]
    with _certified(key) as folder, _serving(_neutral, folder) as elsewhere:
        away = {"EXIT_ADDRESS": f"{elsewhere}/", **OVER_HTTPS, **settings}
        # The browser first: its loop is a context of its own, and a connection belongs to the one it was opened in.
        with sync_playwright() as playwright, override_settings(**away), rolled_back(), _shared_connection():
            scene = furnished()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=trusted, **USUAL)
            with _serving(_one_at_a_time(get_wsgi_application(), lock), folder) as origin:
                yield Site(scene, origin, elsewhere, browser, lock)
            browser.close()


@contextmanager
def _certified(key: ec.EllipticCurvePrivateKey) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "tls.pem").write_bytes(_certificate(key))
        yield folder


def _one_at_a_time(application: Application, lock: threading.RLock) -> Application:
    ours = connections["default"]

    def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with lock:
            connections["default"] = ours
            response = application(environ, start_response)
            try:
                return [b"".join(response)]
            finally:
                response.close()

    return answer


@contextmanager
def _shared_connection() -> Iterator[None]:
    """As Django's own test client does: no request closes the connection that it has not opened."""
    connection.inc_thread_sharing()
    for told in (request_started, request_finished):
        told.disconnect(close_old_connections)
    try:
        yield
    finally:
        for told in (request_started, request_finished):
            told.connect(close_old_connections)
        connection.dec_thread_sharing()


def _neutral(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/html"), ("Cache-Control", "max-age=60")])
    return [NEUTRAL]


@contextmanager
def _serving(application: Application, folder: str) -> Iterator[str]:
    server = Server(("127.0.0.1", 0), Handler)
    server.set_app(application)
    server.socket = _tls(Path(folder)).wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _tls(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem")
    return context


def _digest(key: ec.EllipticCurvePrivateKey) -> str:
    """By which the browser is told to trust it as it trusts any other: what it takes for unsafe it treats otherwise."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    plain = key.public_key().public_bytes(serialization.Encoding.DER, form)
    return base64.b64encode(hashlib.sha256(plain).digest()).decode()


def _certificate(key: ec.EllipticCurvePrivateKey) -> bytes:
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    hosts = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    begun = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = begun.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    signed = dated.serial_number(x509.random_serial_number()).add_extension(hosts, False).sign(key, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    return key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + signed.public_bytes(pem)
