"""Words that exist nowhere else. Each is planted in one place; wherever it turns up, it came from there.

They are letters and digits only, so that HTML, URLs and JSON leave them as they are; what is packed in base64 or hex is
unpacked before it is searched."""

import base64
import binascii
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

WORD = re.compile(rb"zq[0-9a-f]{10}kx", re.IGNORECASE)
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){10,}")
URLSAFE = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True)
class Token:
    """`kind` says what it stands in, `of` whose it is, `detail` which facet or column, `reach` how far it may go."""

    word: str
    kind: str
    of: str
    detail: str = ""
    reach: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.kind, "of", self.of, self.detail, self.reach) if part)


class Tokens:
    """All that were planted, by word."""

    def __init__(self) -> None:
        self.mark = secrets.token_hex(3)  # of this planting: what another one left behind is not ours
        self.planted: dict[str, Token] = {}
        self.hours: dict[bytes, Token] = {}

    def plant(self, kind: str, of: str, detail: str = "", reach: str = "") -> str:
        word = f"zq{self.mark}{len(self.planted):04x}kx"
        self.planted[word] = Token(word, kind, of, detail, reach)
        return word

    def plant_hours(self, kind: str, of: str, detail: str, reach: str) -> dict[str, object]:
        """An answer that takes no words: hours that nobody else would give."""
        number = len(self.hours)
        start, end = f"{number:02}:{13 + number}", f"{number + 2:02}:{37 + number}"
        token = self.planted[self.plant(kind, of, detail, reach)]
        self.hours[f"{start}–{end}".encode()] = token
        return {"day": number % 7, "start": start, "end": end}

    def found_in(self, data: bytes | str) -> set[Token]:
        raw = data.encode() if isinstance(data, str) else data
        words = {word.lower().decode() for text in (raw, *unpacked(raw)) for word in WORD.findall(text)}
        hours = {token for said, token in self.hours.items() if said in raw}
        return hours | {self.planted[word] for word in words if word in self.planted}

    def of_kind(self, *kinds: str) -> set[Token]:
        return {token for token in self.planted.values() if token.kind in kinds}


def unpacked(raw: bytes) -> Iterator[bytes]:
    """What lies in base64 or hex, wherever the packed words begin in it."""
    for run in BASE64.findall(raw):
        for start in range(4):
            whole = run[start : start + (len(run) - start) // 4 * 4].translate(URLSAFE)
            yield binascii.a2b_base64(whole)
    for run in HEX.findall(raw):
        yield bytes.fromhex(run.decode())
        yield bytes.fromhex(run[1 : len(run) - 1 + len(run) % 2].decode())


def packings(word: str) -> Iterator[bytes]:
    """The ways in which a word may hide, for the control of the search itself."""
    yield word.encode()
    yield word.upper().encode()
    for ahead in range(3):
        packed = base64.b64encode(b"." * ahead + word.encode() + b" and more")
        yield packed
        yield base64.urlsafe_b64encode(b"\xff" * ahead + word.encode() + b"\xff\xfe more").rstrip(b"=")
    yield word.encode().hex().encode()
    yield b"a" + word.encode().hex().upper().encode() + b"0"
