#!/usr/bin/env python3
"""Sets Kindred up, runs it, tests it. Needs Python 3.11 and nothing else: what is missing it installs into .venv.

It must still parse on the Pythons that it refuses.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Kindred needs Python 3.11 or later, and this is Python %d.%d. Start it with a newer one, for example: "
        "python3.11 dev.py %s" % (sys.version_info[0], sys.version_info[1], " ".join(sys.argv[1:]))
    )

import ast
import base64
import errno
import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
import typing
from pathlib import Path
from secrets import token_bytes, token_hex, token_urlsafe

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
STAMP = VENV / "installed.json"
ROOM = {"base": 900, "semantic": 400, "dev": 1600}  # megabytes, with the copies made while installing
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STARTED = time.monotonic()


def say(step: str) -> None:
    print("%6.1f s  %s" % (time.monotonic() - STARTED, step), flush=True)


def stop(sentence: str) -> "typing.NoReturn":
    sys.exit("\n%s" % sentence)


# The environment


def fingerprint(group: str) -> str:
    """Changes when the requirements or the Python do."""
    content = "".join((ROOT / "requirements" / ("%s.txt" % name)).read_text() for name in ("tools", group))
    return hashlib.sha256(("%s %s %s" % (sys.version, sys.platform, content)).encode()).hexdigest()


def installed() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if stamp.get("python") == sys.version and os.path.exists(PYTHON) else {}


def ensure(group: str) -> None:
    """Make .venv hold the requirements of `group`; instant when it does already."""
    stamp = installed()
    if stamp.get(group) == fingerprint(group):
        return
    check_room(group)
    if not is_ours():
        make_venv()
    install(group)
    # dev contains the others, in the same versions.
    groups = ("base", "semantic", "dev") if group == "dev" else (group,)
    STAMP.write_text(json.dumps({**installed(), "python": sys.version, **{name: fingerprint(name) for name in groups}}))
    say("packages installed")


def is_ours() -> bool:
    """An environment of this very Python, by whomever it was made, is filled up and not made anew."""
    asked = "import sys, pip; print(sys.version)"
    try:
        answer = run_quietly([PYTHON, "-c", asked], dict(os.environ))
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()


def check_room(group: str) -> None:
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < ROOM[group]:
        stop("Setting up needs about %d MB of disk, and %s has %d MB free." % (ROOM[group], ROOT, free))


def make_venv() -> None:
    say("making .venv with Python %s" % sys.version.split()[0])
    making = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    made = run_quietly(making, dict(os.environ))
    if made.returncode and sys.base_prefix == "/usr" and fetch_from_debian("python3-venv"):
        made = run_quietly(making, dict(os.environ))
    if made.returncode:
        missing = "Python's venv module is missing or incomplete. On Debian or Ubuntu: apt install python3-venv"
        explain(made.stdout, missing)


def fetch_from_debian(package: str) -> bool:
    """Only where that is one command that asks nothing: as root on Debian and its kin."""
    if os.geteuid() or not shutil.which("apt-get"):
        return False
    say("installing %s" % package)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run_quietly(["apt-get", "update"], quiet)
    return run_quietly(["apt-get", "install", "-y", "--no-install-recommends", package], quiet).returncode == 0


def install(group: str) -> None:
    environment = {**os.environ, **uv_environment(), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r"]
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--require-hashes", "-p", PYTHON, "-r"]
    say("fetching packages")
    got_uv = run_quietly([*pip, requirements("tools")], environment)
    if got_uv.returncode == 0 and run_quietly([*uv, requirements(group)], environment).returncode == 0:
        return
    say("uv could not; trying pip, which takes a minute")
    got = run_quietly([*pip, requirements(group)], environment)
    if got.returncode:
        explain(got.stdout, "The packages could not be fetched. Is there a network, and a registry that pip can reach?")


def requirements(group: str) -> str:
    return str(ROOT / "requirements" / ("%s.txt" % group))


def uv_environment() -> dict[str, str]:
    """What pip was told about registries, in uv's words: uv does not read pip's configuration."""
    listed = subprocess.run([PYTHON, "-m", "pip", "config", "list"], text=True, stdout=subprocess.PIPE)
    told = {}
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        told[name.rpartition(".")[2]] = " ".join(ast.literal_eval(value).split())
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_EXTRA_INDEX_URL",
        "find-links": "UV_FIND_LINKS",
        "trusted-host": "UV_INSECURE_HOST",
        "cert": "SSL_CERT_FILE",
        "proxy": "ALL_PROXY",
    }
    found = {ours: told[theirs] for theirs, ours in names.items() if theirs in told and ours not in os.environ}
    # Like pip, any registry may serve any package; the hashes say which files are meant.
    return {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_PYTHON_DOWNLOADS": "never", **found}


def run_quietly(command: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def explain(output: str, sentence: str) -> "typing.NoReturn":
    if os.strerror(errno.ENOSPC) in output:
        sentence = "The disk became full while setting up."
    lines = [line for line in output.strip().splitlines() if line.strip()]
    stop("\n".join([*("    %s" % line for line in lines[-3:]), sentence]))


# The commands


def run(*command: str, **environment: str) -> int:
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}).returncode


def tool(name: str) -> str:
    return str(VENV / "bin" / name)


def setup(*arguments: str) -> int:
    """make the environment in .venv (setup semantic: with the text model)"""
    if arguments not in {(), ("semantic",)}:
        stop("There is nothing called %r to set up; there is: semantic." % " ".join(arguments))
    for group in ("base", *arguments):
        ensure(group)
    say("ready; next: make demo")
    return 0


def demo(*arguments: str) -> int:
    """a synthetic community at http://127.0.0.1:8000 (PORT=… to change, RESET=1 to begin anew)"""
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        stop("PORT is %r; expected a number from 1 to 65535." % port)
    if is_taken(int(port)):
        stop("Port %s is in use. Choose another one: make demo PORT=%d" % (port, int(port) + 1))
    ensure("base")
    os.chdir(ROOT)
    os.execv(PYTHON, [PYTHON, "-m", "deploy.demo", port])


