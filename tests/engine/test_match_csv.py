import csv
import io
import re
import stat
from argparse import ArgumentParser
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import example, given
from hypothesis import settings as often
from hypothesis import strategies as st

from matching.actions.runs import OBJECTIVES
from matching.engine.types import Objective
from matching.management.commands import match_csv
from matching.spreadsheets import cells, formulas, people

EXAMPLES = Path(settings.BASE_DIR) / "docs" / "examples"


@pytest.fixture
def folder(tmp_path):
    """Two small spreadsheets that match."""
    (tmp_path / "mentors.csv").write_text("id,capacity,values\nx,2,faith\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id,values\na,Faith\nb,art;faith\n", encoding="utf-8")
    return tmp_path


def run(folder, **more):
    out = io.StringIO()
    call_command(
        "match_csv",
        mentors=folder / "mentors.csv",
        mentees=folder / "mentees.csv",
        out=folder / "pairs.csv",
        stdout=out,
        stderr=io.StringIO(),
        **more,
    )
    return out.getvalue()


def pairs(folder):
    with (folder / "pairs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def refusal(folder, **more):
    with pytest.raises(CommandError) as refused:
        run(folder, **more)
    return str(refused.value)


def test_pairs_are_written_with_fit_and_reasons(folder):
    """Cosines 1 and 1 / √(1 + (ln(4/2) + 1)²) = .508532, mean .754266: .5 + .5 × ±.245734."""
    said = run(folder, seed=7)

    assert pairs(folder) == [
        {"mentee": "a", "mentor": "x", "fit": "0.623", "reasons": "both have values: faith"},
        {"mentee": "b", "mentor": "x", "fit": "0.377", "reasons": "both have values: faith"},
    ]
    assert said == f"{folder / 'pairs.csv'}: 2 of 2 mentees matched with 1 of 1 mentors, seed 7.\n"


def test_the_unmatched_have_an_empty_mentor_and_the_reason(folder):
    (folder / "mentees.csv").write_text("id,languages\na,English\nb,German\n", encoding="utf-8")
    (folder / "mentors.csv").write_text("id,languages\nx,german\n", encoding="utf-8")

    run(folder)

    assert pairs(folder)[0] == {"mentee": "a", "mentor": "", "fit": "", "reasons": "no shared language (1 mentor)"}


def test_the_examples_match_and_their_order_does_not_matter(tmp_path):
    for name in ("mentors.csv", "mentees.csv"):
        head, *rows = (EXAMPLES / name).read_text(encoding="utf-8").splitlines()
        (tmp_path / name).write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    run(tmp_path, week=date(2026, 3, 4))
    backwards = (tmp_path / "pairs.csv").read_bytes()

    call_command(
        "match_csv",
        mentors=EXAMPLES / "mentors.csv",
        mentees=EXAMPLES / "mentees.csv",
        out=tmp_path / "pairs.csv",
        week=date(2026, 3, 4),
        stdout=io.StringIO(),
    )

    assert (tmp_path / "pairs.csv").read_bytes() == backwards
    assert sum(bool(pair["mentor"]) for pair in pairs(tmp_path)) >= 20
    assert len(pairs(tmp_path)) == 30


def test_every_column_is_read(folder):
    cells = {
        "id": "Zoë",
        "languages": "en; DE ",
        "availability": "Mon 9:00-10:30;sun 22:00–24:00",
        "timezone": "Europe/Berlin",
        "formats": "online;in-person",
        "place": "Köln",
        "values": "art",
        "goals": "g",
        "topics": "t",
        "skills": "s",
        "about": '"Hi, you"',
        "identity": "trans",
        "wishes": "must:Identity=Bi",
        "weights": "values=3;about=0.5",
        "avoid": "x;'=y",
        "groups": "new here",
    }
    header, row = ",".join(cells), ",".join(cells.values())
    (folder / "mentees.csv").write_text(f"﻿{header}\n\n{row}\n", encoding="utf-8")

    (zoe,) = people.read(folder / "mentees.csv", mentors=False)

    assert (zoe.id, zoe.timezone, dict(zoe.weights), zoe.avoid) == (
        "Zoë",
        "Europe/Berlin",
        {"values": 3.0, "about": 0.5},
        frozenset({"x", "=y"}),
    )
    assert zoe.answers["languages"] == frozenset({"en", "de"})
    assert [(slot.day, slot.start, slot.end) for slot in zoe.answers["availability"]] == [
        (0, 540, 630),
        (6, 1320, 1440),
    ]
    assert zoe.answers["about"] == "Hi, you"
    assert zoe.groups == frozenset({"new here"})
    assert [(wish.facet, wish.value, wish.strength.value) for wish in zoe.wishes] == [("identity", "bi", "must")]


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("availability", "monday 9-10", "a day and hours such as mon 18:00-20:30"),
        ("availability", "mon 20:00-18:00", "past midnight in two"),
        ("availability", "mon 18:00-24:30", "a day and hours"),
        ("availability", "mon 18:60-19:00", "a day and hours"),
        ("timezone", "Berlin", "an IANA time zone such as Europe/Berlin"),
        ("timezone", "/etc", "an IANA time zone"),
        ("formats", "phone", "online or in-person, separated by ;"),
        ("wishes", "identity=trans", "nice:, important: or must: before each wish"),
        ("wishes", "must:about=trans", "a column and a value such as nice:values=faith"),
        ("wishes", "must:identity=", "a column and a value"),
        ("weights", "values=-1", "columns and numbers from 0"),
        ("weights", "values=nan", "columns and numbers from 0"),
        ("weights", "shoes=1", "the columns languages, availability"),
    ],
)
def test_a_bad_cell_is_refused_with_file_line_column_value_and_what_was_expected(folder, column, cell, expected):
    (folder / "mentees.csv").write_text(f'id,about,{column}\na,"two\nlines",\nb,,"{cell}"\n', encoding="utf-8")

    said = refusal(folder)

    assert said.startswith(f"mentees.csv, line 4, column {column}: {cell!r}: expected ")
    assert expected in said
    assert not (folder / "pairs.csv").exists()


