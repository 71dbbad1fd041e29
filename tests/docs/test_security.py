"""What docs/security.md names is there, and nothing of the standard is left out."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text()
ROW = re.compile(r"^\| (V[\d.]+)(?:–(V[\d.]+))? \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`\s]+)`")
FILE = re.compile(r"^[\w./-]+\.(?:py|toml|txt|js|html|yml|md)$|^\.dockerignore$")
SETTING = re.compile(r"^[A-Z][A-Z_]{3,}$")
VERDICTS = ("Met", "Not met", "Does not apply", "Up to the operator")


def every_requirement() -> list[str]:
    lines = (Path(__file__).parent / "asvs_5_0.txt").read_text().splitlines()[1:]
    return [
        f"V{section}.{number}"
        for section, _, numbers in (line.partition(": ") for line in lines)
        for number in numbers.split()
    ]


def answered(page: str, every: list[str]) -> list[str]:
    """The numbers that a row of the table is about; a row may be about several that follow one another."""
    found = []
    for first, last, _here in ROW.findall(page):
        found += every[every.index(first) : every.index(last or first) + 1]
    return found


def missing(page: str) -> list[str]:
    """What the page names and nobody finds."""
    return sorted({name for name in NAMED.findall(page) if not _is_there(name)})


def _is_there(name: str) -> bool:
    file, _, test = name.partition("::")
    if FILE.match(file):
        path = ROOT / file
        return path.exists() and (not test or f"def {test}(" in path.read_text())
    if name.startswith("KINDRED_"):
        return name in (ROOT / "docs" / "running.md").read_text()
    return not SETTING.match(name) or hasattr(settings, name) or name in OF_LIMITS or name == "SECURE_PROXY_SSL_HEADER"


OF_LIMITS = {"VISITORS", "MEMBERS", "PAGES", "FORMS", "NAME_FILE"}


def test_every_requirement_of_the_standard_is_answered_once():
    every = every_requirement()

    assert (len(every), answered(PAGE, every)) == (253, every)


def test_every_answer_begins_with_a_verdict():
    assert [row for row in ROW.findall(PAGE) if not row[2].startswith(VERDICTS)] == []


def test_what_is_met_names_what_meets_it_or_says_how():
    assert [row[0] for row in ROW.findall(PAGE) if row[2].strip() in {"Met", "Not met"}] == []


def test_every_test_file_and_setting_that_is_named_is_there():
    assert missing(PAGE) == []


def test_control_what_is_not_there_is_missed():
    gone = ["tests/docs/test_security.py::test_nothing", "tests/nowhere.py", "SESSION_NEVER", "KINDRED_NOTHING"]

    assert missing(" ".join(f"`{name}`" for name in [*gone, "proof/goal.py"])) == sorted(gone)


def test_control_a_requirement_that_is_left_out_is_missed():
    every = every_requirement()

    assert answered(PAGE.replace("| V7.3.1 |", "| V7.3.2 |"), every) != every


def test_every_link_leads_to_a_page():
    assert [link for link in re.findall(r"\]\(([\w.-]+\.md)\)", PAGE) if not (ROOT / "docs" / link).exists()] == []