def is_taken(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def test(*arguments: str) -> int:
    """the whole suite, or what you name: python3 dev.py test tests/engine -k lots"""
    ensure("dev")
    left_out, chromium = [], find_chromium()
    if not chromium:
        if os.environ.get("CI"):
            stop("There is no Chromium, and CI leaves nothing out.")
        left_out.append(("browser", "browser tests: no Chromium was found (install one, or set KINDRED_CHROMIUM)"))
    if os.environ.get("KINDRED_TEST_SERVICES") != "1":
        left_out.append(("services", "tests that need PostgreSQL and Redis (.ci/run runs them)"))
    command = [
        PYTHON,
        "-m",
        "pytest",
        "-n",
        os.environ.get("WORKERS") or "2",
        "--dist",
        "loadgroup",
        "-p",
        "tests.infra.nothing_skipped",
    ]
    if left_out:
        command += ["-m", " and ".join("not %s" % marker for marker, _ in left_out)]
    code = run(*command, *arguments, **({"KINDRED_CHROMIUM": chromium} if chromium else {}))
    for _, sentence in left_out:
        print("Not run: %s" % sentence)
    return code


def find_chromium() -> str:
    return chromium_here() or (chromium_here() if fetch_from_debian("chromium") else "")


def chromium_here() -> str:
    named = os.environ.get("KINDRED_CHROMIUM", "")
    if named and not os.access(named, os.X_OK):
        stop("KINDRED_CHROMIUM is %r, and that cannot be started." % named)
    return named or next(filter(None, map(shutil.which, CHROMIUM)), "")


def lint(*arguments: str) -> int:
    """ruff, mypy, who may import whom, migrations and the register up to date"""
    ensure("dev")
    checks = (
        (tool("ruff"), "check"),
        (tool("ruff"), "format", "--check"),
        (tool("mypy"),),
        (tool("lint-imports"),),
        (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"),
        (PYTHON, "manage.py", "register", "--check"),
    )
    failed = [" ".join(check) for check in checks if run(*check, KINDRED_DEMO="1")]
    say("lint: %s" % ("; ".join(["FAILED", *failed]) if failed else "all clean"))
    return 1 if failed else 0


def bench(*arguments: str) -> int:
    """how fast it is, beside its peers (QUICK=1 for two minutes)"""
    ensure("base")
    ensure("semantic")
    return run(PYTHON, "-m", "bench", *arguments)


def proof(*arguments: str) -> int:
    """the privacy goals, shown one by one (QUICK=1 for some minutes, or a goal's key: T5)"""
    ensure("dev")
    chromium = find_chromium()
    return run(PYTHON, "-m", "proof", *arguments, **({"KINDRED_CHROMIUM": chromium} if chromium else {}))


def recompile(*arguments: str) -> int:
    """pin requirements/*.in anew, with hashes (--upgrade for newer versions)"""
    ensure("base")
    environment = uv_environment()
    flags = ["--quiet", "--universal", "--generate-hashes", "--no-emit-index-url", "--no-header"]
    flags += ["--python-version", "3.11"]
    bounds = dict.fromkeys(("semantic", "dev"), ("-c", "requirements/base.txt"))
    for group in ("tools", "base", "semantic", "dev", "peers-matching", "peers-mentor-match"):
        source, target = "requirements/%s.in" % group, "requirements/%s.txt" % group
        bound = bounds.get(group, ())
        if run(tool("uv"), "pip", "compile", *flags, *bound, *arguments, source, "-o", target, **environment):
            return 1
    return 0


def secrets(*arguments: str) -> int:
    """write .env for docker compose, with new secrets"""
    target = ROOT / ".env"
    if target.exists():
        stop("There is an .env already. Its keys open what is stored: keep it.")
    lines = [
        "# Keep a copy in a safe place: without KINDRED_ANSWER_KEYS nobody can read an answer again.",
        "KINDRED_SECRET_KEY=%s" % token_urlsafe(64),
        "KINDRED_ANSWER_KEYS=%s:%s" % (token_hex(2), base64.b64encode(token_bytes(32)).decode()),
        "KINDRED_DATABASE_PASSWORD=%s" % token_urlsafe(32),
        "# The host name that people will use, how mail leaves, and from whom.",
        "KINDRED_ALLOWED_HOSTS=",
        "KINDRED_SMTP_URL=",
        "KINDRED_MAIL_FROM=",
    ]
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join([*lines, ""]))
    say("wrote .env; fill in its last three lines, then: docker compose up")
    return 0


def help(*arguments: str) -> int:
    print("make COMMAND, or python3 dev.py COMMAND:")
    for name, command in COMMANDS.items():
        print("  %-13s %s" % (name, command.__doc__ or "this list"))
    return 0


COMMANDS = {
    "setup": setup,
    "demo": demo,
    "test": test,
    "lint": lint,
    "bench": bench,
    "proof": proof,
    "requirements": recompile,
    "secrets": secrets,
    "help": help,
}


def main() -> int:
    name, arguments = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("help", [])
    if os.name != "posix":
        stop("Kindred runs on Linux and macOS; on Windows use it inside WSL.")
    if name not in COMMANDS:
        help()
        stop("There is no command %r." % name)
    try:
        return COMMANDS[name](*arguments)
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        stop("The disk is full; nothing more could be written to %s." % ROOT)


if __name__ == "__main__":
    sys.exit(main())