@pytest.mark.parametrize("cell", ["-1", "1.5", "many", "²", "1e3", "99999999999"])
def test_a_capacity_is_a_whole_number(folder, cell):
    (folder / "mentors.csv").write_text(f"id,capacity\nx,{cell}\n", encoding="utf-8")

    assert refusal(folder) == f"mentors.csv, line 2, column capacity: {cell!r}: expected a whole number from 0 to 10000"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "mentees.csv, line 1: column id: expected in the header"),
        (
            b"id,legal name,values\n",
            "mentees.csv, line 1: column 'legal name': expected, separated by commas, only id,",
        ),
        (b"id,capacity\n", "mentees.csv, line 1: column 'capacity': expected"),
        (b"id;values\n", "mentees.csv, line 1: column 'id;values': expected, separated by commas"),
        (b"values\nart\n", "mentees.csv, line 1: column id: expected in the header"),
        (b"id,values,values\n", "mentees.csv, line 1: column values: expected once"),
        (b"id,values\na\n", "mentees.csv, line 2: 1 cells: expected 2, as in the header"),
        (b"id,values\na,b,c\n", "mentees.csv, line 2: 3 cells: expected 2, as in the header"),
        (b"id\na\n\na\n", "mentees.csv, line 4, column id: 'a': expected each id once; it stands in line 2, too"),
        (b"id,values\n ,art\n", "mentees.csv, line 2, column id: ' ': expected an id"),
        (b"id\na;b\n", "mentees.csv, line 2, column id: 'a;b': expected an id, without ;"),
        (b"id,about\na,caf\xe9\n", "mentees.csv, line 2, column about: 'caf\ufffd': expected UTF-8"),
        (b"id,caf\xe9\na,b\n", "mentees.csv, line 1: expected UTF-8; save the file as CSV UTF-8"),
        ("id,about\na,b\n".encode("utf-16"), "mentees.csv, line 1: expected UTF-8; save the file as CSV UTF-8"),
        (b"id,about\na,\x00\n", "mentees.csv, line 2, column about: '\\x00': expected UTF-8"),
        (
            b'id,about,place\n\na,"two\nlines",\nb,"open\n',
            "mentees.csv, line 5, column about: '\"open\\n': expected at most",
        ),
        (
            b'id,about,place\na,"x"y,\n',
            "mentees.csv, line 2, column about: '\"x\"y,\\n': expected at most 131,072 characters",
        ),
        (
            b"id,about\na," + b"x" * 131_073,
            f"mentees.csv, line 2, column about: '{'x' * 60}…': expected at most 131,072",
        ),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(folder, content, said):
    (folder / "mentees.csv").write_bytes(content)

    assert refusal(folder).startswith(said)


def test_all_that_is_to_put_right_is_told_at_once(folder):
    (folder / "mentees.csv").write_text("id,timezone,formats\na,Berlin,phone\nb,Rome,\n", encoding="utf-8")

    assert [line.split(":")[0] for line in refusal(folder).splitlines()] == [
        "mentees.csv, line 2, column timezone",
        "mentees.csv, line 2, column formats",
        "mentees.csv, line 3, column timezone",
    ]


def test_a_missing_file_is_named(folder):
    (folder / "mentors.csv").unlink()

    assert refusal(folder) == f"{folder / 'mentors.csv'}: cannot be read: No such file or directory"


def test_lines_may_end_as_anybody_ends_them(folder):
    text = '\ufeffid,about,values\na,"two\nlines",faith\nb,,art\n'
    found = []
    for end in ("\n", "\r\n", "\r"):
        (folder / "mentees.csv").write_bytes(text.replace("\n", end).encode())
        found.append([(p.id, p.answers["values"]) for p in people.read(folder / "mentees.csv", mentors=False)])

    assert found == [[("a", frozenset({"faith"})), ("b", frozenset({"art"}))]] * 3


