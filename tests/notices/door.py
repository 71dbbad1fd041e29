"""Watching the one door that mail leaves by."""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.core.mail import EmailMessage

from notices.actions import outbox

MODULES = ("django.core.mail", "smtplib")
HARMLESS = {"smtplib.SMTPException"}
METHODS = {"email_user", "send_mass_mail", "send_messages"}
MAIL = {"letter", "mail", "message", "msg", "email"}
"""What a variable is called whose `send` would send mail."""


def ways_out(tree: ast.AST) -> list[str]:
    """Everything in a source by which mail could leave."""
    found = [name for node in ast.walk(tree) for name in (*_imported(node), *_called(node))]
    return sorted(set(found) - HARMLESS)


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    else:
        return
    yield from (name for name in names if name.startswith(MODULES))


def _called(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    of, method = node.func.value, node.func.attr
    if method in METHODS:
        yield method
    if method == "send" and (isinstance(of, ast.Call) or (isinstance(of, ast.Name) and of.id in MAIL)):
        yield f"{ast.unparse(of)}.send"


@contextmanager
def leaving() -> Iterator[list[tuple[str, ...]]]:
    """Whatever is sent meanwhile, by the functions that it came through."""
    seen: list[tuple[str, ...]] = []
    send = EmailMessage.send

    def watched(self: EmailMessage, *args: Any, **kwargs: Any) -> int:
        seen.append(tuple(_callers()))
        return send(self, *args, **kwargs)

    with mock.patch.object(EmailMessage, "send", watched):
        yield seen


def past_the_door(seen: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Those that `deliver` did not hand over."""
    door = [f"{outbox.__file__}:{name}" for name in ("_hand_over", "_send", "deliver")]
    return [callers for callers in seen if list(callers[:3]) != door]


def _callers() -> Iterator[str]:
    frame = sys._getframe(2)
    while frame is not None:
        yield f"{frame.f_code.co_filename}:{frame.f_code.co_name}"
        frame = frame.f_back
