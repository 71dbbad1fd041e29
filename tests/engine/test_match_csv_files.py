"""Two files, both or neither, whoever stops it and wherever."""

import io
import multiprocessing
import os
import signal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from matching.spreadsheets import files, pairs, people, report

ENDS = {"pairs.csv": "\nb,x,0.377,both have values: faith\n", "report.html": "</html>\n"}
POINTS = {
    "reading": (people, "read", 2),
    "telling": (pairs, "text", 1),
    "drawing": (report, "html", 1),
    "writing the first": (os, "fsync", 1),
    "writing the second": (os, "fsync", 2),
    "before the first stands": (Path, "replace", 1),
    "between the two": (Path, "replace", 2),
}
RENAMING = ["before the first stands", "between the two"]
WRITING = ["writing the first", "writing the second", *RENAMING]


@pytest.fixture
def folder(tmp_path):
    """What is to be read, and two files that stand there from before."""
    (tmp_path / "mentors.csv").write_text("id,capacity,values\nx,2,faith\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id,values\na,Faith\nb,art;faith\n", encoding="utf-8")
    for name in ENDS:
        (tmp_path / name).write_text("before", encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def ctrl_c_is_heard():
    """What a shell starts in the background does not hear it, these tests included."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def plant(monkeypatch):
    """Has something happen at one point of the way."""

    def at(point, act):
        owner, name, times = POINTS[point]
        call, left = getattr(owner, name), [times]

        def acting(*args, **kwargs):
            left[0] -= 1
            if not left[0]:
                act()
            return call(*args, **kwargs)

        monkeypatch.setattr(owner, name, acting)

    return at


def run(folder):
    files_there = {"out": folder / "pairs.csv", "report": folder / "report.html"}
    sheets = {"mentors": folder / "mentors.csv", "mentees": folder / "mentees.csv"}
    call_command("match_csv", **sheets, **files_there, stdout=io.StringIO(), stderr=io.StringIO())


def run_and_be_killed(folder):
    process = multiprocessing.get_context("fork").Process(target=run, args=(folder,))
    process.start()
    process.join(60)
    return process.exitcode


def states(folder):
    """Of the pairs and of the report: missing, as before, all of the new one, or half, which must never be."""
    return [_state(folder / name, end) for name, end in ENDS.items()]


def _state(path, end):
    text = path.read_text(encoding="utf-8") if path.exists() else "missing"
    return text if text in {"before", "missing"} else "new" if text.endswith(end) else "half"


def leftovers(folder):
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def signalled(number):
    return lambda: os.kill(os.getpid(), number)


def no_room():
    raise OSError(28, "No space left on device")


def test_both_are_written(folder):
    run(folder)

    assert states(folder) == ["new", "new"]
    assert leftovers(folder) == []


@pytest.mark.parametrize("point", [point for point in POINTS if point not in RENAMING])
def test_ctrl_c_leaves_both_as_they_were(folder, plant, point):
    plant(point, signalled(signal.SIGINT))

    with pytest.raises(CommandError, match=r"^Stopped\. Nothing was written\.$") as stopped:
        run(folder)

    assert stopped.value.returncode == 130
    assert states(folder) == ["before", "before"]
    assert leftovers(folder) == []


@pytest.mark.parametrize("point", RENAMING)
def test_ctrl_c_comes_too_late_once_the_first_is_put_in_place(folder, plant, point):
    plant(point, signalled(signal.SIGINT))

    run(folder)

    assert states(folder) == ["new", "new"]
    assert leftovers(folder) == []


@pytest.mark.parametrize("point", POINTS)
def test_killed_outright_it_leaves_no_half_file(folder, plant, point):
    """Only then can a report from before stand beside new pairs; it names the SHA-256 of its own."""
    plant(point, signalled(signal.SIGKILL))

    assert run_and_be_killed(folder) == -signal.SIGKILL
    assert states(folder) == ["new" if point == "between the two" else "before", "before"]


@pytest.mark.parametrize("point", WRITING)
@pytest.mark.parametrize("stood", ["before", "missing"])
def test_what_cannot_be_written_leaves_both_as_they_were(folder, plant, point, stood):
    if stood == "missing":
        for name in ENDS:
            (folder / name).unlink()
    plant(point, no_room)

    with pytest.raises(CommandError, match="cannot be written: No space left on device"):
        run(folder)

    assert states(folder) == [stood, stood]
    assert leftovers(folder) == []


def in_place(texts):
    """The planted defect: what stood there is gone before the new one is whole."""
    for path, text in texts.items():
        with path.open("w", encoding="utf-8") as file:
            file.write(text[:10])
            file.flush()
            os.fsync(file.fileno())
            file.write(text[10:])


def one_after_the_other(rooms):
    """The planted defect: nothing is put back."""
    for path, room in rooms.items():
        with files._named(path):
            (room / files.NEW).replace(path)


def test_a_file_written_in_place_would_be_seen(folder, plant, monkeypatch):
    monkeypatch.setattr(files, "write", in_place)
    plant("writing the first", signalled(signal.SIGKILL))

    run_and_be_killed(folder)

    assert states(folder) == ["half", "before"]


def test_a_first_file_that_is_not_put_back_would_be_seen(folder, plant, monkeypatch):
    monkeypatch.setattr(files, "_put_in_place", one_after_the_other)
    plant("between the two", no_room)

    with pytest.raises(CommandError):
        run(folder)

    assert states(folder) == ["new", "before"]
