import csv
import io

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def folder(tmp_path):
    """Two mentees who would both go to x, who has one place; c and z keep apart, and z has none."""
    mentors = "id,capacity,values,avoid\nx,1,faith,\ny,1,,\nz,0,,c\n=1,1,,\n"
    mentees = "id,values,avoid\na,faith,\nb,faith,\nc,,\nd,,y\ny,,\n"
    (tmp_path / "mentors.csv").write_text(mentors, encoding="utf-8")
    (tmp_path / "mentees.csv").write_text(mentees, encoding="utf-8")
    return tmp_path


def run(folder, locked, **more):
    (folder / "locked.csv").write_text(locked, encoding="utf-8")
    out = io.StringIO()
    sheets = {name: folder / f"{name}.csv" for name in ("mentors", "mentees", "locked")}
    call_command("match_csv", **{**sheets, "out": folder / "pairs.csv", **more}, stdout=out, stderr=io.StringIO())
    with (folder / "pairs.csv").open(encoding="utf-8", newline="") as file:
        return {row["mentee"]: row["mentor"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(("mentee", "mentor"), [("a", "x"), ("b", "x"), ("c", "x"), ("a", "y"), ("c", "'=1")])
def test_a_locked_pair_stays(folder, mentee, mentor):
    assert run(folder, f"mentor,mentee\n{mentor},{mentee}\n")[mentee] == mentor


def test_what_was_written_can_be_locked_as_it_is(folder):
    before = run(folder, "mentee,mentor\nb,x\n", seed=3)
    written = (folder / "pairs.csv").read_text(encoding="utf-8")

    assert "" in before.values()
    assert "'=1" in before.values()
    assert run(folder, written, seed=4) == before


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("q,x", "line 2, column mentee: 'q': expected the id of a mentee"),
        ("a,q", "line 2, column mentor: 'q': expected the id of a mentor"),
        ("a,", "line 2, column mentor: '': expected the id of a mentor"),
        (",x", "line 2, column mentee: '': expected an id"),
        ("a,x\n\na,y", "line 4, column mentee: 'a': expected each mentee once"),
        ("a,x\nb,x", "line 3, column mentor: 'x': expected at most 1 rows, as many as there are places"),
        ("a,z", "line 2, column mentor: 'z': expected at most 0 rows, as many as there are places"),
        ("c,z", "line 2, column mentor: 'z': expected somebody who is not kept apart from 'c'"),
        ("d,y", "line 2, column mentor: 'y': expected somebody who is not kept apart from 'd'"),
        ("y,y", "line 2, column mentor: 'y': expected somebody who is not kept apart from 'y'"),
        ("a", "line 2: 1 cells: expected 2, as in the header"),
    ],
)
def test_a_pair_that_cannot_stay_is_refused_with_file_line_column_and_what_was_expected(folder, rows, said):
    with pytest.raises(CommandError) as refused:
        run(folder, f"mentee,mentor\n{rows}\n")

    assert str(refused.value) == f"locked.csv, {said}" or str(refused.value).startswith(f"locked.csv, {said},")
    assert not (folder / "pairs.csv").exists()


def test_other_columns_are_refused_by_name(folder):
    with pytest.raises(CommandError, match=r"locked\.csv, line 1: column 'why': expected, separated by commas, only"):
        run(folder, "mentee,mentor,why\na,x,because\n")


def test_the_locked_are_not_written_over(folder):
    with pytest.raises(CommandError, match="expected another file"):
        run(folder, "mentee,mentor\n", out=folder / "locked.csv")
