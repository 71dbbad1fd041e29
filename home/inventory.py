"""What is really there, found by walking: what the register (`register.toml`) is held against."""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from allauth.account import app_settings
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

from config.celery import app as celery
from home.register import Register
from home.retention import Limit

OURS = ("accounts", "config", "consent", "deploy", "home", "matching", "mentorship", "notices", "safety", "ui")
"""The packages whose source is read; tests and bench run nowhere."""
THEIRS = ("allauth", "csp", "django.contrib", "django_htmx")
"""Of these, what is loaded."""
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
CACHED = {"add", "decr", "delete", "get", "get_many", "get_or_set", "incr", "set", "set_many", "touch"}
FILES = {"FileResponse", "StreamingHttpResponse", "Content-Disposition"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def columns() -> set[str]:
    """Of every model, the framework's included, and of the two tables whose models are nobody's."""
    models: list[type[Model]] = [*apps.get_models(include_auto_created=True), MigrationRecorder.Migration, Limit]
    return {
        f"{model._meta.db_table}: {field.column}" for model in models for field in model._meta.local_concrete_fields
    }


def routes(patterns: Iterable[URLPattern | URLResolver] | None = None, before: str = "", space: str = "") -> set[str]:
    """The name of every address there is, or its pattern where it has none."""
    found = set()
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found |= routes(entry.url_patterns, pattern, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            found.add(f"{space}{entry.name}" if entry.name else pattern)
    return found


def mails() -> set[str]:
    """Every template of a mail that can be loaded: ours, and those that allauth brings along."""
    folders = {Path(folder) for engine in engines.all() for folder in getattr(engine, "template_dirs", ())}
    found = {path.relative_to(folder) for folder in folders for path in folder.rglob("*.txt")}
    return {str(path) for path in found if {"email", "notices"} & set(path.parts)}


def tasks() -> set[str]:
    celery.loader.import_default_modules()
    return {name for name in celery.tasks if not name.startswith(("celery.", "tests."))}


def log_lines() -> set[str]:
    """The words of every line that we log, before anything is filled in."""
    return {f"{module}: {_words(call)}" for module, tree in sources() for call in calls(tree) if _logs(call, tree)}


def cache_keys() -> set[str]:
    """Every key, as it is written where it is used; what allauth counts; what templates keep."""
    everywhere = [*sources(), *sources(loaded())]
    keys = {f"{module}: {_key(call)}" for module, tree in everywhere for call in calls(tree) if _caches(call)}
    return keys | {f"limit: {action}" for action, rate in app_settings.RATE_LIMITS.items() if rate}


def downloads() -> set[str]:
    """Every function that hands out a file."""
    everywhere = [*sources(), *sources(loaded())]
    return {f"{module}: {name}" for module, tree in everywhere for name, made in functions(tree) if _hands_out(made)}


def admin_columns() -> set[str]:
    """What the lists, filters, searches and pages of coordination are made of."""
    return {f"{model._meta.label}: {name}" for model, part in admin.site._registry.items() for name in shown(part)}


def shown(part: admin.ModelAdmin) -> set[str]:
    """By name; where a page names no fields, it shows all that can be edited."""
    page = flatten_fieldsets(part.fieldsets) if part.fieldsets else part.fields or _editable(part.model)
    inside = [name for inline in part.inlines for name in inline.fields or _editable(inline.model)]
    lists = [*part.list_display, *part.list_filter, *part.search_fields, *part.readonly_fields]
    return {_spelled(name[0] if isinstance(name, tuple) else name) for name in [*page, *inside, *lists]}


def _editable(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.fields if field.editable]


def _spelled(name: Any) -> str:
    return name if isinstance(name, str) else name.__name__


WALKS: dict[str, Callable[[], set[str]]] = {
    "table": columns,
    "route": routes,
    "mail": mails,
    "task": tasks,
    "log": log_lines,
    "cache": cache_keys,
    "download": downloads,
    "admin": admin_columns,
}


def deviations(register: Register, *kinds: str) -> list[str]:
    """What is there and not declared, or declared and not there: of these kinds, or of all."""
    looks = [(kind, {one.key for one in register.of(kind)}, WALKS[kind]()) for kind in kinds or WALKS]
    return [line for kind, declared, there in looks for line in compared(kind, declared, there)]


def compared(kind: str, declared: set[str], there: set[str]) -> list[str]:
    undeclared = [f"{kind} {key}: there is no line for it in home/register.toml" for key in sorted(there - declared)]
    return undeclared + [
        f"{kind} {key}: declared in home/register.toml, and not there" for key in sorted(declared - there)
    ]


# Reading the source


def ours() -> dict[str, Path]:
    paths = [path.relative_to(settings.BASE_DIR) for name in OURS for path in (settings.BASE_DIR / name).rglob("*.py")]
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__"): settings.BASE_DIR / path for path in paths}


def loaded() -> dict[str, Path]:
    """What is loaded of packages that others wrote, once all of our addresses are."""
    routes()
    names = [name for name in sys.modules if name.startswith(tuple(f"{package}." for package in THEIRS))]
    files = {name: getattr(sys.modules[name], "__file__", None) for name in names}
    paths = {name: Path(file) for name, file in files.items() if file and file.endswith(".py")}
    return {name: path for name, path in paths.items() if any(word in path.read_text() for word in ("cache", *FILES))}


def sources(paths: dict[str, Path] | None = None) -> Iterator[tuple[str, ast.Module]]:
    for name, path in sorted((ours() if paths is None else paths).items()):
        yield name, parsed(path, path.stat().st_mtime_ns)


@cache
def parsed(path: Path, changed: int) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def functions(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, Function]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from functions(node, f"{inside}{node.name}.")
        elif isinstance(node, Function):
            yield f"{inside}{node.name}", node


def _logs(call: ast.Call, tree: ast.Module) -> bool:
    """A level of something that is, or is called, a logger."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in LEVELS):
        return False
    whose = ast.unparse(call.func.value)
    return "getLogger(" in whose or whose.rpartition(".")[2].lower().endswith(("log", "logger", "logging"))


def _words(call: ast.Call) -> str:
    level_first = isinstance(call.func, ast.Attribute) and call.func.attr == "log"
    words = call.args[1 if level_first else 0]
    return str(words.value) if isinstance(words, ast.Constant) else ast.unparse(words)


def _caches(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return ast.unparse(call.func) == "cache_page"
    whose = ast.unparse(call.func.value).rpartition(".")[2].lstrip("_")
    return call.func.attr in CACHED and (whose == "cache" or whose.startswith("caches["))


def _key(call: ast.Call) -> str:
    key = next((word.value for word in call.keywords if word.arg == "key"), *call.args[:1])
    return str(key.value) if isinstance(key, ast.Constant) else ast.unparse(key)


def _hands_out(function: Function) -> bool:
    said = {node.value for node in ast.walk(function) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return bool(FILES & (said | {ast.unparse(call.func) for call in calls(function)}))
