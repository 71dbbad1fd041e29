import io
import re

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def folder(tmp_path):
    """b and c want x, who has one place; c speaks to nobody else."""
    mentors = "id,capacity,languages,values\nx,1,german,faith;art\ny,2,english,faith\n"
    mentees = (
        "id,languages,values\na,english,faith\nb,english;german,faith;art\nc,german,\nd,arabic,faith\nx,english,art\n"
    )
    (tmp_path / "mentors.csv").write_text(mentors, encoding="utf-8")
    (tmp_path / "mentees.csv").write_text(mentees, encoding="utf-8")
    return tmp_path


def explained(folder, id_):
    out = io.StringIO()
    sheets = {name: folder / f"{name}.csv" for name in ("mentors", "mentees")}
    outs = {"out": folder / "pairs.csv", "stdout": out, "stderr": io.StringIO()}
    call_command("match_csv", f"--explain={id_}", **sheets, **outs)
    return out.getvalue().splitlines()[1:]


def without_numbers(lines):
    return [re.sub(r"fit \d\.\d{3}", "fit …", line) for line in lines]


def test_a_mentee_reads_why_and_who_came_next(folder):
    assert without_numbers(explained(folder, "b")) == [
        "b is matched with y, fit …: both have values: faith; both have languages: english",
        "  possible: 2 of 2 mentors",
        "  next: x, fit …, 1 of 1 places taken",
    ]


def test_a_mentee_without_a_mentor_reads_what_stood_in_the_way(folder):
    assert explained(folder, "d") == ["d has nobody: no shared language (2 mentors)", "  possible: 0 of 2 mentors"]


def test_a_mentor_reads_whom_they_have_and_who_came_next(folder):
    assert without_numbers(explained(folder, " y ")) == [
        "y has 2 of 2 places taken",
        "  a is matched with y, fit …: both have values: faith; both have languages: english",
        "  b is matched with y, fit …: both have values: faith; both have languages: english",
        "  possible: 3 of 5 mentees",
        "  next: x, fit …, has nobody",
    ]


def test_an_id_on_both_sides_is_told_of_both_but_not_as_a_pair_with_itself(folder):
    said = without_numbers(explained(folder, "x"))

    assert [line for line in said if not line.startswith(" ")] == [
        "x has nobody: all places of the possible mentors are taken (1 mentor)",
        "x has 1 of 1 places taken",
    ]
    assert not [line for line in said if line.startswith("  next: x,")]


def test_those_who_came_next_come_by_fit_and_are_three(tmp_path):
    offered = ["e", "a", "a;b", "a;b;c", "a;b;c;d"]
    rows = "".join(f"m{i},1,{skills}\n" for i, skills in enumerate(offered))
    (tmp_path / "mentors.csv").write_text(f"id,capacity,skills\nfull,0,a;b;c;d\n{rows}", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id,skills\nn,a;b;c;d\n", encoding="utf-8")

    said = explained(tmp_path, "n")

    assert said[0].startswith("n is matched with m4")
    assert said[1] == "  possible: 5 of 6 mentors"
    assert [line.split(",")[0] for line in said[2:]] == ["  next: m3", "  next: m2", "  next: m1"]


def test_an_id_that_is_not_there_is_named_before_anything_is_matched(folder):
    with pytest.raises(CommandError, match=r"^--explain: 'nobody': expected the id of a mentee or a mentor$"):
        explained(folder, "nobody")

    assert not (folder / "pairs.csv").exists()


@pytest.mark.parametrize("typed", ["", " ", "a;b"])
def test_what_cannot_be_an_id_is_refused_as_such(folder, typed):
    with pytest.raises(CommandError, match=f"{typed!r}: expected an id, without ;"):
        explained(folder, typed)