def test_one_is_told_of_twenty_things_and_that_there_may_be_more(folder):
    rows = "".join(f"a{i},phone\n" for i in range(30))
    (folder / "mentees.csv").write_text(f"id,formats\n{rows}", encoding="utf-8")

    said = refusal(folder).splitlines()

    assert len(said) == 21
    assert said[-1] == "There may be more."


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@sum", "＝1", "'=1", "''-1"])
def test_no_cell_can_be_run_as_a_formula(folder, start):
    (folder / "mentees.csv").write_text(f'id,values\n"\'{start}",faith\n', encoding="utf-8")

    run(folder)

    assert pairs(folder)[0]["mentee"] == f"'{start}"


@often(deadline=None)
@given(st.text())
@example("=1")
@example("'=1")
@example("\t=1")
@example("'")
def test_what_is_made_text_comes_back_as_it_was(cell):
    written = formulas.guarded(cell)

    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert formulas.bare(written) == cell


def test_ids_of_every_script_make_the_round_trip(folder):
    (folder / "mentees.csv").write_text('id,values\n"مريم, 日",信仰\n', encoding="utf-8")
    (folder / "mentors.csv").write_text("id,values\n🦊 “x”,信仰\n", encoding="utf-8")

    run(folder)

    assert [(pair["mentee"], pair["mentor"], pair["reasons"]) for pair in pairs(folder)] == [
        ("مريم, 日", "🦊 “x”", "both have values: 信仰")
    ]


def test_what_stood_there_stays_when_something_is_wrong(folder):
    (folder / "pairs.csv").write_text("before", encoding="utf-8")
    (folder / "mentees.csv").write_text("id,shoes\n", encoding="utf-8")

    refusal(folder)

    assert (folder / "pairs.csv").read_text(encoding="utf-8") == "before"


def test_only_who_ran_it_can_read_the_pairs(folder):
    run(folder)

    assert stat.S_IMODE((folder / "pairs.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["mentors.csv", "missing/pairs.csv", ""])
def test_an_out_that_cannot_be_meant_is_refused_before_anything_is_read(folder, name):
    before = (folder / "mentors.csv").read_bytes()

    with pytest.raises(CommandError, match="expected"):
        call_command("match_csv", mentors=folder / "mentors.csv", mentees=folder / "none.csv", out=folder / name)

    assert (folder / "mentors.csv").read_bytes() == before


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_bar_moves_on_a_terminal_and_nowhere_else():
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        bar = match_csv.Bar(stream)
        bar.begin("Matching")
        bar(1, 2)
        bar(1, 2)
        bar(2, 2)
        bar.end()

    half, whole = f"[{'#' * 15}{'.' * 15}]  50 %", f"[{'#' * 30}] 100 %"
    assert terminal.getvalue() == f"\rMatching        {half}\rMatching        {whole}\n"
    assert file.getvalue() == ""


def test_reading_moves_the_bar(folder):
    seen = []
    people.read(folder / "mentees.csv", mentors=False, progress=lambda done, of: seen.append((done, of)))

    size = (folder / "mentees.csv").stat().st_size
    assert seen == [(size, size)]


def test_how_long_each_step_took_is_told_on_request(folder):
    last = run(folder, verbosity=2).splitlines()[-1]

    assert re.sub(r"[\d.]+ s", "… s", last) == (
        "Getting ready … s, Reading mentees … s, Reading mentors … s, Matching … s, Writing … s"
    )


def test_week_seed_and_objective_are_checked(folder):
    with pytest.raises(CommandError, match="expected a day such as"):
        call_command("match_csv", "--week", "soon", "--mentors", "m", "--mentees", "n", "--out", "o")
    with pytest.raises(CommandError, match="expected a whole number from 0"):
        call_command("match_csv", "--seed", "x", "--mentors", "m", "--mentees", "n", "--out", "o")
    with pytest.raises(CommandError, match="invalid choice: 'luck'"):
        call_command("match_csv", "--objective", "luck", "--mentors", "m", "--mentees", "n", "--out", "o")


def test_help_says_what_each_objective_does(capsys):
    with pytest.raises(SystemExit) as stopped:
        match_csv.Command().create_parser("manage.py", "match_csv").parse_args(["--help"])

    shown = " ".join(capsys.readouterr().out.split())
    assert stopped.value.code == 0
    assert [key for key, sentence in OBJECTIVES.items() if f"{key}: {sentence}" not in shown] == []


def test_the_objectives_are_those_of_the_engine():
    assert set(OBJECTIVES) == {objective.value for objective in Objective}


def test_the_page_about_spreadsheets_names_every_column_and_every_option():
    page = (Path(settings.BASE_DIR) / "docs" / "spreadsheets.md").read_text(encoding="utf-8")
    parser, plain = ArgumentParser(), ArgumentParser()
    match_csv.Command().add_arguments(parser)
    options = parser._option_string_actions.keys() - plain._option_string_actions.keys()

    assert len(options) == 9
    assert [name for name in [*cells.PARSERS, *options] if f"`{name}" not in page] == []
